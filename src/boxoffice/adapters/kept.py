"""Values that are read once and kept in memory: those that never change, and one that is read again now and then."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.once import Once
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import Unavailable

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values that never change, each loaded once however many ask.

    At most `max_kept` are kept; the one loaded longest ago goes first. A failure reaches all who wait and is not kept.
    """

    def __init__(self, load: Callable[[str], Awaitable[Value]], *, max_kept: int) -> None:
        self._load = load
        self._max_kept = max_kept
        self._kept: dict[str, Value] = {}
        self._loading: Once[Value] = Once()

    async def get(self, key: str) -> Value:
        """The value for `key`. Raises what loading raises."""
        if key in self._kept:
            return self._kept[key]
        return await self._loading.run(key, lambda: self._fetch(key))

    async def _fetch(self, key: str) -> Value:
        self._kept[key] = value = await self._load(key)
        while len(self._kept) > self._max_kept:
            self._kept.pop(next(iter(self._kept)))
        return value


class Refreshed(Generic[Value]):
    """One value, read again when it is older than `max_age_ms`.

    Where reading fails or takes longer than `patience_s`, the value known before is handed out and counted as
    `failed_open`: background work goes on when a store does not. The very first read waits and may raise.
    """

    def __init__(
        self,
        load: Callable[[], Awaitable[Value]],
        *,
        name: str,
        clock: Clock,
        metrics: Metrics,
        max_age_ms: int,
        patience_s: float = 0.5,
    ) -> None:
        self._load = load
        self._name = name
        self._clock = clock
        self._metrics = metrics
        self._max_age_ms = max_age_ms
        self._patience_s = patience_s
        self._known: tuple[Value] | None = None
        self._tried_ms = 0
        self._changed = False
        self._loading: asyncio.Task[Value] | None = None

    async def get(self) -> Value:
        """The value. Raises what reading raises, as long as it was never read."""
        if self._known is not None and not self._changed:
            is_fresh = 0 <= self._clock.now_ms() - self._tried_ms < self._max_age_ms
            # While one reads anew, the others go on with what is known.
            if is_fresh or self._loading is not None:
                return self._known[0]
        if self._loading is None:
            self._tried_ms = self._clock.now_ms()
            self._loading = asyncio.get_running_loop().create_task(self._refresh())
            self._loading.add_done_callback(_looked_at)
        loading = self._loading
        await asyncio.wait([loading], timeout=None if self._known is None else self._patience_s)
        if self._known is None or (loading.done() and not isinstance(loading.exception(), Unavailable)):
            return loading.result()
        self._metrics.count("failed_open", what=self._name)
        return self._known[0]

    def forget(self) -> None:
        """Make the next `get` read anew, and wait for it: something is known to have changed."""
        self._changed = True
        self._loading = None

    async def _refresh(self) -> Value:
        me = asyncio.current_task()
        try:
            value = await self._load()
            if self._loading is me:  # else it may have been read before the change
                self._known, self._changed = (value,), False
            return value
        finally:
            if self._loading is me:
                self._loading = None


def _looked_at(done: "asyncio.Task[Value]") -> None:
    # All who waited may have given up; an exception that nobody fetched would be logged as a bug.
    if not done.cancelled():
        done.exception()
