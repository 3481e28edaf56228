"""The use cases of the queue, with stand-in stores."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from boxoffice.accounts.models import Fan
from boxoffice.adapters.database import TransactionConflict
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import BadQueueToken, Conflict, InvalidRequest, NotFound, SaleClosed, Unavailable
from boxoffice.queue.jobs import AdmissionJob
from boxoffice.queue.models import (
    Admission,
    LiveNumbers,
    LogEvent,
    PolicyChanges,
    QueueSnapshot,
    StoredPlace,
    StoredPolicy,
    Unprepared,
)
from boxoffice.queue.policy import numbers_before
from boxoffice.queue.service import QueueService
from boxoffice.queue.service.policies import POLICY_REFRESH_MS
from tests.queues import CONCERT, OPEN
from tests.standins import StandInDatabase

SECRET = "s" * 32
TTL_S = 3600
OTHER = "01890000-0000-7000-8000-000000000002"
ANN = Fan("ann", "fan", "session", 0)
BOB = Fan("bob", "fan", "session", 0)
OPERATOR = Fan("operator", "operator", "session", 0)
DEFAULTS = OPEN._replace(phase="scheduled", limit=500)


class StandInRepository:
    """Policies and epochs in memory."""

    def __init__(self) -> None:
        self.stored: dict[str, StoredPolicy] = {}
        self.epochs: dict[str, int] = {}
        self.conflicts = 0
        self.fails: Exception | None = None
        self.listed = 0

    async def policy(self, _session: object, concert_id: str) -> StoredPolicy | None:
        return self.stored.get(concert_id)

    policy_to_change = policy

    async def policies(self, _session: object) -> list[StoredPolicy]:
        self.listed += 1
        if self.fails:
            raise self.fails
        return list(self.stored.values())

    async def insert_policy(self, _session: object, stored: StoredPolicy) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise TransactionConflict
        self.stored[stored.concert_id] = stored

    update_policy = insert_policy

    async def epoch(self, _session: object, concert_id: str) -> int:
        return self.epochs.get(concert_id, 0)

    async def insert_epoch(self, _session: object, concert_id: str, epoch: int, _started_ms: int) -> None:
        self.epochs[concert_id] = epoch


class StandInStore:
    """A queue store that answers what the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, StoredPolicy] = {}
        self.epochs: dict[str, int] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.place: StoredPlace | None = place("waiting")
        self.admissions: list[Admission | Exception] = []
        self.prepared = 0
        self.events = [LogEvent(f"{n}-0", "present", "f", n, n) for n in range(5)]

    def _check(self, *call: Any) -> None:
        self.asked.append(call)
        if call[1] not in self.known:
            raise Unprepared

    async def join(self, concert_id: str, fan_id: str, presented: int = 0) -> StoredPlace | None:
        self._check("join", concert_id, fan_id, presented)
        return self.place

    async def current(self, concert_id: str, fan_id: str, number: int, epoch: int) -> StoredPlace | None:
        self._check("current", concert_id, fan_id, number, epoch)
        return self.place

    async def leave(self, concert_id: str, fan_id: str, number: int) -> bool:
        self._check("leave", concert_id, fan_id, number)
        return True

    async def depart(self, concert_id: str, fan_id: str) -> bool:
        self._check("depart", concert_id, fan_id)
        return True

    async def admit(self, concert_id: str) -> Admission:
        self._check("admit", concert_id)
        answer = self.admissions.pop(0) if self.admissions else Admission(0, 0, 0, 0, False)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def bar(self, concert_id: str, fan_ids: Sequence[str], *, upto: int) -> None:
        self.asked.append(("bar", concert_id, tuple(fan_ids), upto))

    async def numbers(self, concert_id: str) -> LiveNumbers:
        self._check("numbers", concert_id)
        policy = self.known[concert_id].policy
        return LiveNumbers(policy.phase, policy.limit, 1, 3, 5, 9, 6, 2, 3, 3, 0.25, 42)

    async def set_policy(self, stored: StoredPolicy) -> None:
        self._check("set_policy", stored.concert_id, stored.version)
        self.known[stored.concert_id] = max(stored, self.known[stored.concert_id], key=lambda each: each.version)

    async def prepare(self, stored: StoredPolicy, *, epoch: int) -> bool:
        self.prepared += 1
        self.known.setdefault(stored.concert_id, stored)
        self.epochs.setdefault(stored.concert_id, epoch)
        return True

    async def log_page(self, _concert_id: str, after: str | None, _count: int) -> list[LogEvent]:
        start = 0 if after is None else int(after.split("-")[0]) + 1
        return self.events[start : start + 2]

    def lose_everything(self) -> None:
        self.known.clear()
        self.epochs.clear()


