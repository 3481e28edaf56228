"""Use cases of the catalogue. What is stored never changes, so what was read once is remembered (`memory.py`)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from boxoffice.adapters.database import Database, TransactionConflict, WriteSession
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.catalog import policy
from boxoffice.catalog.models import (
    PERFORMANCES_PER_CONCERT_MAX,
    TEXT_MAX_CHARACTERS,
    Concert,
    Performance,
    PerformanceView,
    PlanSummary,
    Venue,
)
from boxoffice.catalog.repository import CatalogRepository
from boxoffice.catalog.schemas import encode_plan
from boxoffice.catalog.service.memory import Memory, page_key
from boxoffice.catalog.service.plan_files import PlanFiles
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import Conflict, InvalidRequest, NotFound, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.kernel.text import clean_line

Value = TypeVar("Value")


class AuditLog(Protocol):
    """Where it is written down what operators do; accounts have it."""

    async def record(
        self, session: WriteSession, actor_id: str, action: str, subject: str, details: Mapping[str, object]
    ) -> None: ...


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
        self._currency = currency
        self._seats_per_fan = seats_per_fan
        self._files = PlanFiles()
        self._memory = Memory(
            database=database, repository=repository, clock=clock, metrics=metrics, snapshot_ms=snapshot_ms
        )
        self._performances = self._memory.performances  # asked for with every hold

    # What operators do

    async def create_venue(self, actor: str, name: str) -> Venue:
        """A new venue. Raises `InvalidRequest`."""
        async with self._write() as session:
            venue = await self._add_venue(session, actor, name)
            await session.commit()
        return venue

    async def ensure_venue(self, actor: str, name: str) -> str:
        """The id of the venue of this name, made if there is none. Raises `InvalidRequest`."""
        async with self._write() as session:
            venue = await self._repository.venue_named(session, clean_line(name, "name", TEXT_MAX_CHARACTERS))
            if venue is None:
                venue = await self._add_venue(session, actor, name)
                await session.commit()
        return venue.id

    async def import_plan(
        self, actor: str, venue_id: str, name: str | None, content: bytes, format: policy.PlanFormat
    ) -> PlanSummary:
        """Store a seating plan; the same content again is the same plan. `name` goes before the file's own.

        Raises `InvalidPlan` (with `problems`), `InvalidRequest`, `NotFound` for an unknown venue.
        """
        name = None if name is None else clean_line(name, "name", TEXT_MAX_CHARACTERS)
        plan = await self._files.read(content, format, name)
        if not plan.name:
            raise InvalidRequest("The plan needs a name, and its file gives none.")
        async with self._write() as session:
            if not await self._repository.lock_venue(session, venue_id):
                raise NotFound("There is no such venue.")
            known = await self._repository.plan_with_version(session, venue_id, plan.version)
            if known is not None:
                return known
            summary = plan.summary(self._ids.next(), venue_id, self._clock.now_ms())
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
        self._memory.forget(concert.id)
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
            venue = _found(await self._repository.venue(session, plan.venue_id))
            performance = Performance(
                self._ids.next(),
                concert_id,
                plan_id,
                plan.version,
                venue.name,
                policy.moment_ms(starts_ms, "start", after_ms=self._clock.now_ms()),
                plan.seat_count,
                policy.seats_per_fan_of(self._seats_per_fan if seats_per_fan is None else seats_per_fan),
                policy.priced(plan.tiers, prices),
            )
            await self._repository.add_performance(session, performance, self._clock.now_ms())
            details = {"concert_id": concert_id, "plan_id": plan_id, "prices": dict(prices)}
            await self._accounts.record(session, actor, "performance.create", performance.id, details)
            await session.commit()
        self._memory.forget(concert_id)
        return performance

    async def venues(self, cursor: str | None, limit: int) -> list[Venue]:
        """The newest venues first, those before `cursor`."""
        async with self._database.read(primary=True) as session:
            return await self._repository.venues(session, cursor, limit)

    async def venue(self, venue_id: str) -> Venue:
        """One venue. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            return _found(await self._repository.venue(session, venue_id))

    async def preview_plan(self, content: bytes, format: policy.PlanFormat) -> bytes:
        """What an import would store, encoded; nothing is stored. Raises `InvalidPlan` (with `problems`)."""
        return await self._files.preview(content, format)

    async def plans(self, venue_id: str, cursor: str | None, limit: int) -> list[PlanSummary]:
        """The newest plans of a venue first, those before `cursor`. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            _found(await self._repository.venue(session, venue_id))
            return await self._repository.plans(session, venue_id, cursor, limit)

    async def plan(self, plan_id: str) -> PlanSummary:
        """A plan without its seats. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            return _found(await self._repository.plan_summary(session, plan_id))

    async def plan_seats(self, plan_id: str) -> bytes:
        """A plan with its seats, encoded. Raises `NotFound`."""
        plan, _ = await self._memory.plans.get(plan_id)
        return await asyncio.to_thread(encode_plan, plan)

    # What everybody may see

    async def concerts(self, cursor: str | None, limit: int, *, fresh: bool = False) -> list[Concert]:
        """The newest concerts first, those before `cursor`; unless `fresh`, they may lag as a replica does."""
        async with self._database.read(fresh=fresh) as session:
            return await self._repository.concerts(session, cursor, limit)

    async def concert(self, concert_id: str) -> Concert:
        """A concert with its performances. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            return _found(await self._repository.concert(session, concert_id))

    async def page_document(self, cursor: str | None, limit: int) -> Snapshot:
        """A page of concerts as everybody gets it."""
        return await self._memory.pages.get(page_key(cursor, limit))

    async def concert_document(self, concert_id: str) -> Snapshot:
        """A concert as everybody gets it. Raises `NotFound`."""
        return await self._memory.concerts.get(concert_id)

    async def plan_document(self, performance_id: str) -> Snapshot:
        """The seat map of a performance: encoded once, then the same bytes for ever. Raises `NotFound`."""
        return await self._memory.seat_maps.get(performance_id)

    # What other features ask

    async def performance(self, performance_id: str) -> PerformanceView:
        """What selling needs to know, runs included; from memory after the first time. Raises `NotFound`."""
        return await self._performances.get(performance_id)

    async def concert_exists(self, concert_id: str) -> bool:
        """Whether there is such a concert; from memory for those that are known."""
        if concert_id in await self._memory.index.get():
            return True
        async with self._database.read(primary=True) as session:
            return await self._repository.concert(session, concert_id) is not None

    async def concert_ids(self) -> list[str]:
        """The newest 10,000 concerts, newest first; at most about a second old."""
        return list(await self._memory.index.get())

    async def performances_of(self, concert_id: str) -> tuple[str, ...]:
        """The ids of a concert's performances, earliest first; at most about a second old."""
        known = (await self._memory.index.get()).get(concert_id)
        if known is not None:
            return known
        return tuple(performance.id for performance in (await self.concert(concert_id)).performances)

    # Inside

    async def _add_venue(self, session: WriteSession, actor: str, name: str) -> Venue:
        venue = Venue(self._ids.next(), clean_line(name, "name", TEXT_MAX_CHARACTERS), self._clock.now_ms())
        await self._repository.add_venue(session, venue)
        await self._accounts.record(session, actor, "venue.create", venue.id, {"name": venue.name})
        return venue

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[WriteSession]:
        try:
            async with self._database.write() as session:
                yield session
        except TransactionConflict as error:
            raise Unavailable("The database is busy. Try again shortly.") from error


def _found(value: Value | None) -> Value:
    if value is None:
        raise NotFound
    return value
