"""The use cases alone: the store, the catalogue, the queue and the database are stand-ins."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from boxoffice.adapters.tokens import Tokens
from boxoffice.catalog.models import PerformanceView
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Conflict, HoldExpired, NotAdmitted, NotFound, SeatTaken, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.seats.models import (
    ClaimedHold,
    ClaimOutcome,
    Freed,
    Hold,
    HoldOutcome,
    HoldRecord,
    Mended,
    SeatStates,
    Sold,
    StoredSeats,
    make_hold_id,
)
from boxoffice.seats.policy import digest
from boxoffice.seats.service import SeatService
from boxoffice.seats.service.sweeper import SWEPT_A_TICK_MAX
from tests.standins import CountedMetrics
from tests.unit.seats.house import CONCERT, PERFORMANCE, performance_of_rows

HOLD = make_hold_id(PERFORMANCE, "018f0000-0000-7000-8000-000000000001")
SECRET = "a secret of a test, and long enough for HS256"


class StandInStore:
    """Answers each method with the next of `answers[method]`, the last again and again, and notes the calls."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {"prepare": ["prepared"], "agreed": [None]}
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, method: str) -> Any:
        async def call(*words: Any, **named: Any) -> Any:
            self.calls.append((method, words, named))
            await asyncio.sleep(0)
            queued = self.answers[method]
            answer = queued.pop(0) if len(queued) > 1 else queued[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def named(self, method: str) -> list[tuple[Any, ...]]:
        return [words for name, words, _ in self.calls if name == method]


class StandInCatalog:
    def __init__(self, performances: int = 1) -> None:
        self.view = performance_of_rows()
        self.ids = [PERFORMANCE, *(f"018f0000-0000-7000-8000-{n:012x}" for n in range(0x1000, 0xFFF + performances))]

    async def performance(self, performance_id: str) -> PerformanceView:
        if performance_id != PERFORMANCE:
            raise NotFound
        return self.view

    async def concert_ids(self) -> Sequence[str]:
        return [CONCERT]

    async def performances_of(self, concert_id: str) -> Sequence[str]:
        return self.ids


class StandInQueue:
    def __init__(self) -> None:
        self.departed: list[tuple[str, str]] = []

    async def depart(self, concert_id: str, fan_id: str) -> bool:
        self.departed.append((concert_id, fan_id))
        return True


class StandInSoldSeats:
    def __init__(self) -> None:
        self.sold: list[tuple[int, str]] = []
        self.reads = 0

    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]:
        self.reads += 1
        await asyncio.sleep(0)
        return self.sold


class Desk:
    """A service with its stand-ins."""

    def __init__(self, clock: ManualClock, ids: IdSource, performances: int = 1) -> None:
        self.store = StandInStore()
        self.catalog = StandInCatalog(performances)
        self.queue = StandInQueue()
        self.truth = StandInSoldSeats()
        self.metrics = CountedMetrics()
        self.receipts = Tokens(SECRET, kind="receipt", clock=clock)
        self.service = SeatService(
            store=self.store,  # type: ignore[arg-type]
            catalog=self.catalog,
            queue=self.queue,
            receipts=self.receipts,
            sold=self.truth,
            ids=ids,
            clock=clock,
            metrics=self.metrics,
            hold_ttl_s=300,
            paying_grace_s=60,
            snapshot_ms=500,
        )

    async def held(self, deadline_ms: int, epoch: str = "before") -> Hold:
        self.store.answers["hold"] = [HoldOutcome("held", deadline_ms, epoch, (1, 2))]
        return await self.service.hold("ada", PERFORMANCE, seats=[1, 2])


@pytest.fixture
def desk(clock: ManualClock, ids: IdSource) -> Desk:
    return Desk(clock, ids)


async def test_a_hold_is_priced_by_the_catalogue_and_carries_a_receipt(desk: Desk, clock: ManualClock) -> None:
    hold = await desk.held(clock.now_ms() + 1000)

    assert (hold.seats, hold.total_minor, hold.currency) == ((1, 2), 180_000, "KRW")
    claims = desk.receipts.verify(hold.receipt)
    assert (claims["hid"], claims["sub"], claims["seats"]) == (hold.id, "ada", [1, 2])
    assert desk.store.calls[0][2] == {
        "hold_id": hold.id,
        "fan_id": "ada",
        "ttl_ms": 300_000,
        "seats_per_fan": 4,
        "seats": (1, 2),
    }


