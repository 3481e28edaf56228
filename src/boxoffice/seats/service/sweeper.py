"""Drops lapsed holds where nobody asks for seats, so that the public picture and the gauges stay true."""

import asyncio

from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.clock import Clock
from boxoffice.seats.models import Catalog, SeatKeys
from boxoffice.seats.store import SeatStore

SWEPT_A_TICK_MAX = 200
_PERFORMANCES_REFRESH_MS = 5_000


class Sweeper:
    """Goes round all performances, `SWEPT_A_TICK_MAX` at a time; which there are is asked every five seconds."""

    def __init__(self, *, store: SeatStore, catalog: Catalog, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._metrics = metrics
        self._performances: list[SeatKeys] = []
        self._asked_ms: int | None = None
        self._swept_to = 0

    async def sweep_due(self) -> int:
        """Sweep those whose turn it is. Returns how many holds lapsed.

        One that fails keeps no other waiting. Raises `Unavailable`, `Overloaded` when all are done.
        """
        now_ms = self._clock.now_ms()
        if self._asked_ms is None or not 0 <= now_ms - self._asked_ms < _PERFORMANCES_REFRESH_MS:
            self._performances = [
                SeatKeys(concert_id, performance_id)
                for concert_id in await self._catalog.concert_ids()
                for performance_id in await self._catalog.performances_of(concert_id)
            ]
            self._asked_ms = now_ms
        if self._swept_to >= len(self._performances):
            self._swept_to = 0
        due = self._performances[self._swept_to : self._swept_to + SWEPT_A_TICK_MAX]
        self._swept_to += len(due)
        results = await asyncio.gather(*(self._store.sweep(keys) for keys in due), return_exceptions=True)
        swept = sum(result for result in results if isinstance(result, int))
        if swept:
            self._metrics.count("outcomes", swept, operation="hold", outcome="lapsed")
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return swept
