"""What the admission log proves."""

import pytest

from boxoffice.queue.models import LogEvent
from boxoffice.queue.policy.audit import PROBLEMS_MAX, replay


def event(kind: str, fan: str = "", number: int = 0, at_ms: int = 0, **more: object) -> LogEvent:
    return LogEvent("1-1", kind, fan, number, at_ms, **more)


def prepared(limit: int = 2, rate_milli: int = 0, phase: str = "open") -> LogEvent:
    return event("prepare", limit=limit, rate_milli=rate_milli, phase=phase)


def admit(fan: str, number: int, inside: int, limit: int = 2, at_ms: int = 0) -> LogEvent:
    return event("admit", fan, number, at_ms, inside=inside, limit=limit)


GOOD = [
    prepared(),
    event("present", "ann", 1),
    admit("ann", 1, 1),
    event("present", "cid", 3),
    admit("cid", 3, 2),
    event("present", "bob", 2),
    event("away", "bob", 2),
    event("present", "dan", 4),
    event("depart", "ann", 1),
    admit("dan", 4, 2),
    event("expire", "dan", 4),
    event("present", "bob", 2),
    admit("bob", 2, 2),
]


def test_a_log_in_order_has_no_problems() -> None:
    audit = replay(GOOD)

    assert tuple(audit) == ([], 4, 2, 13, True)


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        (
            [prepared(), event("present", "ann", 1), event("present", "bob", 2), admit("bob", 2, 1)],
            "ahead of number 1",
        ),
        ([prepared(), admit("ann", 1, 1)], "without being present"),
        (
            [prepared(), event("present", "ann", 1), event("away", "ann", 1), admit("ann", 1, 1)],
            "without being present",
        ),
        (
            [
                prepared(1),
                event("present", "ann", 1),
                event("present", "bob", 2),
                admit("ann", 1, 1, 1),
                admit("bob", 2, 2, 1),
            ],
            "above the limit of 1",
        ),
        ([prepared(1), event("present", "ann", 1), admit("ann", 1, 1, 2)], "under a limit of 2 while 1 was in force"),
        ([prepared(phase="paused"), event("present", "ann", 1), admit("ann", 1, 1)], "while the sale was paused"),
        ([prepared(), event("present", "ann", 1), admit("ann", 1, 2)], "where the log gives 1"),
        (
            [prepared(9, 1000)]
            + [event("present", f"f{n}", n) for n in range(3)]
            + [admit(f"f{n}", n, n + 1, 9, at_ms=n * 100) for n in range(3)],
            "faster than the rate",
        ),
        (
            [prepared(), event("present", "a", 1), admit("a", 1, 1), event("present", "a", 1), admit("a", 1, 1)],
            "while inside",
        ),
        ([prepared(), event("dance", "ann", 1)], "unknown kind"),
    ],
)
def test_the_replay_finds(events: list[LogEvent], problem: str) -> None:
    audit = replay(events)

    assert any(problem in found for found in audit.problems)


def test_a_limit_lowered_below_those_inside_is_no_problem_until_somebody_is_let_in() -> None:
    inside = [event("present", "a", 1), event("present", "b", 2), admit("a", 1, 1), admit("b", 2, 2)]
    lowered = event("policy", limit=1, rate_milli=0, phase="open")

    assert replay([prepared(), *inside, lowered]).problems == []
    assert replay([prepared(), *inside, lowered, event("present", "c", 3), admit("c", 3, 3, 1)]).problems != []


def test_a_log_whose_beginning_was_trimmed_is_checked_from_there_on() -> None:
    audit = replay(GOOD[2:])

    assert (audit.problems, audit.complete) == ([], False)


def test_problems_are_bounded() -> None:
    audit = replay([prepared(), *(event("dance") for _ in range(1000))])

    assert len(audit.problems) == PROBLEMS_MAX


def test_an_empty_log_proves_nothing_and_has_no_problem() -> None:
    assert tuple(replay([])) == ([], 0, 0, 0, False)
