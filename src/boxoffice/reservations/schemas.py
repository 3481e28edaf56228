"""Requests and replies of payment, reservations and cancellation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from boxoffice.catalog.models import PerformanceView
from boxoffice.kernel.clock import utc
from boxoffice.reservations.models import Reservation, Ticket


class PaymentRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which hold to pay for. The receipt is of use when the seat store has lost the hold. Prices are ours."""

    hold_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    receipt: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)] | None = None


class TicketReply(msgspec.Struct, frozen=True, kw_only=True):
    """One seat. `status` is valid or cancelled."""

    id: str
    seat_no: int
    section: str
    row: str
    label: str
    tier: str
    price_minor: int
    status: str = "valid"


class ReservationReply(msgspec.Struct, frozen=True, kw_only=True):
    """What one payment bought. `status` is confirmed or cancelled."""

    id: str
    concert_id: str
    performance_id: str
    status: str
    total_minor: int
    currency: str
    created_at: datetime
    cancelled_at: datetime | None
    tickets: list[TicketReply]


class PaymentReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The money side."""

    id: str
    amount_minor: int
    currency: str
    balance_minor: int
    created_at: datetime


class PaymentReply(msgspec.Struct, frozen=True):
    """A payment and what it bought."""

    payment: PaymentReceipt
    reservation: ReservationReply


class RefundReply(msgspec.Struct, frozen=True, kw_only=True):
    """A cancellation and what came back."""

    id: str
    reservation_id: str
    amount_minor: int
    currency: str
    balance_minor: int
    created_at: datetime


class ReservationPage(msgspec.Struct, frozen=True):
    """Newest first; `next` is the cursor of the following page, or null."""

    items: list[ReservationReply]
    next: str | None


def reservation_reply(
    reservation: Reservation, tickets: Sequence[Ticket], performance: PerformanceView
) -> ReservationReply:
    """A reservation as its owner sees it."""
    return ReservationReply(
        id=reservation.id,
        concert_id=reservation.concert_id,
        performance_id=reservation.performance_id,
        status=reservation.status,
        total_minor=reservation.total_minor,
        currency=reservation.currency,
        created_at=utc(reservation.created_ms),
        cancelled_at=None if reservation.cancelled_ms is None else utc(reservation.cancelled_ms),
        tickets=[_ticket_reply(ticket, performance) for ticket in tickets],
    )


def _ticket_reply(ticket: Ticket, performance: PerformanceView) -> TicketReply:
    seat = performance.seat(ticket.seat_no)
    return TicketReply(
        id=ticket.id,
        seat_no=ticket.seat_no,
        section=seat.section,
        row=seat.row,
        label=seat.label,
        tier=ticket.tier,
        price_minor=ticket.price_minor,
        status="valid" if ticket.active else "cancelled",
    )
