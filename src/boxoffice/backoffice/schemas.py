"""Replies of the back office."""

from datetime import datetime

import msgspec


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
    phase: str
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
