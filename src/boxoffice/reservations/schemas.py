"""Requests and replies of payment, reservations and cancellation."""

from datetime import datetime
from typing import Annotated

import msgspec


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
