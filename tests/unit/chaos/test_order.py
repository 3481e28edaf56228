"""The count of inversions that the end-to-end tests go by finds one."""

import pytest

from boxoffice.queue.models import LogEvent
from tests.queues import inversions


def log(*lines: tuple[str, int]) -> list[LogEvent]:
    return [
        LogEvent(id=str(at), kind=kind, fan_id="f", number=number, at_ms=at) for at, (kind, number) in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ((("present", 1), ("present", 2), ("admit", 1), ("admit", 2)), 0),
        ((("present", 1), ("present", 2), ("admit", 2), ("admit", 1)), 1),
        ((("present", 2), ("admit", 2), ("present", 1), ("admit", 1)), 0),
        ((("present", 1), ("away", 1), ("present", 2), ("admit", 2), ("present", 1), ("admit", 1)), 0),
    ],
    ids=["in turn", "out of turn", "came too late", "had gone away"],
)
def test_an_inversion_is_somebody_present_who_was_passed_over(lines: tuple[tuple[str, int], ...], count: int) -> None:
    assert inversions(log(*lines)) == count
