"""Plain values of the catalogue."""

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

import msgspec

PLAN_MAX_BYTES = 32 * 1024 * 1024
SEATS_MAX = 100_000
TIERS_MAX = 32
TEXT_MAX_CHARACTERS = 200
"""Names of venues, plans, concerts and artists, and what is written on an area."""
SECTION_MAX_CHARACTERS = 100
LABEL_MAX_CHARACTERS = 50
"""Rows, seats and tiers."""
DESCRIPTION_MAX_CHARACTERS = 5000
PERFORMANCES_PER_CONCERT_MAX = 100
CONCERTS_MAX = 10_000
"""How many concerts the background jobs look after."""

Runs = tuple[tuple[tuple[int, int, float], ...], ...]
"""For each tier index, `(start, length, centre_offset)` of seats next to each other, the best run first."""


class Seat(msgspec.Struct, frozen=True, gc=False):
    """A seat. `no` is its number in the plan, 0..n-1; neighbours in a row have consecutive numbers."""

    no: int
    section: str
    row: str
    label: str
    tier: str
    x: float
    y: float


class Tier(msgspec.Struct, frozen=True):
    """A category of seats that have one price, and how many seats it has."""

    name: str
    color: str
    seat_count: int = 0


class Area(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something drawn beside the seats: a stage, a bar, a label.

    `shape` is rectangle, ellipse, polygon or text; x, y, width and height are its box before it is turned.
    `rotation` is in degrees, clockwise: a rectangle and a text turn around (x, y), an ellipse around its middle.
    `points` are a polygon's corners. The text stands at (text_x, text_y).
    """

    shape: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    rotation: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    color: str = ""
    border_color: str = ""
    text: str = ""
    text_x: float = 0.0
    text_y: float = 0.0
    text_size: float = 16.0
    text_color: str = ""


class Seats(Sequence[Seat]):
    """The seats of a plan, kept as columns: about 45 bytes a seat, and a `Seat` is made when asked for."""

    __slots__ = ("label", "row", "section", "tier_names", "tier_of", "x", "y")

    def __init__(
        self,
        *,
        section: Sequence[str],
        row: Sequence[str],
        label: Sequence[str],
        tier_of: bytes,
        tier_names: Sequence[str],
        x: "array[float]",
        y: "array[float]",
    ) -> None:
        self.section = section
        self.row = row
        self.label = label
        self.tier_of = tier_of
        self.tier_names = tier_names
        self.x = x
        self.y = y

    def __len__(self) -> int:
        return len(self.tier_of)

    @overload
    def __getitem__(self, no: int) -> Seat: ...
    @overload
    def __getitem__(self, no: slice) -> list[Seat]: ...
    def __getitem__(self, no: int | slice) -> Seat | list[Seat]:
        if isinstance(no, slice):
            return [self[each] for each in range(*no.indices(len(self)))]
        if not 0 <= no < len(self.tier_of):
            raise IndexError(no)
        tier = self.tier_names[self.tier_of[no]]
        return Seat(no, self.section[no], self.row[no], self.label[no], tier, self.x[no], self.y[no])

    def __iter__(self) -> Iterator[Seat]:
        names = [self.tier_names[tier] for tier in self.tier_of]
        return map(Seat, range(len(self)), self.section, self.row, self.label, names, self.x, self.y)


class PlanSummary(NamedTuple):
    """A stored plan without its seats."""

    id: str
    venue_id: str
    name: str
    version: str
    seat_count: int
    width: float
    height: float
    tiers: tuple[Tier, ...]
    created_ms: int


class SeatingPlan(NamedTuple):
    """A seating plan. It never changes: `version` is a hash of everything in it."""

    name: str
    width: float
    height: float
    tiers: tuple[Tier, ...]
    seats: Seats
    areas: tuple[Area, ...]
    version: str

    def summary(self, plan_id: str, venue_id: str, created_ms: int) -> PlanSummary:
        """The plan without its seats, as it is stored in a venue."""
        return PlanSummary(
            id=plan_id,
            venue_id=venue_id,
            name=self.name,
            version=self.version,
            seat_count=len(self.seats),
            width=self.width,
            height=self.height,
            tiers=self.tiers,
            created_ms=created_ms,
        )


class Venue(NamedTuple):
    """A place where concerts are given."""

    id: str
    name: str
    created_ms: int


class PricedTier(msgspec.Struct, frozen=True):
    """A tier with its price in a performance."""

    name: str
    color: str
    price_minor: int


class Performance(NamedTuple):
    """A performance as lists show it; `tiers` stand in the order of the plan's."""

    id: str
    concert_id: str
    plan_id: str
    plan_version: str
    venue: str
    starts_ms: int
    seat_count: int
    seats_per_fan: int
    tiers: tuple[PricedTier, ...]


class Concert(NamedTuple):
    """A concert with its performances, earliest first."""

    id: str
    title: str
    artist: str
    description: str
    currency: str
    sale_opens_ms: int | None
    performances: tuple[Performance, ...] = ()


class PerformanceView:
    """What selling needs to know of a performance, in memory: nothing in it ever changes.

    Performances of one plan share its seats and runs. `tier_of[no]` is the index of a seat's tier in `tiers`.
    """

    __slots__ = (
        "_prices",
        "concert_id",
        "currency",
        "id",
        "plan",
        "runs",
        "seat_count",
        "seats_per_fan",
        "tier_of",
        "tiers",
    )

    def __init__(self, performance: Performance, currency: str, plan: SeatingPlan, runs: Runs) -> None:
        self.id = performance.id
        self.concert_id = performance.concert_id
        self.currency = currency
        self.seats_per_fan = performance.seats_per_fan
        self.seat_count = performance.seat_count
        self.tiers = performance.tiers
        self.plan = plan
        self.runs = runs
        self.tier_of = plan.seats.tier_of
        self._prices = tuple(tier.price_minor for tier in performance.tiers)

    def seat(self, no: int) -> Seat:
        """The seat with this number, which must be one of the plan's."""
        return self.plan.seats[no]

    def price_of(self, no: int) -> int:
        """What this seat costs, in minor units."""
        return self._prices[self.tier_of[no]]
