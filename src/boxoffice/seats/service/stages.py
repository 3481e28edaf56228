"""Performances as the store needs them: packed once, and restored in Redis from the database where it is lost."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from boxoffice.adapters.once import Once
from boxoffice.kernel.errors import NotFound, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.seats.models import Catalog, SeatKeys, SoldSeats, Stage, performance_of
from boxoffice.seats.policy import digest, layout_of, restored
from boxoffice.seats.store import SeatStore

_ATTEMPTS_MAX = 5
_STAGES_MAX = 1024

Answer = TypeVar("Answer")
_log = structlog.get_logger()


class Stages:
    """Makes a performance ready for a call to the store. At most `_STAGES_MAX` are remembered."""

    def __init__(self, *, store: SeatStore, catalog: Catalog, sold: SoldSeats, ids: IdSource) -> None:
        self._store = store
        self._catalog = catalog
        self._sold = sold
        self._ids = ids
        self._made: dict[str, Stage] = {}
        self._restoring: Once[None] = Once()

    async def of_hold(self, hold_id: str) -> Stage:
        """The performance that a hold id carries. Raises `NotFound`."""
        performance_id = performance_of(hold_id)
        if performance_id is None:
            raise NotFound
        return await self.get(performance_id)

    async def get(self, performance_id: str) -> Stage:
        """A performance. Raises `NotFound`."""
        performance = await self._catalog.performance(performance_id)
        stage = self._made.get(performance_id)
        if stage is None or stage.performance is not performance:
            stage = Stage(performance, SeatKeys(performance.concert_id, performance_id), layout_of(performance))
            while len(self._made) >= _STAGES_MAX:
                self._made.pop(next(iter(self._made)))
            self._made[performance_id] = stage
        return stage

    async def ready(self, stage: Stage, attempt: Callable[[], Awaitable[Answer | None]]) -> Answer:
        """Call until the answer is not None: the first call after a loss restores the performance, then repeats.

        Raises `Unavailable` when Redis forgets faster than we restore.
        """
        for _ in range(_ATTEMPTS_MAX):
            answer = await attempt()
            if answer is not None:
                return answer
            # However many wait for it, this instance reads the database once.
            await self._restoring.run(stage.performance.id, lambda: self._restore(stage))
        raise Unavailable

    async def _restore(self, stage: Stage) -> None:
        # A sale committed after this read finds Redis unprepared and repeats its own step, or finds it prepared:
        # prepare.lua is one step, and gives way where another instance was first. So nothing sold is missed.
        noted = await self._store.agreed(stage.keys)
        sold = await self._sold.sold_seats(stage.performance.id)
        truth, epoch = restored(stage.layout, sold), self._ids.next()
        if noted is None:
            outcome = await self._store.prepare(stage.keys, stage.layout, epoch, truth)
        else:
            # Redis failed over: the holds that are still there stay, and only what is sold is brought in.
            mended = await self._store.mend(stage.keys, stage.layout, noted[0], truth, digest(sold), epoch=epoch)
            outcome = "changed" if mended.changed else "adopted"
        _log.info("seats_prepared", performance=stage.performance.id, sold=len(sold), outcome=outcome)
