"""What a fan knows to have done: the crowd's own books, kept apart from the server's."""

from dataclasses import dataclass, field
from typing import NamedTuple

from boxoffice.crowd.messages import Hold, Paid


@dataclass(slots=True)
class Purchase:
    """A payment that was answered 201."""

    reservation_id: str
    performance_id: str
    seats: tuple[int, ...]
    total_minor: int
    cancelled: bool = False


class Unsettled(NamedTuple):
    """A request that moves money and never got an answer. The audit sends it again, with its key, to learn what it did.

    `subject` is a hold (with `receipt` and `performance_id`), a reservation, or nothing; `amount_minor` is for top-ups.
    """

    kind: str
    key: str
    subject: str = ""
    receipt: str | None = None
    performance_id: str = ""
    amount_minor: int = 0


@dataclass(slots=True)
class Deeds:
    """One fan's books."""

    number: int
    topped_up_minor: int = 0
    purchases: list[Purchase] = field(default_factory=list)
    unsettled: list[Unsettled] = field(default_factory=list)

    def bought(self, paid: Paid, performance_id: str) -> Purchase:
        """Enter a 201; the same reservation again is the same purchase."""
        reservation = paid.reservation
        for purchase in self.purchases:
            if purchase.reservation_id == reservation.id:
                return purchase
        seats = tuple(sorted(ticket.seat_no for ticket in reservation.tickets))
        total_minor = sum(ticket.price_minor for ticket in reservation.tickets)
        purchase = Purchase(reservation.id, performance_id, seats, total_minor)
        self.purchases.append(purchase)
        return purchase

    def balance_minor(self) -> int:
        """What the wallet must hold: top-ups less payments plus refunds."""
        kept = sum(purchase.total_minor for purchase in self.purchases if not purchase.cancelled)
        return self.topped_up_minor - kept


def matches(purchase: Purchase, hold: Hold) -> bool:
    """Whether what was bought is what was held, at the price that was said."""
    return purchase.seats == tuple(sorted(hold.seats)) and purchase.total_minor == hold.total_minor