async def test_what_the_store_refuses_is_raised(desk: Desk) -> None:
    desk.store.answers["hold"] = [HoldOutcome("taken", seats=(2,)), HoldOutcome("not_admitted")]

    with pytest.raises(SeatTaken) as refusal:
        await desk.service.hold("ada", PERFORMANCE, seats=[1, 2])
    with pytest.raises(NotAdmitted):
        await desk.service.hold("ada", PERFORMANCE, seats=[1])
    assert refusal.value.members["seats"] == [2]


async def test_a_performance_that_redis_does_not_know_is_restored_before_the_first_hold(
    desk: Desk, clock: ManualClock
) -> None:
    desk.truth.sold = [(5, "bob")]
    desk.store.answers["hold"] = [None, HoldOutcome("held", clock.now_ms() + 1000, "after", (1,))]

    await desk.service.hold("ada", PERFORMANCE, seats=[1])

    assert [name for name, _, _ in desk.store.calls] == ["hold", "agreed", "prepare", "hold"]
    truth = desk.store.named("prepare")[0][3]
    assert truth.fans == {"bob": 1}


async def test_many_who_find_redis_empty_read_the_database_once(desk: Desk, clock: ManualClock) -> None:
    held = HoldOutcome("held", clock.now_ms() + 1000, "after", (1,))
    desk.store.answers["hold"] = [None] * 20 + [held]

    await asyncio.gather(*(desk.service.hold("ada", PERFORMANCE, seats=[1]) for _ in range(20)))

    assert desk.truth.reads == 1


async def test_after_a_failover_what_is_sold_is_brought_in_and_the_holds_stay(desk: Desk) -> None:
    desk.truth.sold = [(1, "ada")]
    desk.store.answers |= {
        "hold": [None, HoldOutcome("held", 1_700_000_300_000, "e2", (2,))],
        "agreed": [(7, "as of 7")],
        "mend": [Mended(1, 0, 1)],
    }

    held = await desk.service.hold("bob", PERFORMANCE, seats=[2])

    assert held.seats == (2,)
    assert desk.store.named("prepare") == []
    _, _, version, truth, _ = desk.store.named("mend")[0]
    assert (version, truth.fans) == (7, {"ada": 1})


async def test_a_redis_that_forgets_again_and_again_is_unavailable(desk: Desk) -> None:
    desk.store.answers["hold"] = [None]

    with pytest.raises(Unavailable):
        await desk.service.hold("ada", PERFORMANCE, seats=[1])


async def test_availability_is_computed_once_for_all_who_ask(desk: Desk, clock: ManualClock) -> None:
    desk.store.answers["availability"] = [(3, bytes([0b0100_0000, 0, 0, 0]))]

    one, other = await asyncio.gather(*(desk.service.availability(PERFORMANCE) for _ in range(2)))
    clock.advance(500)
    later = await desk.service.availability(PERFORMANCE)

    assert one is other
    assert len(desk.store.named("availability")) == 2
    assert later.etag == one.etag
    assert msgspec.json.decode(one.body) == {
        "version": 3,
        "taken": "QAAAAA==",
        "total": 30,
        "free": 29,
        "tiers": [{"tier": "Front", "total": 10, "free": 9}, {"tier": "Back", "total": 20, "free": 20}],
    }


@pytest.mark.parametrize("outcome", ["unknown", "not_yours", "lapsed"])
async def test_a_fan_sees_only_an_own_live_hold(desk: Desk, outcome: str) -> None:
    desk.store.answers["read"] = [HoldOutcome(outcome)]

    with pytest.raises(NotFound):
        await desk.service.hold_of("ada", HOLD)


