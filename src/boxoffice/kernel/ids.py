"""Identifiers: UUID version 7 (RFC 9562), so that rows made together lie together."""

import re
import secrets
from collections.abc import Callable

from boxoffice.kernel.clock import Clock

_RANDOM_BITS = 74
_COUNTER_MAX = (1 << _RANDOM_BITS) - 1
_STEP_BITS = 32
_STEPS_DRAWN = 64
_CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class IdSource:
    """Makes UUIDv7 strings that rise strictly within one process.

    Source: RFC 9562, section 6.2, method 2: the random part is the counter within a millisecond.
    """

    def __init__(self, clock: Clock, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._clock = clock
        self._random_bits = random_bits
        self._last_ms = 0
        self._tail = 0
        self._drawn = 0
        self._steps_left = 0

    def next(self) -> str:
        """A new id, 36 characters."""
        now_ms = self._clock.now_ms()
        if now_ms > self._last_ms:
            self._last_ms = now_ms
            # The top bit stays free so that counting on within the millisecond cannot overflow.
            self._tail = self._random_bits(_RANDOM_BITS - 1)
        else:
            self._tail = (self._tail + 1 + self._step()) & _COUNTER_MAX
        high, low = self._tail >> 62, self._tail & ((1 << 62) - 1)
        digits = f"{self._last_ms << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _step(self) -> int:
        # Many at once, as the kernel is asked for them.
        if self._steps_left == 0:
            self._drawn = self._random_bits(_STEP_BITS * _STEPS_DRAWN)
            self._steps_left = _STEPS_DRAWN
        self._steps_left -= 1
        step = self._drawn & ((1 << _STEP_BITS) - 1)
        self._drawn >>= _STEP_BITS
        return step


def is_id(text: str) -> bool:
    """Whether `text` could be one of our ids: a UUID in its canonical form."""
    return _CANONICAL.fullmatch(text) is not None
