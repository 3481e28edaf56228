"""A small house for tests of seats, and a hand that lets fans in."""

from array import array
from collections.abc import Sequence

from boxoffice.adapters.redis import RedisClient
from boxoffice.catalog.models import Performance, PerformanceView, PricedTier, Runs, SeatingPlan, Seats, Tier
from boxoffice.kernel.clock import Clock
from boxoffice.seats.models import Best, Freed, HoldOutcome, Restored, SeatKeys, SeatLayout, make_hold_id
from boxoffice.seats.policy import layout_of, restored
from boxoffice.seats.store import SeatStore

CONCERT = "018f0000-0000-7000-8000-00000000c001"
PLAN = "018f0000-0000-7000-8000-0000000000f1"
PERFORMANCE = "018f0000-0000-7000-8000-0000000000a1"
MINUTE_MS = 60_000


def performance_of_rows(
    rows: Sequence[int] = (10, 10, 10), tier_of_row: Sequence[int] = (0, 1, 1), runs: Runs | None = None
) -> PerformanceView:
    """Two tiers, rows of seats, the best row first, its best place in the middle; or `runs` as given."""
    tier_of = bytes(tier for row, tier in zip(rows, tier_of_row, strict=True) for _ in range(row))
    count = len(tier_of)
    names = ("Front", "Back")
    seats = Seats(
        section=["Hall"] * count,
        row=[str(number) for number, row in enumerate(rows) for _ in range(row)],
        label=[str(no) for no in range(count)],
        tier_of=tier_of,
        tier_names=names,
        x=array("d", bytes(8 * count)),
        y=array("d", bytes(8 * count)),
    )
    tiers = tuple(Tier(name, "#000000", tier_of.count(index)) for index, name in enumerate(names))
    priced = tuple(PricedTier(name, "#000000", price) for name, price in zip(names, (90_000, 50_000), strict=True))
    sold = Performance(PERFORMANCE, CONCERT, PLAN, "1", "Hall", 0, count, 4, priced)
    plan = SeatingPlan("Hall", 100.0, 100.0, tiers, seats, (), "1")
    return PerformanceView(sold, "KRW", plan, runs_of(rows, tier_of_row) if runs is None else runs)


def runs_of(rows: Sequence[int], tier_of_row: Sequence[int]) -> Runs:
    """Rows in their order, the best place of each in its middle."""
    runs: list[list[tuple[int, int, float]]] = [[], []]
    start = 0
    for row, tier in zip(rows, tier_of_row, strict=True):
        runs[tier].append((start, row, (row - 1) / 2))
        start += row
    return tuple(tuple(each) for each in runs)


class House:
    """A store with one prepared performance, driven by short calls."""

    def __init__(self, redis: RedisClient, clock: Clock, performance: PerformanceView) -> None:
        self.redis = redis
        self.clock = clock
        self.performance = performance
        self.layout: SeatLayout = layout_of(performance)
        self.keys = SeatKeys(CONCERT, PERFORMANCE)
        self.store = SeatStore(redis, clock=clock)
        self._holds = 0

    async def open(self, sold: Sequence[tuple[int, str]] = (), epoch: str = "epoch-1") -> None:
        await self.store.prepare(self.keys, self.layout, epoch, self.truth(sold))
        await self.phase("open")

    def truth(self, sold: Sequence[tuple[int, str]]) -> Restored:
        return restored(self.layout, sold)

    async def phase(self, phase: str) -> None:
        await self.redis.command("HSET", self.keys.with_queue[10], "phase", phase)

    async def admit(self, *fans: str, for_ms: int = 60 * MINUTE_MS) -> None:
        for fan in fans:
            await self.redis.command("ZADD", self.keys.with_queue[11], self.clock.now_ms() + for_ms, fan)

    def new_hold(self) -> str:
        self._holds += 1
        return make_hold_id(PERFORMANCE, f"018f0000-0000-7000-8000-{self._holds:012x}")

    async def hold(self, fan: str, *seats: int, limit: int = 4, ttl_ms: int = 5 * MINUTE_MS) -> tuple[str, HoldOutcome]:
        """The hold's id and what came of it."""
        hold_id = self.new_hold()
        outcome = await self.store.hold(
            self.keys, self.layout, hold_id=hold_id, fan_id=fan, ttl_ms=ttl_ms, seats_per_fan=limit, seats=seats
        )
        assert outcome is not None
        return hold_id, outcome

    async def buy(self, fan: str, *seats: int) -> str:
        """Hold, claim and sell; the hold's id."""
        hold_id, outcome = await self.hold(fan, *seats)
        assert outcome.outcome == "held"
        await self.store.claim(self.keys, hold_id, fan, MINUTE_MS)
        assert (await self.store.sell(self.keys, hold_id, fan)) is not None
        return hold_id

    async def free(self, fan: str, *seats: int) -> Freed | None:
        """A refund, told at once."""
        return await self.store.free(self.keys, self.layout, fan, seats, await self.store.note(self.keys))

    async def best(
        self, fan: str, count: int, tier: int | None = None, limit: int = 4, ttl_ms: int = 5 * MINUTE_MS
    ) -> tuple[str, HoldOutcome]:
        hold_id = self.new_hold()
        outcome = await self.store.best(
            self.keys,
            self.layout,
            hold_id=hold_id,
            fan_id=fan,
            ttl_ms=ttl_ms,
            seats_per_fan=limit,
            wish=Best(count, tier),
        )
        assert outcome is not None
        return hold_id, outcome

    async def taken(self) -> set[int]:
        stored = await self.store.states(self.keys)
        assert stored is not None
        return set(stored.taken)

    async def sold(self) -> set[int]:
        stored = await self.store.states(self.keys)
        assert stored is not None
        return set(stored.sold)

    async def count_of(self, fan: str) -> int:
        """Seats that the fan holds and owns, as the limit sees them."""
        return int(await self.redis.command("HGET", self.keys.fan_seats, fan) or 0)

    async def states(self) -> tuple[int, int, int, int]:
        stored = await self.store.states(self.keys)
        assert stored is not None
        return stored.states


def best_by_hand(performance: PerformanceView, taken: set[int], count: int, tier: int | None = None) -> tuple[int, ...]:
    """The reference for best available, by brute force: every window of every run, in the given order."""
    for index, runs in enumerate(performance.runs):
        if tier is not None and index != tier:
            continue
        for start, length, centre in runs:
            windows = [
                range(first, first + count)
                for first in range(start, start + length - count + 1)
                if not taken.intersection(range(first, first + count))
            ]
            if windows:
                middle = start + centre
                return tuple(min(windows, key=lambda window: (abs(sum(window) / count - middle), window[0])))
    return ()
