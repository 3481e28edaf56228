"""Plain structs of seats and holds, their Redis keys, and hold ids."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import msgspec

from boxoffice.catalog.models import PerformanceView
from boxoffice.queue.models import QueueKeys

HOLD_ID_CHARACTERS = 43
SEATS_PER_REQUEST_MAX = 20


class SeatKeys:
    """The keys of one performance, on the shard of its concert. What each holds stands in `lua/seats.lua`."""

    def __init__(self, concert_id: str, performance_id: str) -> None:
        self._prefix = f"{{c:{concert_id}}}:p:{performance_id}"
        self._queue = QueueKeys.of(concert_id)
        self.taken = f"{self._prefix}:taken"
        self.sold = f"{self._prefix}:sold"
        self.holds = f"{self._prefix}:holds"
        self.paying = f"{self._prefix}:paying"
        self.hold_data = f"{self._prefix}:hold_data"
        self.fan_seats = f"{self._prefix}:fan_seats"
        self.fan_held = f"{self._prefix}:fan_held"
        self.meta = f"{self._prefix}:meta"
        self.layout = f"{self._prefix}:layout"
        self.gaps = f"{self._prefix}:gaps"

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The keys of the performance in the order in which every script takes them."""
        return (
            self.taken,
            self.sold,
            self.holds,
            self.paying,
            self.hold_data,
            self.fan_seats,
            self.fan_held,
            self.meta,
            self.layout,
            self.gaps,
        )

    @cached_property
    def with_queue(self) -> tuple[str, ...]:
        """`own`, and the queue's policy and the fans inside."""
        return (*self.own, self._queue.policy, self._queue.active)


def make_hold_id(performance_id: str, hold_uuid: str) -> str:
    """An opaque hold id, 43 characters, that carries its performance, so that one look at Redis finds the hold."""
    digits = (performance_id + hold_uuid).replace("-", "")
    return urlsafe_b64encode(bytes.fromhex(digits)).rstrip(b"=").decode()


def performance_of(hold_id: str) -> str | None:
    """The performance of a hold id; None for what is not a hold id."""
    if len(hold_id) != HOLD_ID_CHARACTERS or not hold_id.isascii():
        return None
    try:
        raw = urlsafe_b64decode(hold_id + "=")
    except ValueError:
        return None
    # Two spellings of one id would be two holds to the unique key: only the canonical one passes.
    if len(raw) != 32 or urlsafe_b64encode(raw).rstrip(b"=").decode() != hold_id:
        return None
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


class SeatLayout(NamedTuple):
    """A plan in the form in which Redis and the counts need it; made once per plan.

    `packed` are the runs as `lua/seats.lua` reads them; `run_of[no]` is the run of a seat, `tier_runs[tier]` the
    first and last run of a tier, `masks[tier]` the seats of a tier as a number, seat 0 its highest bit.
    """

    packed: bytes
    run_count: int
    run_of: Sequence[int]
    tier_runs: Sequence[tuple[int, int]]
    masks: Sequence[int]
    bitmap_bytes: int


class Stage(NamedTuple):
    """A performance with what its scripts need, made once."""

    performance: PerformanceView
    keys: SeatKeys
    layout: SeatLayout


class Catalog(Protocol):
    """The catalogue, as far as seats need it. Ids are those of all concerts, bounded."""

    async def performance(self, performance_id: str) -> PerformanceView: ...
    async def concert_ids(self) -> Sequence[str]: ...
    async def performances_of(self, concert_id: str) -> Sequence[str]: ...


class Places(Protocol):
    """The queue: gives free the place of a fan who is done."""

    async def depart(self, concert_id: str, fan_id: str) -> object: ...


class SoldSeats(Protocol):
    """The database's truth, read from the primary: every `(seat, fan)` sold of a performance."""

    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]: ...


class Chosen(NamedTuple):
    """A wish for particular seats: distinct numbers of the plan, in ascending order."""

    seats: tuple[int, ...]


