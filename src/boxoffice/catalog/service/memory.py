"""What was read once: plans and performances never change, and what everybody sees is made for all at once."""

import asyncio

from boxoffice.adapters.database import Database
from boxoffice.adapters.kept import Kept, Refreshed
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.snapshot import Snapshots
from boxoffice.catalog import policy
from boxoffice.catalog.models import CONCERTS_MAX, Concert, PerformanceView, Runs, SeatingPlan
from boxoffice.catalog.repository import CatalogRepository
from boxoffice.catalog.schemas import encode_concert, encode_page, encode_seats
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import NotFound

_PLANS_MAX = 32  # and as many seat maps
_PERFORMANCES_MAX = 1024
_INDEX_MS = 1000
_FOR_EVER_MS = 2**62
_FIRST_PAGE_LIMIT = 20


class Memory:
    """What this instance remembers of the catalogue, bounded; it can be forgotten, and another has its own.

    `plans` and `performances` are kept for good, `seat_maps` as well; `pages` (by `page_key`) and `concerts` for
    `snapshot_ms`. `index` has the performances of the newest concerts, at most about a second old.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: CatalogRepository,
        clock: Clock,
        metrics: Metrics,
        snapshot_ms: int,
    ) -> None:
        self._database = database
        self._repository = repository
        self.plans: Kept[tuple[SeatingPlan, Runs]] = Kept(self._load_plan, max_kept=_PLANS_MAX)
        self.performances = Kept(self._load_performance, max_kept=_PERFORMANCES_MAX)
        self.seat_maps = Snapshots(self._make_seat_map, clock=clock, max_age_ms=_FOR_EVER_MS, max_keys=_PLANS_MAX)
        # Few: anybody can make up a cursor, and a page may be large.
        self.pages = Snapshots(self._make_page, clock=clock, max_age_ms=snapshot_ms, max_keys=_PLANS_MAX)
        self.concerts = Snapshots(self._make_concert, clock=clock, max_age_ms=snapshot_ms)
        self.index = Refreshed(self._load_index, name="catalogue", clock=clock, metrics=metrics, max_age_ms=_INDEX_MS)

    def forget(self, concert_id: str) -> None:
        """The concert is new, or has a new performance: what is shown of it is read anew."""
        self.index.forget()
        self.concerts.forget(concert_id)
        self.pages.forget(page_key(None, _FIRST_PAGE_LIMIT))

    async def _load_index(self) -> dict[str, tuple[str, ...]]:
        async with self._database.read(primary=True) as session:
            return await self._repository.index(session, CONCERTS_MAX)

    async def _load_plan(self, plan_id: str) -> tuple[SeatingPlan, Runs]:
        async with self._database.read(primary=True) as session:
            plan = await self._repository.plan(session, plan_id)
        if plan is None:
            raise NotFound
        return plan, await asyncio.to_thread(policy.runs, plan)

    async def _load_performance(self, performance_id: str) -> PerformanceView:
        async with self._database.read(primary=True) as session:
            found = await self._repository.performance(session, performance_id)
        if found is None:
            raise NotFound
        performance, currency = found
        return PerformanceView(performance, currency, *await self.plans.get(performance.plan_id))

    async def _make_seat_map(self, performance_id: str) -> bytes:
        return await asyncio.to_thread(encode_seats, await self.performances.get(performance_id))

    async def _make_page(self, key: str) -> bytes:
        limit, _, cursor = key.partition(":")
        async with self._database.read() as session:
            found = await self._repository.concerts(session, cursor or None, int(limit) + 1)
        return encode_page(found, int(limit))

    async def _make_concert(self, concert_id: str) -> bytes:
        async with self._database.read() as session:
            concert = await self._repository.concert(session, concert_id)
        # A replica may not have heard of it yet.
        return encode_concert(concert or await self._concert_of_primary(concert_id))

    async def _concert_of_primary(self, concert_id: str) -> Concert:
        async with self._database.read(primary=True) as session:
            concert = await self._repository.concert(session, concert_id)
        if concert is None:
            raise NotFound
        return concert


def page_key(cursor: str | None, limit: int) -> str:
    """Under which a page of concerts is remembered."""
    return f"{limit}:{cursor or ''}"
