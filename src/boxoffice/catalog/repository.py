"""The catalogue in SQL. Every method takes a session; none opens or commits one."""

from array import array
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, func, insert, select

from boxoffice.adapters.database import ReadSession, WriteSession
from boxoffice.catalog.models import (
    Area,
    Concert,
    Performance,
    PlanSummary,
    PricedTier,
    SeatingPlan,
    Seats,
    Tier,
    Venue,
)
from boxoffice.catalog.tables import concerts, performances, price_tiers, seating_plans, seats, venues

_PAGE_SEATS = 5000
"""Seats that are read or written at once: enough that the trip does not count, few enough not to hold the loop."""

_VENUE = select(venues.c.id, venues.c.name, venues.c.created_ms)
_PLAN = select(
    seating_plans.c.id,
    seating_plans.c.venue_id,
    seating_plans.c.name,
    seating_plans.c.version,
    seating_plans.c.seat_count,
    seating_plans.c.width,
    seating_plans.c.height,
    seating_plans.c.tiers,
    seating_plans.c.created_ms,
)
_PLAN_BY_ID = _PLAN.add_columns(seating_plans.c.areas).where(seating_plans.c.id == bindparam("plan"))
_PLAN_BY_VERSION = _PLAN.where(
    seating_plans.c.venue_id == bindparam("venue"), seating_plans.c.version == bindparam("version")
).order_by(seating_plans.c.id)
_SEATS = (
    select(seats.c.section, seats.c.row_label, seats.c.label, seats.c.tier, seats.c.x, seats.c.y)
    .where(seats.c.plan_id == bindparam("plan"), seats.c.no >= bindparam("first"), seats.c.no < bindparam("end"))
    .order_by(seats.c.no)
)
_CONCERT = select(
    concerts.c.id,
    concerts.c.title,
    concerts.c.artist,
    concerts.c.description,
    concerts.c.currency,
    concerts.c.sale_opens_ms,
)
_PERFORMANCE = (
    select(
        performances.c.id,
        performances.c.concert_id,
        performances.c.plan_id,
        seating_plans.c.version,
        venues.c.name,
        performances.c.starts_ms,
        seating_plans.c.seat_count,
        performances.c.seats_per_fan,
    )
    .join(seating_plans, seating_plans.c.id == performances.c.plan_id)
    .join(venues, venues.c.id == seating_plans.c.venue_id)
)
_PRICES = (
    select(price_tiers.c.performance_id, price_tiers.c.tier, price_tiers.c.color, price_tiers.c.price_minor)
    .where(price_tiers.c.performance_id.in_(bindparam("performances", expanding=True)))
    .order_by(price_tiers.c.performance_id, price_tiers.c.position)
)
_tiers = msgspec.json.Decoder(tuple[Tier, ...])
_areas = msgspec.json.Decoder(tuple[Area, ...])