class Best(msgspec.Struct, frozen=True):
    """A wish for the best `count` adjacent seats, of the tier with this index or of any."""

    count: int
    tier: int | None = None


class HoldOutcome(NamedTuple):
    """What a hold script answered: `outcome` is one of the words in its header.

    `seats` are those held, or those that are taken; `has` how many the fan has where the limit refused.
    """

    outcome: str
    deadline_ms: int = 0
    epoch: str = ""
    seats: tuple[int, ...] = ()
    has: int = 0


class ClaimOutcome(NamedTuple):
    """What `claim.lua` answered, with Redis's time and the epoch of what it knows."""

    outcome: str
    seats: tuple[int, ...] = ()
    now_ms: int = 0
    epoch: str = ""


class HoldRecord(NamedTuple):
    """A hold as Redis keeps it."""

    hold_id: str
    fan_id: str
    status: str  # held | paying
    deadline_ms: int
    claims: int
    seats: tuple[int, ...]


class Hold(NamedTuple):
    """A hold as its owner sees it; `receipt` lets it survive the loss of Redis."""

    id: str
    performance_id: str
    seats: tuple[int, ...]
    total_minor: int
    currency: str
    expires_ms: int
    receipt: str


class ClaimedHold(NamedTuple):
    """A hold that a payment has claimed. `by_receipt`: Redis does not know it, the receipt vouches for it."""

    hold_id: str
    performance: PerformanceView
    seats: tuple[int, ...]
    fan_id: str
    by_receipt: bool


class SeatStates(NamedTuple):
    """Seats by state, each counted from its own source; they sum to the capacity or something leaked."""

    free: int
    held: int
    paying: int
    sold: int


class SeatNumbers(NamedTuple):
    """A performance in numbers. `oldest_paying_ms`: for how long the oldest payment is under way; 0 where none is."""

    capacity: int
    states: SeatStates
    holds_held: int
    holds_paying: int
    oldest_paying_ms: int


class StoredSeats(NamedTuple):
    """What Redis knows of a performance's seats at one moment."""

    states: SeatStates
    taken: frozenset[int]
    sold: frozenset[int]


class SeatPicture(NamedTuple):
    """Which seats are held, paying and sold at one moment, as bitmaps; no seat is in two. Seat 0 is the highest bit."""

    states: SeatStates
    held: bytes
    paying: bytes
    sold: bytes


class Sold(NamedTuple):
    """What became of a sale in Redis: whether the hold was still known, and how many seats the fan holds besides."""

    known: bool
    still_held: int


class Freed(NamedTuple):
    """What became of a refund in Redis: how many seats it freed; nothing is touched where it came too `late`."""

    seats: int
    late: bool = False


class Mended(NamedTuple):
    """What a comparison with the database put right; `changed`: it has to be done again."""

    seats_set: int = 0
    seats_freed: int = 0
    fans_corrected: int = 0
    changed: bool = False

    def by_name(self) -> dict[str, int]:
        """What was put right, under the names of the metric `reconciled`; what was not is left out."""
        named = {"seats_set": self.seats_set, "seats_freed": self.seats_freed, "fan_counts": self.fans_corrected}
        return {name: count for name, count in named.items() if count}


class ReceiptClaims(msgspec.Struct, frozen=True):
    """What a receipt says, under its owner's signature. `dl` is the deadline in ms, `epo` the epoch of the hold."""

    sub: str
    hid: str
    perf: str
    seats: tuple[int, ...]
    total: int
    dl: int
    epo: str


class TierAvailability(msgspec.Struct, frozen=True):
    """Seats of one price tier."""

    tier: str
    total: int
    free: int


class Availability(msgspec.Struct, frozen=True):
    """Which seats are taken, and how many are free.

    `taken` is base64 of a bitmap, 1 = taken; seat 0 is the highest bit of byte 0.
    """

    version: int
    taken: str
    total: int
    free: int
    tiers: list[TierAvailability]


class Restored(NamedTuple):
    """What the database has sold, as `prepare.lua` and `mend.lua` take it."""

    bitmap: bytes
    fans: Mapping[str, int]