class StandInCatalog:
    async def concert_exists(self, concert_id: str) -> bool:
        return concert_id in (CONCERT, OTHER)

    async def performances_of(self, concert_id: str) -> Sequence[str]:
        return [f"{concert_id}-1", f"{concert_id}-2"]


class StandInSoldSeats:
    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]:
        return [(1, "ann"), (2, "ann")] if performance_id.endswith("1") else [(1, "bob")]


class StandInAccounts:
    def __init__(self) -> None:
        self.recorded: list[tuple[str, str, str, Mapping[str, object]]] = []

    async def record(
        self, _session: object, actor_id: str, action: str, subject: str, details: Mapping[str, object]
    ) -> None:
        self.recorded.append((actor_id, action, subject, details))


def place(status: str, number: int = 7, repeated: bool = False) -> StoredPlace:
    return StoredPlace(
        status, number, 1_700_000_600_000, 3, 0, 5, 1.0, "open", 10, 0, 600_000, 30_000, 1, 1_700_000_000_000, repeated
    )


class Parts:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.database = StandInDatabase()
        self.repository = StandInRepository()
        self.store = StandInStore()
        self.accounts = StandInAccounts()
        self.tokens = Tokens(SECRET, kind="queue", clock=clock)
        self.service = self.instance()

    def instance(self) -> QueueService:
        return QueueService(
            database=self.database,
            repository=self.repository,
            store=self.store,
            catalog=StandInCatalog(),
            sold=StandInSoldSeats(),
            accounts=self.accounts,
            tokens=self.tokens,
            clock=self.clock,
            metrics=NullMetrics(),
            defaults=DEFAULTS,
            token_ttl_s=TTL_S,
            snapshot_ms=500,
        )


@pytest.fixture
async def parts(clock: ManualClock) -> AsyncIterator[Parts]:
    parts = Parts(clock)
    await parts.service.change_phase(OPERATOR, CONCERT, "open")
    parts.store.asked.clear()
    yield parts


# Tokens


async def test_the_token_of_a_join_speaks_for_the_place(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    await parts.service.current(CONCERT, joined.token)

    assert parts.store.asked[-1] == ("current", CONCERT, "ann", 7, 1)


async def test_a_queue_token_expires_by_the_clock_and_joining_again_gives_a_new_one(
    parts: Parts, clock: ManualClock
) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    clock.advance(TTL_S * 1000 - 1)
    before = await parts.service.current(CONCERT, joined.token)
    clock.advance(1)
    with pytest.raises(BadQueueToken):
        await parts.service.current(CONCERT, joined.token)
    again = await parts.service.join(ANN, CONCERT, joined.token)
    after = await parts.service.current(CONCERT, again.token)

    assert before.number == after.number


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "nonsense",
        "a.b.c",
        Tokens("x" * 32, kind="queue", clock=ManualClock()).sign(
            {"sub": "ann", "con": CONCERT, "num": 1, "epo": 1}, expires_ms=1_700_000_900_000
        ),
        Tokens(SECRET, kind="access", clock=ManualClock()).sign(
            {"sub": "ann", "con": CONCERT, "num": 1, "epo": 1}, expires_ms=1_700_000_900_000
        ),
        Tokens(SECRET, kind="queue", clock=ManualClock()).sign({"sub": "ann"}, expires_ms=1_700_000_900_000),
        Tokens(SECRET, kind="queue", clock=ManualClock()).sign(
            {"sub": "ann", "con": CONCERT, "num": "many", "epo": 1}, expires_ms=1_700_000_900_000
        ),
    ],
)
async def test_a_forged_token_is_refused(parts: Parts, forged: str) -> None:
    for ask in (parts.service.current(CONCERT, forged), parts.service.leave(CONCERT, forged)):
        with pytest.raises(BadQueueToken):
            await ask


