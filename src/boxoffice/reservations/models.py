"""Plain values of what was sold, and the commands that sell and give back."""

from typing import NamedTuple

import msgspec

from boxoffice.kernel.errors import BoxofficeError
from boxoffice.seats.models import ClaimedHold
from boxoffice.wallet.models import MoneyCommand


class PaymentCommand(MoneyCommand, frozen=True, kw_only=True):
    """Pay for a hold. Where the hold could not be claimed, `refusal` says why; an earlier answer still counts."""

    hold_id: str
    claimed: ClaimedHold | None
    refusal: BoxofficeError | None


class CancellationCommand(MoneyCommand, frozen=True, kw_only=True):
    """Give a reservation back."""

    reservation_id: str


class Ticket(NamedTuple):
    """The right to one seat of one performance."""

    id: str
    reservation_id: str
    user_id: str
    performance_id: str
    seat_no: int
    tier: str
    price_minor: int
    active: bool


class Reservation(NamedTuple):
    """What one payment bought."""

    id: str
    hold_id: str
    user_id: str
    concert_id: str
    performance_id: str
    total_minor: int
    currency: str
    status: str
    created_ms: int
    cancelled_ms: int | None


class Payment(NamedTuple):
    """The money side of a reservation; one for each."""

    id: str
    reservation_id: str
    transfer_id: str
    amount_minor: int
    created_ms: int


class Refund(NamedTuple):
    """The money side of a cancellation; one for each reservation."""

    id: str
    reservation_id: str
    transfer_id: str
    amount_minor: int
    created_ms: int


class Sale(NamedTuple):
    """Everything that one payment writes beside the ledger."""

    reservation: Reservation
    payment: Payment
    tickets: tuple[Ticket, ...]


class Cancellation(NamedTuple):
    """Everything that one cancellation writes beside the ledger."""

    reservation: Reservation
    refund: Refund


class OnSale(msgspec.Struct):
    """What the database says about the seats and holds of one batch; decisions keep it current."""

    sold: set[tuple[str, int]]
    owner_by_hold: dict[str, str]
    seats_by_fan: dict[tuple[str, str], int]


class Held(msgspec.Struct):
    """What the database says about the reservations of one batch of cancellations."""

    reservations: dict[str, Reservation]
    payment_transfers: dict[str, str]
    starts_ms: dict[str, int]
