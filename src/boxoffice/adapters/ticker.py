"""Runs a job again and again, and survives its failures."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from boxoffice.adapters.metrics import Metrics

_log = structlog.get_logger()

_CANCEL_AGAIN_S = 0.1
_CANCEL_TIMES_MAX = 50


class Ticker:
    """Calls `tick` every `interval_s` seconds, one call at a time, until closed.

    A tick that raises is logged and counted, and the next comes at its time: no job may die of one bad moment.
    """

    def __init__(
        self, name: str, tick: Callable[[], Awaitable[object]], *, interval_s: float, metrics: Metrics
    ) -> None:
        self._name = name
        self._tick = tick
        self._interval_s = interval_s
        self._metrics = metrics
        metrics.counter("job_failures", job=name)
        self._done = metrics.counter("job_ticks", job=name)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"ticker {self._name}")

    async def close(self) -> None:
        """Stop; a tick under way is cancelled, so ticks must bear being cut off anywhere."""
        task, self._task = self._task, None
        if task is None:
            return
        for _ in range(_CANCEL_TIMES_MAX):
            # More than once: redis-py, while it connects, can swallow a cancellation.
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_AGAIN_S)
            if task.done():
                return
        _log.error("job_does_not_stop", job=self._name)

    async def _run(self) -> None:
        while True:
            try:
                await self._tick()
                self._done()
            except Exception as error:
                self._metrics.count("job_failures", job=self._name)
                _log.warning("job_failed", job=self._name, error=type(error).__name__, detail=str(error))
            await asyncio.sleep(self._interval_s)
