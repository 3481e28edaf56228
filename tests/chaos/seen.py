"""What fans saw of a fault, from the crowd's timeline. Pure."""

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from boxoffice.crowd.timeline import Timeline

PURCHASE = ("join", "current", "hold best", "hold seats", "pay", "cancel", "top up")
"""Calls on the way to a ticket that need a store; public snapshots are answered without."""

KINDS: dict[str, tuple[str, ...]] = {
    "admission": ("admitted",),
    "hold": ("hold best", "hold seats"),
    "payment": ("pay",),
}


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """When it went on: seconds from the fault to the next good answer, and the longest stretch without one."""

    next_s: float | None
    pause_s: float


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """`troubles` by name, e.g. `503 unavailable` or `connection_lost`: fans asked again.

    `pause_s`: the longest stretch in which nobody got any good answer on the way to a ticket. `wait_s`: the longest
    that one fan waited for one good answer, asking again included (0.0: nobody as long as 0.25 s).
    """

    troubles: dict[str, int]
    pause_s: float
    wait_s: float
    wait_call: str
    resumed: dict[str, Resumed]

    @property
    def refusals_503(self) -> int:
        return sum(count for name, count in self.troubles.items() if name.startswith("503"))


def seen(timeline: Timeline, from_s: float, until_s: float) -> Seen:
    """What fans saw from `from_s` to `until_s` (of the monotonic clock)."""
    first, last = (int((at - timeline.began_s) / timeline.step_s) for at in (from_s, until_s))
    troubles = {
        name: sum(count for step, count in steps.items() if first <= step <= last)
        for name, steps in timeline.troubles.items()
    }
    waits = [
        (each.ended_s - each.began_s, each.call)
        for each in timeline.waits
        if each.began_s <= until_s and from_s <= each.ended_s
    ]
    wait_s, wait_call = max(waits, default=(0.0, ""))
    return Seen(
        troubles={name: count for name, count in sorted(troubles.items()) if count},
        pause_s=_pause_s(timeline, PURCHASE, first, last),
        wait_s=wait_s,
        wait_call=wait_call,
        resumed={
            kind: Resumed(next_s=_next_s(timeline, calls, first, last), pause_s=_pause_s(timeline, calls, first, last))
            for kind, calls in KINDS.items()
        },
    )


def _steps(timeline: Timeline, calls: Iterable[str], first: int, last: int) -> list[int]:
    return sorted({step for call in calls for step in timeline.done.get(call, {}) if first < step <= last})


def _next_s(timeline: Timeline, calls: Iterable[str], first: int, last: int) -> float | None:
    steps = _steps(timeline, calls, first, last)
    return round((steps[0] - first) * timeline.step_s, 3) if steps else None


def _pause_s(timeline: Timeline, calls: Iterable[str], first: int, last: int) -> float:
    steps = [first, *_steps(timeline, calls, first, last), last]
    return round(max(later - sooner for sooner, later in pairwise(steps)) * timeline.step_s, 3)
