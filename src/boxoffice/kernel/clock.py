"""Time as a value that is handed in, so that a test drives it and never sleeps."""

from datetime import UTC, datetime
from time import time_ns
from typing import Protocol


class Clock(Protocol):
    """Tells the time in milliseconds since the Unix epoch."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time_ns() // 1_000_000


class ManualClock:
    """A clock that moves only when told to; for tests and simulation."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def advance(self, by_ms: int) -> None:
        """Move `by_ms` milliseconds on (negative: a clock that jumps back)."""
        self._now_ms += by_ms


def utc(at_ms: int) -> datetime:
    """The moment `at_ms` as an aware datetime, which JSON shows as RFC 3339 in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
