"""Requests and replies of the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from boxoffice.catalog.models import (
    DESCRIPTION_MAX_CHARACTERS,
    LABEL_MAX_CHARACTERS,
    TEXT_MAX_CHARACTERS,
    TIERS_MAX,
    Area,
    Concert,
    Performance,
    PerformanceView,
    PlanSummary,
    PricedTier,
    Seat,
    SeatingPlan,
    Seats,
    Tier,
    Venue,
)
from boxoffice.kernel.clock import utc
from boxoffice.kernel.money import AMOUNT_MINOR_MAX
from boxoffice.kernel.paging import cut_page
from boxoffice.kernel.text import LINE_PATTERN

Line = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX_CHARACTERS, pattern=LINE_PATTERN)]
_Price = Annotated[int, Meta(ge=0, le=AMOUNT_MINOR_MAX)]
_TierName = Annotated[str, Meta(min_length=1, max_length=LABEL_MAX_CHARACTERS)]
_Id = Annotated[str, Meta(min_length=36, max_length=36)]


class VenueRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A new venue."""

    name: Line


class ConcertRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A new concert. `sale_opens_at` is told to fans; the operator opens the sale."""

    title: Line
    artist: Line
    description: Annotated[str, Meta(max_length=DESCRIPTION_MAX_CHARACTERS)] = ""
    sale_opens_at: Annotated[datetime, Meta(tz=True)] | None = None


class PerformanceRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A new performance: `prices` gives every tier of the plan its price in minor units."""

    plan_id: _Id
    starts_at: Annotated[datetime, Meta(tz=True)]
    prices: Annotated[dict[_TierName, _Price], Meta(min_length=1, max_length=TIERS_MAX)]
    seats_per_fan: Annotated[int, Meta(ge=1, le=100)] | None = None


class VenueReply(msgspec.Struct, frozen=True, kw_only=True):
    """A venue."""

    id: str
    name: str
    created_at: datetime


class VenuePage(msgspec.Struct, frozen=True):
    """Newest first; `next` is the cursor of the following page, or null."""

    items: list[VenueReply]
    next: str | None


class PlanReply(msgspec.Struct, frozen=True, kw_only=True):
    """A seating plan without its seats; `version` is a hash of its content."""

    id: str
    venue_id: str
    name: str
    version: str
    seat_count: int
    width: float
    height: float
    tiers: tuple[Tier, ...]
    created_at: datetime


class PlanPage(msgspec.Struct, frozen=True):
    """Newest first; `next` is the cursor of the following page, or null."""

    items: list[PlanReply]
    next: str | None


class PlanSeatsReply(msgspec.Struct, frozen=True, kw_only=True):
    """A seating plan with everything that its map draws."""

    version: str
    name: str
    width: float
    height: float
    seats: list[Seat]
    tiers: tuple[Tier, ...]
    areas: tuple[Area, ...]


class PerformanceReply(msgspec.Struct, frozen=True, kw_only=True):
    """A performance."""

    id: str
    starts_at: datetime
    venue: str
    plan_id: str
    plan_version: str
    seat_count: int
    seats_per_fan: int
    tiers: tuple[PricedTier, ...]


class ConcertReply(msgspec.Struct, frozen=True, kw_only=True):
    """A concert with its performances, earliest first."""

    id: str
    title: str
    artist: str
    description: str
    currency: str
    sale_opens_at: datetime | None
    performances: list[PerformanceReply]


class ConcertPage(msgspec.Struct, frozen=True):
    """Newest first; `next` is the cursor of the following page, or null."""

    items: list[ConcertReply]
    next: str | None


class SeatsReply(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a seat map draws. Seat numbers are those of availability and holds."""

    version: str
    name: str
    width: float
    height: float
    seats: list[Seat]
    tiers: tuple[PricedTier, ...]
    areas: tuple[Area, ...]


def venue_reply(venue: Venue) -> VenueReply:
    return VenueReply(id=venue.id, name=venue.name, created_at=utc(venue.created_ms))


def plan_reply(plan: PlanSummary) -> PlanReply:
    members = plan._asdict()
    return PlanReply(created_at=utc(members.pop("created_ms")), **members)


def performance_reply(performance: Performance) -> PerformanceReply:
    return PerformanceReply(
        id=performance.id,
        starts_at=utc(performance.starts_ms),
        venue=performance.venue,
        plan_id=performance.plan_id,
        plan_version=performance.plan_version,
        seat_count=performance.seat_count,
        seats_per_fan=performance.seats_per_fan,
        tiers=performance.tiers,
    )


def concert_reply(concert: Concert) -> ConcertReply:
    return ConcertReply(
        id=concert.id,
        title=concert.title,
        artist=concert.artist,
        description=concert.description,
        currency=concert.currency,
        sale_opens_at=None if concert.sale_opens_ms is None else utc(concert.sale_opens_ms),
        performances=[performance_reply(performance) for performance in concert.performances],
    )


def encode_concert(concert: Concert) -> bytes:
    """A concert as everybody gets it."""
    return msgspec.json.encode(concert_reply(concert))


def encode_page(found: Sequence[Concert], limit: int) -> bytes:
    """A page of `limit` concerts; one more in `found` tells that another page follows."""
    shown, following = cut_page(found, limit, lambda concert: concert.id)
    return msgspec.json.encode(ConcertPage([concert_reply(concert) for concert in shown], following))


def encode_seats(performance: PerformanceView) -> bytes:
    """The seat map of a performance."""
    plan = performance.plan
    return msgspec.json.encode(
        SeatsReply(
            version=plan.version,
            name=plan.name,
            width=_short(plan.width),
            height=_short(plan.height),
            seats=_seats(plan.seats),
            tiers=performance.tiers,
            areas=plan.areas,
        )
    )


def encode_plan(plan: SeatingPlan) -> bytes:
    """The map of a plan, which has no prices yet."""
    return msgspec.json.encode(
        PlanSeatsReply(
            version=plan.version,
            name=plan.name,
            width=_short(plan.width),
            height=_short(plan.height),
            seats=_seats(plan.seats),
            tiers=plan.tiers,
            areas=plan.areas,
        )
    )


def _seats(seats: Seats) -> list[Seat]:
    """Whole coordinates are written without a point: a map is read by everybody."""
    tiers = [seats.tier_names[tier] for tier in seats.tier_of]
    xs, ys = map(_short, seats.x), map(_short, seats.y)
    return list(map(Seat, range(len(seats)), seats.section, seats.row, seats.label, tiers, xs, ys))


def _short(number: float) -> float:
    return int(number) if number.is_integer() else number
