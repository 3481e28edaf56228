"""For how long a replica has been missing something, told from what the primary had and when it was first seen there.

Lag is told as too long rather than too short, but by no more than one step of the timeline.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

_SAMPLES_MAX = 16


class Sample(NamedTuple):
    """A position of the primary (a set of GTIDs, as text) and since when it, or less, is known to be there."""

    since_s: float
    position: str


class Timeline:
    """The newest positions of one primary, `_SAMPLES_MAX` at most, that reach back beyond `bound_s` all the same."""

    def __init__(self, bound_s: float) -> None:
        self._step_s = 2 * bound_s / _SAMPLES_MAX
        self._samples: deque[Sample] = deque(maxlen=_SAMPLES_MAX)

    def note(self, position: str, now_s: float) -> None:
        """The primary has `position` now. What is noted already is not noted again."""
        newest = self._samples[-1] if self._samples else None
        if newest is not None and position == newest.position:
            return
        since_s = now_s
        # One that comes soon after another takes its place and its age. The first one stays: whoever has nothing but
        # that lags behind, and whoever does not even have that is unknown.
        if newest is not None and len(self._samples) > 1 and now_s - newest.since_s < self._step_s:
            since_s = self._samples.pop().since_s
        self._samples.append(Sample(since_s, position))

    def samples(self) -> list[Sample]:
        """What was noted, oldest first."""
        return list(self._samples)

    def clear(self) -> None:
        """Begin anew: there is another primary."""
        self._samples.clear()


def lag_s(samples: Sequence[Sample], reached: Sequence[bool], now_s: float) -> float | None:
    """For how long it has missed something that the primary has; None if it is not known to have anything.

    While there is no primary nothing new can be missed.
    """
    if not any(reached) or not samples[-1].position:
        return None
    missing = next((s for s, there in zip(samples, reached, strict=True) if not there), None)
    return 0.0 if missing is None else now_s - missing.since_s
