"""What was answered when, in steps of 50 ms: a run laid beside what was done to the servers meanwhile.

Its memory grows with the length of the run, not with the number of requests.
"""

from collections import Counter, defaultdict
from time import perf_counter

import msgspec

STEP_S = 0.05
NOTED_FROM_S = 0.25
_STEPS_MAX = 72_000
_WAITS_MAX = 100_000

Steps = dict[int, int]


class Wait(msgspec.Struct, frozen=True):
    """Somebody asked at `began_s` and had a good answer at `ended_s`, having asked again as often as it took."""

    call: str
    began_s: float
    ended_s: float


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """`done` counts good answers of each call by step, and admissions as `admitted`; `troubles` counts 502, 503,
    504 and faults of the wire by their names.

    `waits` are those of 0.25 s and more. Steps count from `began_s`; seconds are those of this machine's monotonic
    clock, so that another process here can lay its own beside them.
    """

    began_s: float
    step_s: float
    done: dict[str, Steps]
    troubles: dict[str, Steps]
    waits: list[Wait]


class Timekeeper:
    """Keeps the timeline. The first hour is kept, and the first 100,000 waits."""

    def __init__(self) -> None:
        self._began_s = perf_counter()
        self._done: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._troubles: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._waits: list[Wait] = []

    def done(self, call: str, asked_s: float) -> None:
        """A good answer came to what was asked at `asked_s` (of `perf_counter`)."""
        now_s = perf_counter()
        self._note(self._done[call], now_s)
        if now_s - asked_s >= NOTED_FROM_S and len(self._waits) < _WAITS_MAX:
            self._waits.append(Wait(call, asked_s, now_s))

    def happened(self, what: str) -> None:
        """Something good that is more than one answer."""
        self._note(self._done[what], perf_counter())

    def trouble(self, name: str) -> None:
        """Somebody had to ask again, or gave up."""
        self._note(self._troubles[name], perf_counter())

    def timeline(self) -> Timeline:
        """What has been kept so far."""
        return Timeline(
            began_s=self._began_s,
            step_s=STEP_S,
            done={what: dict(steps) for what, steps in self._done.items()},
            troubles={name: dict(steps) for name, steps in self._troubles.items()},
            waits=list(self._waits),
        )

    def _note(self, steps: Counter[int], now_s: float) -> None:
        step = int((now_s - self._began_s) / STEP_S)
        if step < _STEPS_MAX:
            steps[step] += 1
