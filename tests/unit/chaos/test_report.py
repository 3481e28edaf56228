"""What the report says of a rehearsal in words."""

import pytest

from boxoffice.crowd.report import CrowdResult
from boxoffice.crowd.timeline import Timeline
from tests.chaos.report import went_without


def crowd(endings: dict[str, int]) -> CrowdResult:
    return CrowdResult(
        ok=True,
        fans=300,
        admitted=0,
        sold=0,
        tickets=0,
        endings=endings,
        refusals={},
        faults={},
        calls={},
        requests=0,
        seconds=1.0,
        client_cpu_us_per_request=0.0,
        checks=[],
        timeline=Timeline(began_s=0.0, step_s=0.05, done={}, troubles={}, waits=[]),
    )


@pytest.mark.parametrize(
    ("endings", "line"),
    [
        (
            {"sold": 270, "gave_up": 20, "sold_and_cancelled": 5, "vanished": 5},
            "25 did not buy. gave up: 20, vanished: 5",
        ),
        ({"sold": 300}, "Everybody bought."),
    ],
)
def test_whoever_did_not_buy_is_accounted_for(endings: dict[str, int], line: str) -> None:
    assert line == went_without(crowd(endings))