async def test_a_token_of_another_concert_is_refused(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)

    with pytest.raises(BadQueueToken):
        await parts.service.current(OTHER, joined.token)


async def test_a_token_of_another_fan_is_refused(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)

    with pytest.raises(BadQueueToken):
        await parts.service.current(CONCERT, joined.token, BOB)


async def test_a_place_that_redis_lost_asks_for_a_new_join(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    parts.store.place = None

    with pytest.raises(BadQueueToken, match="Join again"):
        await parts.service.current(CONCERT, joined.token)


# Joining


async def test_joining_a_sale_that_is_not_on_is_refused(parts: Parts) -> None:
    parts.store.place = None

    with pytest.raises(SaleClosed):
        await parts.service.join(ANN, CONCERT)


async def test_a_presented_token_hands_its_number_to_the_store(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    await parts.service.join(ANN, CONCERT, joined.token)

    assert parts.store.asked[-1] == ("join", CONCERT, "ann", 7)


@pytest.mark.parametrize("whose", ["forged", "foreign"])
async def test_a_bad_presented_token_is_no_obstacle_and_no_help(parts: Parts, whose: str) -> None:
    presented = "forged" if whose == "forged" else (await parts.service.join(BOB, CONCERT)).token
    await parts.service.join(ANN, CONCERT, presented)

    assert parts.store.asked[-1] == ("join", CONCERT, "ann", 0)


async def test_an_unknown_concert_is_not_found(parts: Parts) -> None:
    nowhere = "01890000-0000-7000-8000-00000000ffff"
    for ask in (
        parts.service.join(ANN, nowhere),
        parts.service.snapshot(nowhere),
        parts.service.policy(nowhere),
        parts.service.change_policy(OPERATOR, nowhere, PolicyChanges(limit=2)),
    ):
        with pytest.raises(NotFound):
            await ask
    assert nowhere not in parts.repository.stored


# Snapshot


async def test_many_who_ask_at_once_share_one_snapshot(parts: Parts) -> None:
    snapshots = await asyncio.gather(*(parts.service.snapshot(CONCERT) for _ in range(100)))

    assert [call[0] for call in parts.store.asked] == ["numbers"]
    assert len({id(snapshot) for snapshot in snapshots}) == 1


async def test_a_snapshot_says_what_everybody_may_see(parts: Parts) -> None:
    body = (await parts.service.snapshot(CONCERT)).body

    shown = msgspec.json.decode(body, type=QueueSnapshot)
    assert (shown.concert_id, shown.serving, shown.calling, shown.last) == (CONCERT, 3, 5, 9)
    assert (shown.waiting, shown.admitted, shown.limit, shown.rate_per_s) == (6, 3, 500, 0.25)


async def test_a_snapshot_is_made_anew_when_it_is_old(parts: Parts, clock: ManualClock) -> None:
    await parts.service.snapshot(CONCERT)
    clock.advance(499)
    await parts.service.snapshot(CONCERT)
    young = len(parts.store.asked)
    clock.advance(1)
    await parts.service.snapshot(CONCERT)

    assert (young, len(parts.store.asked)) == (1, 2)


# The operator


async def test_a_policy_is_written_to_the_database_before_redis(parts: Parts) -> None:
    order: list[str] = []
    insert, put = parts.repository.update_policy, parts.store.set_policy

    async def written(session: Any, stored: StoredPolicy) -> None:
        order.append("database")
        await insert(session, stored)

    async def told(stored: StoredPolicy) -> None:
        order.append(f"redis, committed: {parts.database.writes[-1].committed}")
        await put(stored)

    parts.repository.update_policy, parts.store.set_policy = written, told
    policy = await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))

    assert order == ["database", "redis, committed: True"]
    assert policy.limit == 3
    assert parts.store.known[CONCERT].policy.limit == 3


