"""Replies of the back office."""

from base64 import b64encode
from datetime import datetime

import msgspec

from boxoffice.backoffice.models import Sale
from boxoffice.catalog.schemas import ConcertReply, concert_reply
from boxoffice.queue.models import Phase
from boxoffice.seats.models import SeatPicture


class CheckReply(msgspec.Struct, frozen=True):
    """One property of the sale."""

    name: str
    ok: bool
    detail: str


class AuditReply(msgspec.Struct, frozen=True, kw_only=True):
    """The whole sale read back. `ok` only if every check is."""

    concert_id: str
    ok: bool
    checks: list[CheckReply]
    at: datetime


class SeatsReply(msgspec.Struct, frozen=True, kw_only=True):
    """Seats of one performance by state; the four sum to `total`."""

    performance_id: str
    free: int
    held: int
    paying: int
    sold: int
    total: int


class LiveReply(msgspec.Struct, frozen=True, kw_only=True):
    """The sale at this moment, at most one second old."""

    concert_id: str
    phase: Phase
    waiting: int
    present: int
    inside: int
    limit: int
    admitted_total: int
    rate_per_s: float
    serving: int
    calling: int
    last: int
    seats: list[SeatsReply]
    revenue_minor: int
    currency: str
    reservations: int
    as_of_ms: int


class SeatStatesReply(msgspec.Struct, frozen=True, kw_only=True):
    """Which seats are held, paying and sold: base64 of bitmaps, seat 0 the highest bit of byte 0; no seat is in two."""

    performance_id: str
    total: int
    held: str
    paying: str
    sold: str
    as_of_ms: int


class SaleReply(msgspec.Struct, frozen=True, kw_only=True):
    """A concert and how its sale stands. `seats_total` counts every performance."""

    concert: ConcertReply
    phase: Phase
    seats_total: int
    seats_sold: int
    reservations: int
    revenue_minor: int


class SalePage(msgspec.Struct, frozen=True):
    """Newest first; `next` is the cursor of the following page, or null."""

    items: list[SaleReply]
    next: str | None


class SoldTicketReply(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as the operator's list shows it."""

    id: str
    reservation_id: str
    user_id: str
    performance_id: str
    seat_no: int
    price_minor: int
    active: bool


class SoldTicketPage(msgspec.Struct, frozen=True):
    """In order of sale; `next` is the cursor of the following page, or null."""

    items: list[SoldTicketReply]
    next: str | None


def sale_reply(sale: Sale) -> SaleReply:
    standing = sale.standing
    return SaleReply(
        concert=concert_reply(sale.concert),
        phase=standing.phase or "scheduled",
        seats_total=sum(performance.seat_count for performance in sale.concert.performances),
        seats_sold=standing.seats_sold,
        reservations=standing.reservations,
        revenue_minor=standing.revenue_minor,
    )


def encode_seat_states(performance_id: str, total: int, picture: SeatPicture, as_of_ms: int) -> bytes:
    return msgspec.json.encode(
        SeatStatesReply(
            performance_id=performance_id,
            total=total,
            held=b64encode(picture.held).decode(),
            paying=b64encode(picture.paying).decode(),
            sold=b64encode(picture.sold).decode(),
            as_of_ms=as_of_ms,
        )
    )
