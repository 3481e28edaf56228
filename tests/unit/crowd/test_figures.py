from random import Random

import pytest

from boxoffice.crowd.figures import Figures, Latencies


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_quantiles_are_right_to_three_percent(share):
    random, latencies = Random(3), Latencies()
    durations_s = [random.lognormvariate(-6, 1.5) for _ in range(20_000)]
    for duration_s in durations_s:
        latencies.record(duration_s)
    exact_ms = sorted(durations_s)[int(share * len(durations_s))] * 1000

    assert latencies.quantile_ms(share) == pytest.approx(exact_ms, rel=0.035)


def test_short_durations_are_exact_to_the_microsecond():
    latencies = Latencies()
    for duration_us in range(1, 61):
        latencies.record(duration_us / 1_000_000 + 1e-9)

    assert latencies.quantile_ms(0.5) == 0.030
    assert latencies.quantile_ms(1.0) == 0.060


def test_one_slow_call_in_two_hundred_shows_in_the_longest_and_not_in_p99():
    latencies = Latencies()
    for _ in range(199):
        latencies.record(0.001)
    latencies.record(3.0)

    assert latencies.quantile_ms(0.99) == pytest.approx(1.0, rel=0.03)
    assert latencies.quantile_ms(1.0) == pytest.approx(3000, rel=0.03)
    assert latencies.longest_us == 3_000_000


def test_nothing_recorded_is_zero():
    assert Latencies().quantile_ms(0.99) == 0.0


def test_memory_does_not_grow_with_calls_nor_with_their_length():
    latencies = Latencies()
    size = len(latencies._buckets)
    for duration_s in (0.0, 1e-6, 1.0, 3600.0, 1e9):
        latencies.record(duration_s)

    assert len(latencies._buckets) == size < 1000


def test_at_most_a_thousand_findings_are_kept():
    figures = Figures()
    for number in range(2000):
        figures.found(str(number))

    assert len(figures.findings) == 1000
