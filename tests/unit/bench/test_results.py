"""What a run found, and what is made of it."""

import msgspec
import pytest

from bench.results import Audit, Report, Spread
from tests.unit.bench.reports import fact, measured, report


@pytest.mark.parametrize(
    ("values", "spread"),
    [([3.0], (3.0, 3.0, 3.0)), ([5.0, 1.0, 2.0], (2.0, 1.0, 5.0)), ([1.0, 2.0, 3.0, 10.0], (2.5, 1.0, 10.0))],
)
def test_a_spread_is_the_median_with_the_lowest_and_the_highest(
    values: list[float], spread: tuple[float, float, float]
) -> None:
    assert Spread(*spread) == Spread.of(values)


@pytest.mark.parametrize(
    ("ratio", "cpu_ratio", "verdict"), [(0.75, 0.1, "yes"), (0.74, 0.75, "by CPU"), (0.74, 0.74, "no")]
)
def test_a_target_is_met_by_throughput_or_by_the_cpu_of_the_server(
    ratio: float, cpu_ratio: float, verdict: str
) -> None:
    row = measured(ratio=Spread(ratio, 0, 1), cpu_ratio=Spread(cpu_ratio, 0, 1))

    assert verdict == row.met


def test_whoever_was_mostly_refused_measured_nothing() -> None:
    row = measured(requests=1000, refused=11)

    assert (row.met, report(measured=[row]).holds) == ("void", False)


@pytest.mark.parametrize(
    ("value", "at_most", "verdict"), [(90, True, "yes"), (91, True, "no"), (90, False, "yes"), (89, False, "no")]
)
def test_a_figure_meets_its_target_from_the_right_side(value: float, at_most: bool, verdict: str) -> None:
    assert verdict == fact(value=value, at_most=at_most).met


def test_a_figure_without_a_target_has_nothing_to_meet() -> None:
    assert (fact(target=None).met, measured(target=None).met) == ("", "")


def test_a_run_holds_when_every_audit_does() -> None:
    broken = Audit(part="payment", made=1, sales=1, broken=["seats sold twice: 1"])

    assert (report().holds, report(audits=[broken]).holds) == (True, False)


def test_a_report_comes_back_from_json_as_it_was() -> None:
    assert report() == msgspec.json.decode(msgspec.json.encode(report()), type=Report)
