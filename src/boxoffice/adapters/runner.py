"""Runs a job on one instance at a time; the others stand by and take over."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from boxoffice.adapters.lock import Held, Locks
from boxoffice.adapters.metrics import Metrics


class SoleRunner:
    """Calls `tick` every `interval_s` seconds, one call at a time, on whichever instance has the lock of its name.

    The lock spares work; nothing may be wrong when two run at once. A tick that is under way when the lock is lost is
    cancelled, and one that raises gives the lock to another instance, which may fare better. `retire` is called when
    this instance no longer has the lock: for what only the one that has it should tell.
    """

    def __init__(
        self,
        name: str,
        tick: Callable[[Held], Awaitable[object]],
        *,
        locks: Locks,
        interval_s: float,
        metrics: Metrics,
        retire: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._tick = tick
        self._locks = locks
        self._interval_s = interval_s
        self._metrics = metrics
        self._retire = retire
        self._done = metrics.counter("job_ticks", job=name)
        metrics.gauge("job_running", 0, job=name)

    async def run(self) -> None:
        """Wait for the lock, then tick until it is lost. Raises what a tick raises, and `Unavailable`."""
        async with self._locks.hold(self._name) as held:
            self._metrics.gauge("job_running", 1, job=self._name)
            losing = asyncio.ensure_future(held.lost.wait())
            try:
                while not held.lost.is_set():
                    await self._tick_once(held, losing)
                    await asyncio.wait({losing}, timeout=self._interval_s)
            finally:
                losing.cancel()
                self._retire()
                self._metrics.gauge("job_running", 0, job=self._name)

    async def _tick_once(self, held: Held, losing: "asyncio.Future[Literal[True]]") -> None:
        ticking: asyncio.Future[Any] = asyncio.ensure_future(self._tick(held))
        try:
            await asyncio.wait({ticking, losing}, return_when=asyncio.FIRST_COMPLETED)
            if ticking.done():
                ticking.result()
                self._done()
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