async def test_what_is_no_hold_id_is_not_found_without_asking_redis(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.service.hold_of("ada", "nonsense")

    assert desk.store.calls == []


async def test_releasing_answers_by_what_the_store_found(desk: Desk) -> None:
    desk.store.answers["release"] = ["released", "unknown", "not_yours", "paying"]

    await desk.service.release("ada", HOLD)
    for error in (NotFound, NotFound, Conflict):
        with pytest.raises(error):
            await desk.service.release("ada", HOLD)


async def test_a_claim_answers_by_what_the_store_found(desk: Desk) -> None:
    desk.store.answers["claim"] = [
        ClaimOutcome("claimed", seats=(1, 2)),
        ClaimOutcome("not_yours"),
        ClaimOutcome("lapsed"),
        ClaimOutcome("unknown", epoch="after"),
    ]

    claimed = await desk.service.claim("ada", HOLD)
    assert (claimed.seats, claimed.by_receipt, claimed.performance.id) == ((1, 2), False, PERFORMANCE)
    for error in (NotFound, HoldExpired, HoldExpired):
        with pytest.raises(error):
            await desk.service.claim("ada", HOLD)


async def test_a_live_receipt_claims_a_hold_that_was_lost_with_redis(desk: Desk, clock: ManualClock) -> None:
    hold = await desk.held(clock.now_ms() + 1000)
    desk.store.answers["claim"] = [
        ClaimOutcome("unknown", now_ms=clock.now_ms(), epoch="after"),
        ClaimOutcome("unprepared", now_ms=clock.now_ms()),
        Unavailable(),
    ]

    claims = [await desk.service.claim("ada", hold.id, hold.receipt) for _ in range(3)]

    assert {(claimed.seats, claimed.by_receipt) for claimed in claims} == {((1, 2), True)}


async def test_the_receipt_of_a_released_hold_does_not_claim(desk: Desk, clock: ManualClock) -> None:
    hold = await desk.held(clock.now_ms() + 1000, epoch="same")
    desk.store.answers["claim"] = [ClaimOutcome("unknown", now_ms=clock.now_ms(), epoch="same")]

    with pytest.raises(HoldExpired):
        await desk.service.claim("ada", hold.id, hold.receipt)


async def test_a_receipt_past_its_deadline_does_not_claim_even_without_redis(desk: Desk, clock: ManualClock) -> None:
    hold = await desk.held(clock.now_ms() + 1000)
    clock.advance(1000)
    desk.store.answers["claim"] = [ClaimOutcome("unknown", now_ms=clock.now_ms(), epoch="after"), Unavailable()]

    with pytest.raises(HoldExpired):
        await desk.service.claim("ada", hold.id, hold.receipt)
    with pytest.raises(Unavailable):
        await desk.service.claim("ada", hold.id, hold.receipt)


async def test_anothers_receipt_a_forged_one_and_an_access_token_do_not_claim(desk: Desk, clock: ManualClock) -> None:
    hold = await desk.held(clock.now_ms() + 1000)
    claims = {key: value for key, value in desk.receipts.verify(hold.receipt).items() if key not in {"aud", "exp"}}
    expires_ms = clock.now_ms() + 1000
    forged = Tokens("another secret, just as long as ours", kind="receipt", clock=clock).sign(
        claims, expires_ms=expires_ms
    )
    other_kind = Tokens(SECRET, kind="access", clock=clock).sign(claims, expires_ms=expires_ms)
    desk.store.answers["claim"] = [ClaimOutcome("unknown", now_ms=clock.now_ms(), epoch="after")]

    for fan, receipt in (("bob", hold.receipt), ("ada", forged), ("ada", other_kind), ("ada", "x"), ("ada", None)):
        with pytest.raises(HoldExpired):
            await desk.service.claim(fan, hold.id, receipt)


async def test_without_redis_and_without_a_receipt_a_claim_is_unavailable(desk: Desk) -> None:
    desk.store.answers["claim"] = [Unavailable()]

    with pytest.raises(Unavailable):
        await desk.service.claim("ada", HOLD)


async def test_a_sale_makes_the_fan_leave_only_when_nothing_more_is_held(desk: Desk) -> None:
    claimed = ClaimedHold(HOLD, desk.catalog.view, (1, 2), "ada", by_receipt=False)
    desk.store.answers["sell"] = [Sold(True, 2), Sold(True, 0)]

    await desk.service.sold(claimed)
    assert desk.queue.departed == []
    await desk.service.sold(claimed)
    assert desk.queue.departed == [(CONCERT, "ada")]


async def test_what_follows_a_commit_never_fails_for_a_lost_redis(desk: Desk) -> None:
    claimed = ClaimedHold(HOLD, desk.catalog.view, (1, 2), "ada", by_receipt=False)
    desk.store.answers |= {"sell": [Unavailable()], "free": [Unavailable()], "unclaim": [Unavailable()]}
    desk.store.answers["note"] = [Unavailable()]

    await desk.service.sold(claimed)
    await desk.service.freed(PERFORMANCE, "ada", (1, 2), "noted")
    await desk.service.unclaim(claimed)

    assert desk.queue.departed == []
    assert await desk.service.note(PERFORMANCE) == ""


async def test_a_claim_by_receipt_has_nothing_to_give_back(desk: Desk) -> None:
    await desk.service.unclaim(ClaimedHold(HOLD, desk.catalog.view, (1, 2), "ada", by_receipt=True))

    assert desk.store.calls == []


async def test_a_refund_of_a_performance_that_redis_lost_restores_it_first(desk: Desk) -> None:
    desk.store.answers["free"] = [None, Freed(0)]

    await desk.service.freed(PERFORMANCE, "ada", (1, 2), "noted")

    assert [name for name, _, _ in desk.store.calls] == ["free", "agreed", "prepare", "free"]


async def test_a_refund_that_comes_too_late_has_the_database_asked(desk: Desk) -> None:
    desk.store.answers |= {"free": [Freed(0, late=True)], "agreed": [(7, "")], "mend": [Mended(0, 1, 0)]}

    await desk.service.freed(PERFORMANCE, "ada", (1, 2), "noted")

    assert len(desk.store.named("mend")) == 1


async def test_mending_reads_the_database_after_it_noted_the_version(desk: Desk) -> None:
    desk.truth.sold = [(1, "ada")]
    desk.store.answers |= {"agreed": [(7, "")], "mend": [Mended(1, 0, 1)]}

    mended = await desk.service.mend(PERFORMANCE)

    assert mended == Mended(1, 0, 1)
    _, _, version, truth, agreed = desk.store.named("mend")[0]
    assert (version, truth.fans, agreed) == (7, {"ada": 1}, digest(desk.truth.sold))


async def test_mending_what_agreed_and_has_not_changed_does_nothing(desk: Desk) -> None:
    desk.truth.sold = [(1, "ada")]
    desk.store.answers["agreed"] = [(7, f"7 {digest(desk.truth.sold)}")]

    assert await desk.service.mend(PERFORMANCE) == Mended()
    assert desk.store.named("mend") == []


async def test_mending_a_performance_that_redis_does_not_know_is_left_to_its_first_use(desk: Desk) -> None:
    desk.store.answers["agreed"] = [None]

    assert await desk.service.mend(PERFORMANCE) == Mended()
    assert desk.truth.reads == 0


async def test_states_are_those_of_the_store(desk: Desk) -> None:
    stored = StoredSeats(SeatStates(20, 4, 2, 4), frozenset({1}), frozenset({1}))
    desk.store.answers["states"] = [None, stored]

    assert await desk.service.stored_seats(PERFORMANCE) == stored
    assert await desk.service.states(PERFORMANCE) == SeatStates(20, 4, 2, 4)


async def test_an_overdue_payment_can_be_sold_or_ended(desk: Desk) -> None:
    record = HoldRecord(HOLD, "ada", "paying", 1000, 1, (1, 2))
    desk.store.answers |= {"overdue": [[record]], "lapse": ["lapsed"]}

    (found,) = await desk.service.overdue_payments(PERFORMANCE)
    claimed = await desk.service.claimed(found)

    assert (claimed.hold_id, claimed.fan_id, claimed.seats) == (HOLD, "ada", (1, 2))
    assert await desk.service.lapse(found) == "lapsed"


async def test_a_tick_sweeps_a_bounded_number_of_performances_in_turn(clock: ManualClock, ids: IdSource) -> None:
    desk = Desk(clock, ids, performances=SWEPT_A_TICK_MAX + 50)
    desk.store.answers["sweep"] = [0]
    ticks = []
    for _ in range(3):
        await desk.service.sweep_due()
        ticks.append(len(desk.store.named("sweep")))

    assert ticks == [200, 250, 450]
    assert len({words[0].taken for words in desk.store.named("sweep")}) == 250


async def test_a_sweep_that_fails_keeps_no_other_from_being_counted(clock: ManualClock, ids: IdSource) -> None:
    desk = Desk(clock, ids, performances=3)
    desk.store.answers["sweep"] = [Unavailable(), 2]

    with pytest.raises(Unavailable):
        await desk.service.sweep_due()

    assert desk.metrics.counted.count(("outcomes", ("hold", "lapsed"))) == 4
