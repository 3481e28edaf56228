"""A machine of random steps over the store, beside a plain model: seats are never lost and never doubled."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.seats.models import Freed
from boxoffice.seats.policy import seats_of, unpack_seats
from tests.unit.seats.house import House, best_by_hand, performance_of_rows

FANS = ("ada", "bob", "eve")
LIMIT = 6
TTL_MS = 1000
GRACE_MS = 400
Answer = TypeVar("Answer")


class _Held:
    """A hold as the model sees it."""

    def __init__(self, fan: str, seats: tuple[int, ...], deadline_ms: int) -> None:
        self.fan = fan
        self.seats = seats
        self.deadline_ms = deadline_ms
        self.claims = 0
        self.grace_ms = 0


class SeatsMachine(RuleBasedStateMachine):
    holds = Bundle("holds")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = ManualClock()
        self.performance = performance_of_rows(rows=(7, 9, 4), tier_of_row=(0, 1, 1))
        self.live: dict[str, _Held] = {}
        self.owner: dict[int, str] = {}
        self.redis = self.run(self._client(url))
        self.house = House(self.redis, self.clock, self.performance)
        self.run(self.redis.command("FLUSHALL"))
        self.run(self.house.open())
        self.run(self.house.admit(*FANS, for_ms=10**9))

    async def _client(self, url: str) -> RedisClient:
        return RedisClient(url, metrics=NullMetrics())

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.redis.close())
        self.runner.close()

    # The model

    def taken(self) -> set[int]:
        return {no for hold in self.live.values() for no in hold.seats} | set(self.owner)

    def has(self, fan: str) -> int:
        held = sum(len(hold.seats) for hold in self.live.values() if hold.fan == fan)
        return held + sum(1 for owner in self.owner.values() if owner == fan)

    def settle_back(self, hold_id: str) -> str:
        hold = self.live[hold_id]
        if hold.deadline_ms <= self.clock.now_ms():
            del self.live[hold_id]
            return "lapsed"
        hold.claims = 0
        return "held"

    # The steps

    @rule(target=holds, fan=st.sampled_from(FANS), seats=st.sets(st.integers(0, 19), min_size=1, max_size=5))
    def hold(self, fan: str, seats: set[int]) -> Any:
        wanted = tuple(sorted(seats))
        hold_id, outcome = self.run(self.house.hold(fan, *wanted, limit=LIMIT, ttl_ms=TTL_MS))
        conflict = tuple(no for no in wanted if no in self.taken())
        if self.has(fan) + len(wanted) > LIMIT:
            assert (outcome.outcome, outcome.has) == ("limit", self.has(fan))
        elif conflict:
            assert (outcome.outcome, outcome.seats) == ("taken", conflict)
        else:
            assert outcome.outcome == "held"
            self.live[hold_id] = _Held(fan, wanted, outcome.deadline_ms)
            return hold_id
        return multiple()

    @rule(
        target=holds,
        fan=st.sampled_from(FANS),
        count=st.integers(1, 5),
        tier=st.sampled_from([None, 0, 1]),
    )
    def best(self, fan: str, count: int, tier: int | None) -> Any:
        hold_id, outcome = self.run(self.house.best(fan, count, tier, limit=LIMIT, ttl_ms=TTL_MS))
        expected = best_by_hand(self.performance, self.taken(), count, tier)
        if self.has(fan) + count > LIMIT:
            assert outcome.outcome == "limit"
        elif not expected:
            assert outcome.outcome == "none"
        else:
            assert (outcome.outcome, outcome.seats) == ("held", expected)
            self.live[hold_id] = _Held(fan, expected, outcome.deadline_ms)
            return hold_id
        return multiple()

    @rule(hold_id=holds, fan=st.sampled_from(FANS))
    def release(self, hold_id: str, fan: str) -> None:
        outcome = self.run(self.house.store.release(self.house.keys, hold_id, fan))
        hold = self.live.get(hold_id)
        if hold is None:
            assert outcome == "unknown"
        elif hold.fan != fan:
            assert outcome == "not_yours"
        elif hold.claims:
            assert outcome == "paying"
        else:
            assert outcome == "released"
            del self.live[hold_id]

    @rule(hold_id=holds)
    def claim(self, hold_id: str) -> None:
        hold = self.live.get(hold_id)
        fan = hold.fan if hold else "ada"
        outcome = self.run(self.house.store.claim(self.house.keys, hold_id, fan, GRACE_MS))
        if hold is None:
            assert outcome.outcome == "unknown"
        elif hold.deadline_ms <= self.clock.now_ms():
            assert outcome.outcome == "lapsed"
        else:
            assert (outcome.outcome, outcome.seats) == ("claimed", hold.seats)
            hold.claims += 1
            hold.grace_ms = self.clock.now_ms() + GRACE_MS

    @rule(hold_id=holds)
    def unclaim(self, hold_id: str) -> None:
        hold = self.live.get(hold_id)
        fan = hold.fan if hold else "ada"
        outcome = self.run(self.house.store.unclaim(self.house.keys, hold_id, fan))
        if hold is None or not hold.claims:
            assert outcome == "unknown"
        elif hold.claims > 1:
            assert outcome == "paying"
            hold.claims -= 1
        else:
            assert outcome == self.settle_back(hold_id)

    @rule(hold_id=holds)
    def lapse(self, hold_id: str) -> None:
        outcome = self.run(self.house.store.lapse(self.house.keys, hold_id))
        hold = self.live.get(hold_id)
        if hold is None or not hold.claims:
            assert outcome == "unknown"
        elif hold.grace_ms > self.clock.now_ms():
            assert outcome == "paying"
        else:
            assert outcome == self.settle_back(hold_id)

    @rule(hold_id=consumes(holds), twice=st.booleans())
    def sell(self, hold_id: str, twice: bool) -> None:
        hold = self.live.pop(hold_id, None)
        if hold is None:
            return
        self.owner.update(dict.fromkeys(hold.seats, hold.fan))
        for _ in range(1 + twice):
            outcome = self.run(self.house.store.sell(self.house.keys, hold_id, hold.fan))
            others = [len(other.seats) for other in self.live.values() if other.fan == hold.fan]
            assert outcome is not None
            assert outcome.still_held == sum(others)

    @rule(fan=st.sampled_from(FANS))
    def free(self, fan: str) -> None:
        seats = sorted(no for no, owner in self.owner.items() if owner == fan)[:3]
        freed = self.run(self.house.free(fan, *seats))
        for no in seats:
            del self.owner[no]
        assert freed == Freed(len(seats))

    @rule(changes=st.dictionaries(st.integers(0, 19), st.sampled_from(("", *FANS)), max_size=5))
    def mend(self, changes: dict[int, str]) -> None:
        """The database differs from Redis in `changes`: a crash came between the commit and Redis."""
        covered = {no for hold in self.live.values() for no in hold.seats}
        for no, fan in changes.items():
            if fan:
                self.owner[no] = fan
            elif no not in covered:
                self.owner.pop(no, None)
        self.live = {k: hold for k, hold in self.live.items() if not set(self.owner) & set(hold.seats)}
        house = self.house
        version, _ = self.run(house.store.agreed(house.keys)) or (0, "")
        truth = house.truth(list(self.owner.items()))
        assert not self.run(house.store.mend(house.keys, house.layout, version, truth, "digest")).changed

    @rule(by_ms=st.sampled_from([1, 100, 399, 400, 999, 1000]))
    def time_passes(self, by_ms: int) -> None:
        self.clock.advance(by_ms)
        now_ms = self.clock.now_ms()
        self.live = {k: hold for k, hold in self.live.items() if hold.claims or hold.deadline_ms > now_ms}

    @rule()
    def redis_is_lost(self) -> None:
        self.live.clear()
        self.run(self.redis.command("FLUSHALL"))
        self.run(self.house.open(list(self.owner.items())))
        self.run(self.house.admit(*FANS, for_ms=10**9))

    # What must always be true

    @invariant()
    def a_bit_is_set_while_exactly_one_hold_or_sale_covers_the_seat(self) -> None:
        stored = self.run(self.house.store.states(self.house.keys))
        assert stored is not None
        records = [word.decode() for word in self.run(self.redis.command("HVALS", self.house.keys.hold_data))]
        covered = Counter(no for record in records for no in unpack_seats(record.split("|")[4]))
        covered.update(stored.sold)
        assert covered == Counter(stored.taken)
        assert set(stored.taken) == self.taken()
        assert set(stored.sold) == set(self.owner)

    @invariant()
    def the_states_sum_to_the_capacity(self) -> None:
        stored = self.run(self.house.store.states(self.house.keys))
        assert stored is not None
        assert sum(stored.states) == self.performance.seat_count
        paying = sum(len(hold.seats) for hold in self.live.values() if hold.claims)
        assert stored.states.paying == paying

    @invariant()
    def the_picture_has_every_seat_in_its_state(self) -> None:
        picture = self.run(self.house.store.picture(self.house.keys, self.house.layout))
        assert picture is not None
        claimed = {no for hold in self.live.values() if hold.claims for no in hold.seats}
        held = {no for hold in self.live.values() if not hold.claims for no in hold.seats}
        assert (seats_of(picture.held), seats_of(picture.paying)) == (held, claimed)
        assert seats_of(picture.sold) == set(self.owner)

    @invariant()
    def a_hold_waits_for_its_deadline_or_for_its_payment_and_never_for_both(self) -> None:
        waiting = [
            {word.decode() for word in self.run(self.redis.command("ZRANGE", key, 0, -1))}
            for key in (self.house.keys.holds, self.house.keys.paying)
        ]
        assert waiting[0] == {hold_id for hold_id, hold in self.live.items() if not hold.claims}
        assert waiting[1] == {hold_id for hold_id, hold in self.live.items() if hold.claims}

    @invariant()
    def the_counts_of_fans_are_what_they_hold_and_own(self) -> None:
        flat = self.run(self.redis.command("HGETALL", self.house.keys.fan_seats))
        counts = dict(zip(flat[::2], flat[1::2], strict=True)) if isinstance(flat, list) else flat
        assert {fan.decode(): int(n) for fan, n in counts.items()} == {fan: n for fan in FANS if (n := self.has(fan))}


def test_no_order_of_steps_loses_or_doubles_a_seat(valkey_url: str) -> None:
    run_state_machine_as_test(
        lambda: SeatsMachine(valkey_url),
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
