"""Pure decisions: may this hold be paid, may this reservation be given back, and what follows from it.

Each checks everything first and moves money last, so that a refusal leaves no trace in the batch.
"""

from collections.abc import Callable

from boxoffice.kernel.errors import (
    AlreadyCancelled,
    AlreadyPaid,
    Conflict,
    HoldExpired,
    LimitExceeded,
    NotFound,
    SeatTaken,
)
from boxoffice.reservations.models import (
    Cancellation,
    CancellationCommand,
    Held,
    OnSale,
    Payment,
    PaymentCommand,
    Refund,
    Reservation,
    Sale,
    Ticket,
)
from boxoffice.wallet.policy import Ledger


def decide_payment(command: PaymentCommand, on_sale: OnSale, ledger: Ledger, next_id: Callable[[], str]) -> Sale:
    """Sell the claimed seats, at the catalogue's prices.

    Raises `AlreadyPaid`, the refusal of the claim, `SeatTaken`, `LimitExceeded`, `InsufficientBalance`.
    """
    if on_sale.owner_by_hold.get(command.hold_id) == command.user_id:
        raise AlreadyPaid
    claimed = command.claimed
    if claimed is None or command.hold_id in on_sale.owner_by_hold:
        raise command.refusal or HoldExpired()
    performance = claimed.performance
    taken = [no for no in claimed.seats if (performance.id, no) in on_sale.sold]
    if taken:
        raise SeatTaken(seats=taken)
    fan = (performance.id, command.user_id)
    owned = on_sale.seats_by_fan.get(fan, 0)
    if owned + len(claimed.seats) > performance.seats_per_fan:
        raise LimitExceeded(limit=performance.seats_per_fan)
    total_minor = sum(performance.price_of(no) for no in claimed.seats)
    transfer = ledger.pay(command.user_id, performance.concert_id, total_minor)

    reservation = Reservation(
        id=next_id(),
        hold_id=command.hold_id,
        user_id=command.user_id,
        concert_id=performance.concert_id,
        performance_id=performance.id,
        total_minor=total_minor,
        currency=ledger.currency,
        status="confirmed",
        created_ms=ledger.now_ms,
        cancelled_ms=None,
    )
    tickets = tuple(
        Ticket(
            id=next_id(),
            reservation_id=reservation.id,
            user_id=command.user_id,
            performance_id=performance.id,
            seat_no=no,
            tier=performance.seat(no).tier,
            price_minor=performance.price_of(no),
            active=True,
        )
        for no in claimed.seats
    )
    payment = Payment(next_id(), reservation.id, transfer.id, total_minor, ledger.now_ms)
    on_sale.sold.update((performance.id, no) for no in claimed.seats)
    on_sale.owner_by_hold[command.hold_id] = command.user_id
    on_sale.seats_by_fan[fan] = owned + len(claimed.seats)
    return Sale(reservation, payment, tickets)


def decide_cancellation(
    command: CancellationCommand, held: Held, ledger: Ledger, next_id: Callable[[], str]
) -> Cancellation:
    """Give back a reservation whole, until its performance begins.

    Raises `NotFound` (also for somebody else's), `AlreadyCancelled`, `Conflict`.
    """
    reservation = held.reservations.get(command.reservation_id)
    if reservation is None or reservation.user_id != command.user_id:
        raise NotFound
    if reservation.status == "cancelled":
        raise AlreadyCancelled
    if held.starts_ms[reservation.performance_id] <= ledger.now_ms:
        raise Conflict("The performance has begun; this reservation can no longer be cancelled.")
    transfer = ledger.refund(
        command.user_id,
        reservation.concert_id,
        reservation.total_minor,
        reverses_id=held.payment_transfers[reservation.id],
    )

    cancelled = reservation._replace(status="cancelled", cancelled_ms=ledger.now_ms)
    held.reservations[reservation.id] = cancelled
    return Cancellation(
        cancelled, Refund(next_id(), reservation.id, transfer.id, reservation.total_minor, ledger.now_ms)
    )
