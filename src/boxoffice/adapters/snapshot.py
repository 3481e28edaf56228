"""Snapshots: what everybody asks is computed once per tick and served as the same bytes to all."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import NamedTuple

from boxoffice.kernel.clock import Clock


class Snapshot(NamedTuple):
    """An encoded answer, its entity tag, and when it was made."""

    body: bytes
    etag: str
    made_ms: int


class Snapshots:
    """One snapshot for each key, never older than `max_age_ms` when handed out.

    `make(key)` is called once however many ask at the same moment; its failure reaches all of them and is not
    remembered. At most `max_keys` are kept; the one made longest ago goes first.
    """

    def __init__(
        self, make: Callable[[str], Awaitable[bytes]], *, clock: Clock, max_age_ms: int, max_keys: int = 1024
    ) -> None:
        self._make = make
        self._clock = clock
        self._max_age_ms = max_age_ms
        self._max_keys = max_keys
        self._made: dict[str, Snapshot] = {}
        self._making: dict[str, asyncio.Task[Snapshot]] = {}

    async def get(self, key: str) -> Snapshot:
        """The snapshot for `key`. Raises what `make` raises."""
        found = self._made.get(key)
        if found is not None and 0 <= self._clock.now_ms() - found.made_ms < self._max_age_ms:
            return found
        making = self._making.get(key)
        if making is None:
            making = asyncio.get_running_loop().create_task(self._refresh(key))
            self._making[key] = making
            making.add_done_callback(lambda done: self._refreshed(key, done))
        # Shielded: a caller who gives up must not take the answer from the others.
        return await asyncio.shield(making)

    def forget(self, key: str) -> None:
        """Make the next `get` compute anew: something is known to have changed."""
        self._made.pop(key, None)
        # What is being made now may have been read before the change: it serves those who wait, and no one after.
        self._making.pop(key, None)

    async def _refresh(self, key: str) -> Snapshot:
        made_ms = self._clock.now_ms()
        body = await self._make(key)
        return Snapshot(body, f'"{blake2b(body, digest_size=12).hexdigest()}"', made_ms)

    def _refreshed(self, key: str, done: asyncio.Task[Snapshot]) -> None:
        wanted = self._making.get(key) is done
        if wanted:
            del self._making[key]
        if done.cancelled() or done.exception() is not None or not wanted:
            return
        self._made.pop(key, None)
        self._made[key] = done.result()
        while len(self._made) > self._max_keys:
            self._made.pop(next(iter(self._made)))