async def test_what_an_operator_changes_is_written_down(parts: Parts) -> None:
    await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))

    assert parts.accounts.recorded[-1] == ("operator", "queue.policy", CONCERT, {"limit": 3})


async def test_a_refused_change_writes_nothing(parts: Parts) -> None:
    for refused, error in (
        (PolicyChanges(limit=0), InvalidRequest),
        (PolicyChanges(phase="scheduled"), Conflict),
    ):
        with pytest.raises(error):
            await parts.service.change_policy(OPERATOR, CONCERT, refused)

    assert not parts.database.writes[-1].committed
    assert parts.repository.stored[CONCERT].policy == DEFAULTS._replace(phase="open")


async def test_versions_rise_even_when_the_clock_does_not(parts: Parts) -> None:
    first = parts.repository.stored[CONCERT].version
    await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))
    parts.clock.advance(-10_000)
    await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=4))

    assert parts.repository.stored[CONCERT].version == first + 2
    assert parts.store.known[CONCERT].policy.limit == 4


async def test_a_change_that_lost_against_another_is_tried_again(parts: Parts) -> None:
    parts.repository.conflicts = 2

    assert (await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))).limit == 3


async def test_the_first_opening_begins_the_first_epoch(parts: Parts) -> None:
    assert (parts.repository.epochs[CONCERT], parts.store.epochs[CONCERT]) == (1, 1)


async def test_pausing_and_resuming_stay_in_the_same_epoch(parts: Parts) -> None:
    paused = await parts.service.change_phase(OPERATOR, CONCERT, "pause")
    resumed = await parts.service.change_phase(OPERATOR, CONCERT, "resume")

    assert (paused.phase, resumed.phase) == ("paused", "open")
    assert parts.repository.epochs[CONCERT] == 1


async def test_a_concert_without_a_policy_shows_the_defaults(parts: Parts) -> None:
    assert await parts.service.policy(OTHER) == DEFAULTS


# Preparing


async def test_a_queue_that_redis_does_not_know_is_prepared_and_asked_again(parts: Parts) -> None:
    await parts.service.join(ANN, OTHER)

    assert [call[0] for call in parts.store.asked] == ["join", "join"]
    assert parts.store.known[OTHER].policy == DEFAULTS


async def test_after_a_loss_whoever_has_bought_is_barred_before_the_queue_is_prepared(parts: Parts) -> None:
    parts.store.known.clear()
    await parts.service.join(ANN, CONCERT)

    barred = [call for call in parts.store.asked if call[0] == "bar"]

    assert barred == [("bar", CONCERT, ("ann", "bob"), numbers_before(2))]


async def test_many_who_find_a_queue_unprepared_prepare_it_once(parts: Parts) -> None:
    parts.store.lose_everything()
    before = parts.store.prepared
    await asyncio.gather(*(parts.service.join(Fan(f"fan{n}", "fan", "s", 0), CONCERT) for n in range(50)))

    assert parts.store.prepared - before == 1


async def test_preparing_a_sale_that_was_open_moves_the_epoch_on(parts: Parts) -> None:
    parts.store.lose_everything()
    await parts.service.join(ANN, CONCERT)

    assert (parts.repository.epochs[CONCERT], parts.store.epochs[CONCERT]) == (2, 2)


async def test_preparing_a_sale_that_never_opened_moves_no_epoch(parts: Parts) -> None:
    await parts.service.live(OTHER)
    parts.store.lose_everything()
    await parts.service.live(OTHER)

    assert OTHER not in parts.repository.epochs
    assert parts.store.epochs[OTHER] == 1


