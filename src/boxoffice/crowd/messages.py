"""What the crowd says and what it reads, of the product's published JSON; members it does not use are skipped."""

import msgspec


class User(msgspec.Struct, frozen=True):
    id: str


class SignedIn(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str
    user: User


class PricedTier(msgspec.Struct, frozen=True):
    name: str
    price_minor: int


class Performance(msgspec.Struct, frozen=True):
    id: str
    seat_count: int
    seats_per_fan: int
    tiers: tuple[PricedTier, ...]


class Concert(msgspec.Struct, frozen=True):
    id: str
    title: str
    performances: tuple[Performance, ...] = ()


class ConcertPage(msgspec.Struct, frozen=True):
    items: list[Concert]
    next: str | None


class PlanSeat(msgspec.Struct, frozen=True):
    no: int
    section: str
    row: str


class Plan(msgspec.Struct, frozen=True):
    seats: list[PlanSeat]


class Polling(msgspec.Struct, frozen=True):
    """How to poll the public snapshot: near the turn, far from it, and how much longer per position."""

    near_ms: int = 1000
    far_ms: int = 30_000
    per_position_ms: float = 0.0
    jitter: float = 0.2


class QueueSnapshot(msgspec.Struct, frozen=True):
    phase: str
    calling: int
    poll: Polling = Polling()
    epoch: int = 1


class Place(msgspec.Struct, frozen=True):
    """A fan's own place: the answer to joining and to polling `current`."""

    status: str
    number: int
    poll_after_ms: int = 1000
    token: str = ""
    epoch: int = 1


class Availability(msgspec.Struct, frozen=True):
    """`taken` is a bitmap in base64: seat 0 is the highest bit of byte 0."""

    taken: str
    total: int
    free: int


class Hold(msgspec.Struct, frozen=True):
    id: str
    seats: tuple[int, ...]
    total_minor: int
    receipt: str


class PaidTicket(msgspec.Struct, frozen=True):
    seat_no: int
    price_minor: int


class PaidReservation(msgspec.Struct, frozen=True):
    id: str
    tickets: tuple[PaidTicket, ...]


class Paid(msgspec.Struct, frozen=True):
    reservation: PaidReservation


class Refund(msgspec.Struct, frozen=True):
    amount_minor: int


class Wallet(msgspec.Struct, frozen=True):
    balance_minor: int


class SoldTicket(msgspec.Struct, frozen=True):
    """A line of the operator's list of tickets."""

    id: str
    reservation_id: str
    user_id: str
    performance_id: str
    seat_no: int
    price_minor: int
    active: bool


class TicketPage(msgspec.Struct, frozen=True):
    items: list[SoldTicket]
    next: str | None


class ServerCheck(msgspec.Struct, frozen=True):
    name: str
    ok: bool
    detail: str = ""


class ServerAudit(msgspec.Struct, frozen=True):
    ok: bool
    checks: list[ServerCheck]


class Best(msgspec.Struct, frozen=True):
    count: int


class HoldBest(msgspec.Struct, frozen=True):
    best_available: Best


class HoldSeats(msgspec.Struct, frozen=True):
    seats: tuple[int, ...]


class Pay(msgspec.Struct, frozen=True, omit_defaults=True):
    hold_id: str
    receipt: str | None = None


class Charge(msgspec.Struct, frozen=True):
    amount_minor: int


class Credentials(msgspec.Struct, frozen=True):
    email: str
    password: str


class NewUser(msgspec.Struct, frozen=True):
    email: str
    password: str
    name: str


class Refresh(msgspec.Struct, frozen=True):
    refresh_token: str
