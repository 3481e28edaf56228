"""Plain values of the back office."""

from typing import NamedTuple

from boxoffice.catalog.models import Concert
from boxoffice.queue.models import LiveNumbers, Phase
from boxoffice.seats.models import SeatNumbers


class Check(NamedTuple):
    """One property of a sale: whether it holds, and what was looked at or what is wrong."""

    name: str
    ok: bool
    detail: str


class SaleNumbers(NamedTuple):
    """A sale that is on: its queue, and each of its performances."""

    concert_id: str
    queue: LiveNumbers
    seats: tuple[tuple[str, SeatNumbers], ...]


class SoldTicket(NamedTuple):
    """A ticket as the operator's list shows it."""

    id: str
    reservation_id: str
    user_id: str
    performance_id: str
    seat_no: int
    price_minor: int
    active: bool


class Standing(NamedTuple):
    """How a sale stands in the database. `phase` is None while nobody has changed it from the default."""

    phase: Phase | None
    revenue_minor: int
    reservations: int
    seats_sold: int


class Sale(NamedTuple):
    """A concert and how its sale stands."""

    concert: Concert
    standing: Standing


class SoldLine(NamedTuple):
    """A line of the file of sales, with the names of its columns."""

    ticket_id: str
    reservation_id: str
    fan_id: str
    performance_id: str
    performance_starts_at: str
    section: str
    row: str
    seat: str
    tier: str
    price_minor: int
    currency: str
    status: str  # valid | cancelled
    sold_at: str
    cancelled_at: str


class LedgerLine(NamedTuple):
    """A line of the file of the ledger, with the names of its columns. The lines of one transfer sum to zero."""

    transfer_id: str
    line: int
    kind: str
    account: str
    amount_minor: int
    currency: str
    fan_id: str
    reservation_id: str
    reverses_transfer_id: str
    at: str


class Takings(NamedTuple):
    """What a concert has brought in, refunds taken off, and the number of confirmed reservations."""

    revenue_minor: int
    reservations: int


class LedgerFindings(NamedTuple):
    """How many rows of the whole database break each rule of money; all must be 0."""

    transfers_unbalanced: int
    wallets_unexplained: int
    wallets_negative: int
    ledger_sum_minor: int


class SaleFindings(NamedTuple):
    """How many rows of one concert break each rule of selling; all must be 0."""

    seats_sold_twice: int
    confirmed_wrong: int
    cancelled_wrong: int
    fans_over_limit: int
    owners_wrong: int
    revenue_unexplained_minor: int


class PerformanceSeats(NamedTuple):
    """Seats of one performance: what the database has sold beside what the seat store says."""

    performance_id: str
    sold_in_database: frozenset[int]
    sold_in_store: frozenset[int]
    taken_in_store: frozenset[int]
    free: int
    held: int
    paying: int
    sold: int
    total: int
