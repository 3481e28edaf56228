"""Metrics and what Prometheus reads of them."""

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

    assert "store_errors_total{" not in other.exposition().decode()


def test_a_name_or_label_that_the_catalogue_does_not_have_is_a_mistake(metrics: PrometheusMetrics) -> None:
    with pytest.raises(KeyError):
        metrics.count("nonsense")
    with pytest.raises(ValueError, match="label"):
        metrics.count("store_errors", shop="redis")


def test_every_entry_says_what_it_means(metrics: PrometheusMetrics) -> None:
    exposition = metrics.exposition().decode()

    for name, entry in CATALOGUE.items():
        assert f"# HELP boxoffice_{name}" in exposition
        assert entry.help.endswith(".")


def test_null_metrics_take_everything() -> None:
    metrics = NullMetrics()
    metrics.count("anything", a="b")
    metrics.observe("anything", 1)
    metrics.gauge("anything", 1)