class CatalogRepository:
    """Reads and writes of the catalogue."""

    # Venues

    async def add_venue(self, session: WriteSession, venue: Venue) -> None:
        """Store a venue."""
        await session.execute(insert(venues), venue._asdict())

    async def lock_venue(self, session: WriteSession, venue_id: str) -> bool:
        """Whether the venue exists; nobody else adds a plan to it until the transaction ends."""
        statement = select(venues.c.id).where(venues.c.id == bindparam("venue")).with_for_update()
        return await session.first(statement, {"venue": venue_id}) is not None

    async def venue(self, session: ReadSession, venue_id: str) -> Venue | None:
        """One venue."""
        row = await session.first(_VENUE.where(venues.c.id == bindparam("venue")), {"venue": venue_id})
        return Venue._make(row) if row else None

    async def venue_named(self, session: ReadSession, name: str) -> Venue | None:
        """The first venue of this name."""
        row = await session.first(_VENUE.where(venues.c.name == bindparam("name")).order_by("id"), {"name": name})
        return Venue._make(row) if row else None

    async def venues(self, session: ReadSession, cursor: str | None, limit: int) -> list[Venue]:
        """The newest first, those before `cursor`, at most `limit`."""
        statement = _VENUE if cursor is None else _VENUE.where(venues.c.id < cursor)
        return [Venue._make(row) for row in await session.all(statement.order_by(venues.c.id.desc()).limit(limit))]

    # Plans

    async def plan_with_version(self, session: ReadSession, venue_id: str, version: str) -> PlanSummary | None:
        """The venue's plan with this content."""
        row = await session.first(_PLAN_BY_VERSION, {"venue": venue_id, "version": version})
        return _summary(row) if row else None

    async def add_plan(self, session: WriteSession, summary: PlanSummary, plan: SeatingPlan) -> None:
        """Store a plan with all its seats."""
        columns = summary._asdict()
        columns["tiers"] = msgspec.json.encode(plan.tiers).decode()
        columns["areas"] = msgspec.json.encode(plan.areas).decode()
        await session.execute(insert(seating_plans), columns)
        for first in range(0, summary.seat_count, _PAGE_SEATS):
            await session.execute(
                insert(seats),
                [
                    {
                        "plan_id": summary.id,
                        "no": seat.no,
                        "section": seat.section,
                        "row_label": seat.row,
                        "label": seat.label,
                        "tier": seat.tier,
                        "x": seat.x,
                        "y": seat.y,
                    }
                    for seat in plan.seats[first : first + _PAGE_SEATS]
                ],
            )

    async def plans(self, session: ReadSession, venue_id: str, cursor: str | None, limit: int) -> list[PlanSummary]:
        """A venue's plans, the newest first, those before `cursor`, at most `limit`."""
        statement = _PLAN if cursor is None else _PLAN.where(seating_plans.c.id < cursor)
        statement = statement.where(seating_plans.c.venue_id == bindparam("venue"))
        rows = await session.all(statement.order_by(seating_plans.c.id.desc()).limit(limit), {"venue": venue_id})
        return [_summary(row) for row in rows]

    async def plan_summary(self, session: ReadSession, plan_id: str) -> PlanSummary | None:
        """A plan without its seats."""
        row = await session.first(_PLAN_BY_ID, {"plan": plan_id})
        return _summary(row) if row else None

    async def plan(self, session: ReadSession, plan_id: str) -> SeatingPlan | None:
        """A plan with all its seats."""
        row = await session.first(_PLAN_BY_ID, {"plan": plan_id})
        if row is None:
            return None
        summary = _summary(row)
        columns = _Columns(summary)
        for first in range(0, summary.seat_count, _PAGE_SEATS):
            span = {"plan": plan_id, "first": first, "end": first + _PAGE_SEATS}
            columns.extend(await session.all(_SEATS, span))
        areas = _areas.decode(row.areas)
        return SeatingPlan(
            summary.name, summary.width, summary.height, summary.tiers, columns.seats(), areas, summary.version
        )

    # Concerts

    async def add_concert(self, session: WriteSession, concert: Concert, created_ms: int) -> None:
        """Store a concert, as yet without performances."""
        columns = concert._asdict() | {"created_ms": created_ms}
        del columns["performances"]
        await session.execute(insert(concerts), columns)

    async def lock_concert(self, session: WriteSession, concert_id: str) -> int | None:
        """How many performances it has, None where there is no such concert; locked until the transaction ends."""
        statement = select(concerts.c.id).where(concerts.c.id == bindparam("concert")).with_for_update()
        if await session.first(statement, {"concert": concert_id}) is None:
            return None
        counted = select(func.count()).where(performances.c.concert_id == bindparam("concert"))
        return int(await session.scalar(counted, {"concert": concert_id}))

    async def add_performance(self, session: WriteSession, performance: Performance, created_ms: int) -> None:
        """Store a performance with its prices."""
        kept = ("id", "concert_id", "plan_id", "starts_ms", "seats_per_fan")
        columns = {name: getattr(performance, name) for name in kept} | {"created_ms": created_ms}
        await session.execute(insert(performances), columns)
        await session.execute(
            insert(price_tiers),
            [
                {
                    "performance_id": performance.id,
                    "tier": tier.name,
                    "position": position,
                    "color": tier.color,
                    "price_minor": tier.price_minor,
                }
                for position, tier in enumerate(performance.tiers)
            ],
        )

    async def concert(self, session: ReadSession, concert_id: str) -> Concert | None:
        """A concert with its performances."""
        row = await session.first(_CONCERT.where(concerts.c.id == bindparam("concert")), {"concert": concert_id})
        return (await self._with_performances(session, [row]))[0] if row else None

    async def concerts(self, session: ReadSession, cursor: str | None, limit: int) -> list[Concert]:
        """The newest first with their performances, those before `cursor`, at most `limit`."""
        statement = _CONCERT if cursor is None else _CONCERT.where(concerts.c.id < cursor)
        rows = await session.all(statement.order_by(concerts.c.id.desc()).limit(limit))
        return await self._with_performances(session, rows)

    async def performance(self, session: ReadSession, performance_id: str) -> tuple[Performance, str] | None:
        """A performance and its concert's currency."""
        statement = _PERFORMANCE.add_columns(concerts.c.currency).join(
            concerts, concerts.c.id == performances.c.concert_id
        )
        found = await session.first(statement.where(performances.c.id == bindparam("id")), {"id": performance_id})
        if found is None:
            return None
        prices = await self._prices(session, [performance_id])
        return _performance(found, prices), found.currency

    async def index(self, session: ReadSession, limit: int) -> dict[str, tuple[str, ...]]:
        """The performances of each of the newest `limit` concerts, by id."""
        newest = select(concerts.c.id).order_by(concerts.c.id.desc()).limit(limit).subquery()
        statement = (
            select(newest.c.id, performances.c.id)
            .select_from(newest.outerjoin(performances, performances.c.concert_id == newest.c.id))
            .order_by(newest.c.id.desc(), performances.c.starts_ms, performances.c.id)
        )
        rows = await session.all(statement)
        return {
            concert_id: tuple(performance_id for _, performance_id in group if performance_id is not None)
            for concert_id, group in groupby(map(tuple, rows), key=itemgetter(0))
        }

    async def _with_performances(self, session: ReadSession, rows: Sequence[Row[Any]]) -> list[Concert]:
        wanted = [row.id for row in rows]
        statement = _PERFORMANCE.where(performances.c.concert_id.in_(wanted))
        found = await session.all(statement.order_by(performances.c.starts_ms, performances.c.id)) if wanted else []
        prices = await self._prices(session, [row.id for row in found])
        by_concert: dict[str, list[Performance]] = {concert_id: [] for concert_id in wanted}
        for row in found:
            by_concert[row.concert_id].append(_performance(row, prices))
        return [Concert._make((*tuple(row), tuple(by_concert[row.id]))) for row in rows]

    async def _prices(self, session: ReadSession, wanted: Sequence[str]) -> dict[str, tuple[PricedTier, ...]]:
        rows = await session.all(_PRICES, {"performances": wanted}) if wanted else []
        return {
            performance_id: tuple(PricedTier(row.tier, row.color, row.price_minor) for row in group)
            for performance_id, group in groupby(rows, key=lambda row: str(row.performance_id))
        }


