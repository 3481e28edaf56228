"""Use cases of the catalogue. What is stored never changes, so what was read once is kept in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

import msgspec

from boxoffice.adapters.database import Database, ReadSession, TransactionConflict, WriteSession
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.snapshot import Snapshot, Snapshots
from boxoffice.catalog import policy
from boxoffice.catalog.models import (
    CONCERTS_MAX,
    PERFORMANCES_PER_CONCERT_MAX,
    TEXT_MAX_CHARACTERS,
    Concert,
    Performance,
    PerformanceView,
    PlanSummary,
    Runs,
    SeatingPlan,
    Venue,
)
from boxoffice.catalog.policy.plans import PlanFormat
from boxoffice.catalog.repository import CatalogRepository
from boxoffice.catalog.schemas import ConcertPage, concert_reply, encode_seats
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import Conflict, InvalidRequest, NotFound, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.kernel.text import clean_line

_PLANS_MAX = 32
_PERFORMANCES_MAX = 1024
_SEAT_MAPS_MAX = 32
_INDEX_MS = 1000
_INDEX_PATIENCE_S = 0.5
_FOR_EVER_MS = 2**62

Value = TypeVar("Value")


class AuditLog(Protocol):
    """Where it is written down what operators do; accounts have it."""

    async def record(
        self, session: WriteSession, actor_id: str, action: str, subject: str, details: Mapping[str, object]
    ) -> None: ...


class _Kept(Generic[Value]):
    """Values that never change, each loaded once however many ask; the one loaded longest ago goes first."""

    def __init__(self, load: Callable[[str], Awaitable[Value]], max_kept: int) -> None:
        self._load = load
        self._max_kept = max_kept
        self._kept: dict[str, Value] = {}
        self._loading: dict[str, asyncio.Task[Value]] = {}

    async def get(self, key: str) -> Value:
        """The value for `key`; raises what loading raises, which is not kept."""
        if key in self._kept:
            return self._kept[key]
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.get_running_loop().create_task(self._fetch(key))
        # Shielded: a caller who gives up must not take the value from the others.
        return await asyncio.shield(loading)

    async def _fetch(self, key: str) -> Value:
        try:
            self._kept[key] = value = await self._load(key)
            while len(self._kept) > self._max_kept:
                self._kept.pop(next(iter(self._kept)))
            return value
        finally:
            del self._loading[key]


class CatalogService:
    """Venues, plans, concerts and performances. Everything an operator does is written to the audit log."""

    def __init__(
        self,
        *,
        database: Database,
        repository: CatalogRepository,
        accounts: AuditLog,
        ids: IdSource,
        clock: Clock,
        metrics: Metrics,
        currency: str,
        seats_per_fan: int,
        snapshot_ms: int,
    ) -> None:
        self._database = database
        self._repository = repository
        self._accounts = accounts
        self._ids = ids
        self._clock = clock
        self._metrics = metrics
        self._currency = currency
        self._seats_per_fan = seats_per_fan
        self._importing = asyncio.Lock()
        self._plans: _Kept[tuple[SeatingPlan, Runs]] = _Kept(self._load_plan, _PLANS_MAX)
        self._performances = _Kept(self._load_performance, _PERFORMANCES_MAX)
        self._seat_maps = Snapshots(
            self._make_seat_map, clock=clock, max_age_ms=_FOR_EVER_MS, max_keys=_SEAT_MAPS_MAX
        )
        self._pages = Snapshots(self._make_page, clock=clock, max_age_ms=snapshot_ms)
        self._concerts = Snapshots(self._make_concert, clock=clock, max_age_ms=snapshot_ms)
        self._index: dict[str, tuple[str, ...]] | None = None
        self._index_until_ms = 0
        self._indexing: asyncio.Task[None] | None = None

    # What operators do

    async def create_venue(self, actor: str, name: str) -> Venue:
        """A new venue. Raises `InvalidRequest`."""
        venue = Venue(self._ids.next(), clean_line(name, "name", TEXT_MAX_CHARACTERS), self._clock.now_ms())
        async with self._write() as session:
            await self._add_venue(session, actor, venue)
            await session.commit()
        return venue

    async def ensure_venue(self, actor: str, name: str) -> str:
        """The id of the venue of this name, made if there is none. Raises `InvalidRequest`."""
        venue = Venue(self._ids.next(), clean_line(name, "name", TEXT_MAX_CHARACTERS), self._clock.now_ms())
        async with self._write() as session:
            found = await self._repository.venue_named(session, venue.name)
            if found is not None:
                return found.id
            await self._add_venue(session, actor, venue)
            await session.commit()
        return venue.id

    async def import_plan(
        self, actor: str, venue_id: str, name: str | None, content: bytes, format: PlanFormat
    ) -> PlanSummary:
        """Store a seating plan; the same content again is the same plan. `name` goes before the file's own.

        Raises `InvalidPlan` (with `path`), `InvalidRequest`, `NotFound` for an unknown venue.
        """
        if name is not None:
            name = clean_line(name, "name", TEXT_MAX_CHARACTERS)
        # Elsewhere, for it may take a second; one by one, for a large file takes a large memory.
        async with self._importing:
            plan = await asyncio.to_thread(policy.parse_plan, content, format, name)
        if not plan.name:
            raise InvalidRequest("The plan needs a name, and its file gives none.")
        async with self._write() as session:
            if not await self._repository.lock_venue(session, venue_id):
                raise NotFound("There is no such venue.")
            known = await self._repository.plan_with_version(session, venue_id, plan.version)
            if known is not None:
                return known
            summary = PlanSummary(
                self._ids.next(),
                venue_id,
                plan.name,
                plan.version,
                len(plan.seats),
                plan.width,
                plan.height,
                plan.tiers,
                self._clock.now_ms(),
            )
            await self._repository.add_plan(session, summary, plan)
            details = {"venue_id": venue_id, "version": plan.version, "seat_count": len(plan.seats)}
            await self._accounts.record(session, actor, "plan.import", summary.id, details)
            await session.commit()
        return summary

    async def create_concert(
        self, actor: str, *, title: str, artist: str, description: str = "", sale_opens_ms: int | None = None
    ) -> Concert:
        """A new concert, as yet without performances. Raises `InvalidRequest`."""
        concert = Concert(
            self._ids.next(),
            clean_line(title, "title", TEXT_MAX_CHARACTERS),
            clean_line(artist, "artist", TEXT_MAX_CHARACTERS),
            policy.clean_description(description),
            self._currency,
            None if sale_opens_ms is None else policy.moment_ms(sale_opens_ms, "opening of the sale"),
        )
        async with self._write() as session:
            await self._repository.add_concert(session, concert, self._clock.now_ms())
            await self._accounts.record(session, actor, "concert.create", concert.id, {"title": concert.title})
            await session.commit()
        self._forget(concert.id)
        return concert

    async def create_performance(
        self,
        actor: str,
        concert_id: str,
        *,
        plan_id: str,
        starts_ms: int,
        prices: Mapping[str, int],
        seats_per_fan: int | None = None,
    ) -> Performance:
        """A new performance, with a price in minor units for every tier of the plan.

        Raises `NotFound` for an unknown concert, `InvalidRequest`, `Conflict` past 100 performances.
        """
        async with self._write() as session:
            others = await self._repository.lock_concert(session, concert_id)
            if others is None:
                raise NotFound("There is no such concert.")
            if others >= PERFORMANCES_PER_CONCERT_MAX:
                raise Conflict(f"A concert may have at most {PERFORMANCES_PER_CONCERT_MAX} performances.")
            plan = await self._repository.plan_summary(session, plan_id)
            if plan is None:
                raise InvalidRequest("There is no seating plan with this `plan_id`.")
            venue = await self._repository.venue(session, plan.venue_id)
            assert venue is not None
            performance = Performance(
                self._ids.next(),
                concert_id,
                plan_id,
                plan.version,
                venue.name,
                policy.moment_ms(starts_ms, "start"),
                plan.seat_count,
                policy.seats_per_fan_of(self._seats_per_fan if seats_per_fan is None else seats_per_fan),
                policy.priced(plan.tiers, prices),
            )
            await self._repository.add_performance(session, performance, self._clock.now_ms())
            details = {"concert_id": concert_id, "plan_id": plan_id, "prices": dict(prices)}
            await self._accounts.record(session, actor, "performance.create", performance.id, details)
            await session.commit()
        self._forget(concert_id)
        return performance

    async def venues(self, cursor: str | None, limit: int) -> list[Venue]:
        """The newest venues first, those before `cursor`."""
        async with self._database.read(primary=True) as session:
            return await self._repository.venues(session, cursor, limit)

    async def venue(self, venue_id: str) -> Venue:
        """One venue. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            return _found(await self._repository.venue(session, venue_id))

    async def plan(self, plan_id: str) -> PlanSummary:
        """A plan without its seats. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            return _found(await self._repository.plan_summary(session, plan_id))

    # What everybody may see

    async def concerts(self, cursor: str | None, limit: int) -> list[Concert]:
        """The newest concerts first, those before `cursor`; they may lag as a replica does."""
        async with self._database.read() as session:
            return await self._repository.concerts(session, cursor, limit)

    async def concert(self, concert_id: str) -> Concert:
        """A concert with its performances. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            return _found(await self._repository.concert(session, concert_id))

    async def page_document(self, cursor: str | None, limit: int) -> Snapshot:
        """A page of concerts as everybody gets it."""
        return await self._pages.get(f"{limit}:{cursor or ''}")

    async def concert_document(self, concert_id: str) -> Snapshot:
        """A concert as everybody gets it. Raises `NotFound`."""
        return await self._concerts.get(concert_id)

    async def plan_document(self, performance_id: str) -> Snapshot:
        """The seat map of a performance: encoded once, then the same bytes for ever. Raises `NotFound`."""
        return await self._seat_maps.get(performance_id)

    # What other features ask

    async def performance(self, performance_id: str) -> PerformanceView:
        """What selling needs to know, from memory after the first time. Raises `NotFound`."""
        return await self._performances.get(performance_id)

    async def runs(self, performance_id: str) -> Runs:
        """Seats next to each other, by tier, best first. Raises `NotFound`."""
        return (await self._performances.get(performance_id)).runs

    async def concert_exists(self, concert_id: str) -> bool:
        """Whether there is such a concert; from memory for those that are known."""
        if concert_id in await self._known():
            return True
        async with self._database.read(primary=True) as session:
            return await self._repository.concert(session, concert_id) is not None

    async def concert_ids(self) -> list[str]:
        """The newest 10,000 concerts, newest first; at most about a second old."""
        return list(await self._known())

    async def performances_of(self, concert_id: str) -> tuple[str, ...]:
        """The ids of a concert's performances, earliest first; at most about a second old."""
        known = (await self._known()).get(concert_id)
        if known is not None:
            return known
        return tuple(performance.id for performance in (await self.concert(concert_id)).performances)

    # Inside

    async def _add_venue(self, session: WriteSession, actor: str, venue: Venue) -> None:
        await self._repository.add_venue(session, venue)
        await self._accounts.record(session, actor, "venue.create", venue.id, {"name": venue.name})

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[WriteSession]:
        try:
            async with self._database.write() as session:
                yield session
        except TransactionConflict as error:
            raise Unavailable("The database is busy. Try again shortly.") from error