async def test_a_change_that_overtakes_the_preparing_of_a_lost_queue_is_in_force_within_the_refresh(
    parts: Parts,
) -> None:
    await parts.service.admit_due()
    about_to_prepare, changed = asyncio.Event(), asyncio.Event()
    numbers, bar = parts.store.numbers, parts.store.bar
    joins: list[asyncio.Task[Any]] = []

    async def bar_slowly(concert_id: str, fan_ids: Sequence[str], *, upto: int) -> None:
        about_to_prepare.set()
        await changed.wait()
        await bar(concert_id, fan_ids, upto=upto)

    async def numbers_and_then_lost(concert_id: str) -> LiveNumbers:
        known = await numbers(concert_id)
        parts.store.lose_everything()
        joins.append(asyncio.create_task(parts.service.join(ANN, CONCERT)))
        await about_to_prepare.wait()
        return known

    parts.store.numbers, parts.store.bar = numbers_and_then_lost, bar_slowly
    await parts.service.change_phase(OPERATOR, CONCERT, "close")
    changed.set()
    await asyncio.gather(*joins)
    parts.clock.advance(POLICY_REFRESH_MS)
    await parts.service.admit_due()

    assert parts.store.known[CONCERT].policy.phase == "closed"


# The tick


async def test_a_tick_admits_to_every_sale_that_is_on(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    parts.store.asked.clear()
    await AdmissionJob(parts.service).tick()

    assert sorted(call[1] for call in parts.store.asked if call[0] == "admit") == [CONCERT, OTHER]


async def test_a_closed_sale_is_not_ticked(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, CONCERT, "close")
    parts.store.asked.clear()
    await parts.service.admit_due()

    assert "admit" not in [call[0] for call in parts.store.asked]


async def test_an_unfinished_tick_goes_on_at_once(parts: Parts) -> None:
    parts.store.admissions = [Admission(500, 0, 0, 0, True), Admission(20, 0, 0, 0, False)]

    assert await parts.service.admit_due() == 520


async def test_a_tick_that_never_finishes_is_bounded(parts: Parts) -> None:
    parts.store.admissions = [Admission(1, 0, 0, 0, True) for _ in range(1000)]

    assert await parts.service.admit_due() == 20


async def test_one_concert_in_trouble_does_not_keep_the_others_waiting(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    parts.store.admissions = [Unavailable(), Admission(3, 0, 0, 0, False)]
    with pytest.raises(Unavailable):
        await parts.service.admit_due()

    assert parts.store.admissions == []


async def test_a_policy_that_redis_does_not_take_keeps_no_other_concert_waiting(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    put = parts.store.set_policy

    async def put_but_one(stored: StoredPolicy) -> None:
        if stored.concert_id == OTHER:
            raise Unavailable
        await put(stored)

    parts.store.set_policy = put_but_one
    parts.store.asked.clear()
    with pytest.raises(Unavailable):
        await parts.service.admit_due()

    assert ("admit", CONCERT) in parts.store.asked


async def test_another_instance_learns_of_an_opened_sale_within_the_refresh(parts: Parts) -> None:
    other_instance = parts.instance()
    await other_instance.admit_due()
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    parts.clock.advance(POLICY_REFRESH_MS)
    parts.store.asked.clear()
    await other_instance.admit_due()

    assert ("admit", OTHER) in parts.store.asked


async def test_policies_are_read_once_a_second_at_most(parts: Parts) -> None:
    for _ in range(5):
        await parts.service.admit_due()
        parts.clock.advance(POLICY_REFRESH_MS // 5)

    assert parts.repository.listed == 1


async def test_a_change_that_was_committed_but_never_reached_redis_is_put_right(parts: Parts) -> None:
    version = parts.repository.stored[CONCERT].version + 1
    closed = StoredPolicy(CONCERT, OPEN._replace(phase="closed", limit=1), version)
    parts.repository.stored[CONCERT] = closed
    await parts.service.admit_due()

    assert parts.store.known[CONCERT] == closed


async def test_admission_goes_on_while_the_database_is_gone(parts: Parts) -> None:
    await parts.service.admit_due()
    parts.repository.fails = Unavailable()
    parts.clock.advance(POLICY_REFRESH_MS)
    parts.store.admissions = [Admission(4, 0, 0, 0, False)]

    assert await parts.service.admit_due() == 4


# The rest


async def test_the_log_is_handed_on_page_by_page(parts: Parts) -> None:
    events = [event async for event in parts.service.log(CONCERT)]

    assert events == parts.store.events


async def test_a_departure_reaches_the_store(parts: Parts) -> None:
    assert await parts.service.depart(CONCERT, "ann")
    assert parts.store.asked == [("depart", CONCERT, "ann")]