class _Columns:
    """Gathers the rows of a plan's seats; a text that many seats share is kept once."""

    def __init__(self, summary: PlanSummary) -> None:
        self._tier_names = tuple(tier.name for tier in summary.tiers)
        self._tier_numbers = {name: index for index, name in enumerate(self._tier_names)}
        self._shared: dict[str, str] = {}
        self._section: list[str] = []
        self._row: list[str] = []
        self._label: list[str] = []
        self._tier_of = bytearray()
        self._x = array("d")
        self._y = array("d")

    def extend(self, rows: Sequence[Row[Any]]) -> None:
        shared = self._shared.setdefault
        for section, row, label, tier, x, y in map(tuple, rows):
            self._section.append(shared(section, section))
            self._row.append(shared(row, row))
            self._label.append(shared(label, label))
            self._tier_of.append(self._tier_numbers[tier])
            self._x.append(x)
            self._y.append(y)

    def seats(self) -> Seats:
        return Seats(
            section=self._section,
            row=self._row,
            label=self._label,
            tier_of=bytes(self._tier_of),
            tier_names=self._tier_names,
            x=self._x,
            y=self._y,
        )


def _performance(row: Row[Any], prices: Mapping[str, tuple[PricedTier, ...]]) -> Performance:
    columns = tuple(row)[: len(Performance._fields) - 1]
    return Performance._make((*columns, prices.get(row.id, ())))


def _summary(row: Row[Any]) -> PlanSummary:
    columns = {name: getattr(row, name) for name in PlanSummary._fields}
    return PlanSummary(**columns | {"tiers": _tiers.decode(row.tiers)})
