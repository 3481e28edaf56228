"""Metrics and what Prometheus reads of them."""

import re
from pathlib import Path

import pytest

from boxoffice.adapters.metrics import CATALOGUE, NullMetrics, PrometheusMetrics


@pytest.fixture
def metrics() -> PrometheusMetrics:
    return PrometheusMetrics()


def test_what_is_counted_is_exposed_by_its_labels(metrics: PrometheusMetrics) -> None:
    metrics.count("outcomes", operation="hold", outcome="held")
    metrics.count("outcomes", 2, operation="hold", outcome="held")
    metrics.count("outcomes", operation="hold", outcome="seat_taken")
    exposition = metrics.exposition().decode()

    assert 'boxoffice_outcomes_total{operation="hold",outcome="held"} 3.0' in exposition
    assert 'boxoffice_outcomes_total{operation="hold",outcome="seat_taken"} 1.0' in exposition


def test_labels_may_be_given_in_any_order(metrics: PrometheusMetrics) -> None:
    metrics.count("outcomes", operation="a", outcome="b")
    metrics.count("outcomes", outcome="a", operation="b")
    exposition = metrics.exposition().decode()

    assert 'boxoffice_outcomes_total{operation="a",outcome="b"} 1.0' in exposition
    assert 'boxoffice_outcomes_total{operation="b",outcome="a"} 1.0' in exposition


def test_what_is_observed_falls_into_buckets(metrics: PrometheusMetrics) -> None:
    metrics.observe("coalescer_batch", 3, name="redis")

    assert 'boxoffice_coalescer_batch_bucket{le="4.0",name="redis"} 1.0' in metrics.exposition().decode()


def test_two_do_not_share_a_registry() -> None:
    one, other = PrometheusMetrics(), PrometheusMetrics()
    one.count("store_errors", store="redis")

    assert 'store_errors_total{store="redis"} 0.0' in other.exposition().decode()


def test_a_name_or_label_that_the_catalogue_does_not_have_is_a_mistake(metrics: PrometheusMetrics) -> None:
    with pytest.raises(KeyError):
        metrics.count("nonsense")
    with pytest.raises(ValueError, match="label"):
        metrics.count("store_errors", shop="redis")


def test_what_may_be_let_through_is_told_before_it_was() -> None:
    source = "\n".join(path.read_text() for path in Path("src").rglob("*.py"))
    used = set(re.findall(r'"failed_open", (?:\w+, )?what="(\w+)"|Refreshed\(.*?name="(\w+)"', source))
    used = {said or refreshed for said, refreshed in used}

    assert used == set(CATALOGUE["failed_open"].known[0])


def test_every_reason_to_run_a_transaction_again_is_told_before_it_was() -> None:
    source = Path("src/boxoffice/adapters/engines.py").read_text()
    reasons = set(re.findall(r'^    \d{4}: "(\w+)"', source, re.MULTILINE))

    assert reasons == set(CATALOGUE["database_conflicts"].known[0])
    assert reasons | {"unknown_commit"} == set(CATALOGUE["database_retries"].known[1])


def test_every_entry_says_what_it_means(metrics: PrometheusMetrics) -> None:
    exposition = metrics.exposition().decode()

    for name, entry in CATALOGUE.items():
        assert f"# HELP boxoffice_{name}" in exposition
        assert entry.help.endswith(".")


def test_a_tally_is_counted_when_prometheus_asks(metrics: PrometheusMetrics) -> None:
    tally = metrics.tally("redis_calls")
    tally["queue.join"] += 2
    first = metrics.exposition().decode()
    tally["queue.join"] += 1

    assert 'boxoffice_redis_calls_total{operation="queue.join"} 2.0' in first
    assert 'boxoffice_redis_calls_total{operation="queue.join"} 3.0' in metrics.exposition().decode()


def test_a_sampled_gauge_says_what_is_so_when_prometheus_asks(metrics: PrometheusMetrics) -> None:
    values = iter([3, 5])
    metrics.sampled("http_in_progress", lambda: next(values))

    assert "boxoffice_http_in_progress 3.0" in metrics.exposition().decode()
    assert "boxoffice_http_in_progress 5.0" in metrics.exposition().decode()


def test_a_forgotten_gauge_has_no_values_and_may_have_new_ones(metrics: PrometheusMetrics) -> None:
    metrics.gauge("queue_waiting", 7, concert="a")
    metrics.gauge("sales", 7)
    for name in ("queue_waiting", "sales"):
        metrics.forget(name)
    metrics.gauge("queue_waiting", 8, concert="b")
    exposition = metrics.exposition().decode()

    assert 'concert="a"' not in exposition
    assert 'boxoffice_queue_waiting{concert="b"} 8.0' in exposition
    assert "boxoffice_sales 0.0" in exposition


def test_null_metrics_take_everything() -> None:
    metrics = NullMetrics()
    metrics.count("anything", a="b")
    metrics.observe("anything", 1)
    metrics.gauge("anything", 1)
