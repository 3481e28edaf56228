"""What the instances tell each other of the primary, through Redis: one that is cut off then knows that only it is."""

from contextlib import suppress
from typing import Protocol

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BoxofficeError

EVERY_S = 1.0
_MARK = "boxoffice:primary_seen"
_MARK_MS = 3_000
_ALONE_AFTER_MS = 5_000
"""Longer than the mark lives: it is then not one from before the primary was lost to all."""


class _Database(Protocol):
    async def has_primary(self) -> bool: ...


class Witness:
    """Says that this instance sees the primary, and hears whether another one does."""

    def __init__(self, *, redis: RedisClient, database: _Database, clock: Clock) -> None:
        self._redis = redis
        self._database = database
        self._clock = clock
        self._seen_ms: int | None = None

    async def tick(self) -> None:
        """While the primary is seen, leave a mark that lapses after 3 s. Bears the loss of either store."""
        if await self._database.has_primary():
            self._seen_ms = self._clock.now_ms()
            with suppress(BoxofficeError):
                await self._redis.command("SET", _MARK, 1, "PX", _MARK_MS)

    async def is_alone(self) -> bool:
        """Whether another instance sees the primary, and this one has not for 5 s, or never. In doubt it is not."""
        if self._seen_ms is not None and abs(self._clock.now_ms() - self._seen_ms) < _ALONE_AFTER_MS:
            return False
        try:
            return bool(await self._redis.command("EXISTS", _MARK))
        except BoxofficeError:
            return False
