"""The queue's scripts on a real Valkey, driven by the test's clock."""

import asyncio
from random import Random

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import StoredPolicy, Unprepared
from boxoffice.queue.policy import NUMBERS_PER_EPOCH, PACING, REBUILD_GRACE_MS
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, KEYS, OPEN, Gate, entries_of

TICK_MS = 200
FEW_MS = 100

MINUTE_MS = 60_000


# Joining


async def test_a_quiet_concert_lets_in_whoever_joins(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=2)

    place = await gate.join("ann")

    assert ("admitted", 1, clock.now_ms() + 600_000) == (place.status, place.number, place.deadline_ms)


async def test_a_fan_who_finds_nobody_waiting_but_no_room_waits(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")

    place = await gate.join("bob")

    assert (place.status, place.number, place.position) == ("waiting", 2, 1)


async def test_a_fan_is_not_let_in_past_others_who_wait(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    await gate.join("bob")
    await gate.change(limit=10)

    place = await gate.join("cid")

    assert place.status == "waiting"


async def test_two_tabs_have_one_place(gate: Gate, redis: RedisClient) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    first = await gate.join("bob")

    second = await gate.join("bob")

    assert (first.number, False, True) == (second.number, first.repeated, second.repeated)
    assert await redis.command("ZCARD", KEYS.waiting) == 1


async def test_joining_twice_at_once_gives_one_number(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")

    places = await asyncio.gather(*(gate.join("bob") for _ in range(50)))

    assert {2} == {place.number for place in places}
    assert sum(place.repeated for place in places) == 49


async def test_joining_again_while_inside_returns_the_same_admission(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1)
    first = await gate.join("ann")
    clock.advance(5000)

    again = await gate.join("ann")

    assert ("admitted", first.number, first.deadline_ms, True) == (
        again.status,
        again.number,
        again.deadline_ms,
        again.repeated,
    )


@pytest.mark.parametrize("phase", ["scheduled", "closed"])
async def test_nobody_joins_a_sale_that_is_not_on(gate: Gate, store: QueueStore, phase: str) -> None:
    await gate.open(phase=phase)

    place = await store.join(CONCERT, "ann")

    assert place is None


async def test_a_waiting_fan_who_is_not_called_has_one_entry_in_redis(gate: Gate, redis: RedisClient) -> None:
    await gate.open(limit=1)
    for n in range(30):
        await gate.join(f"fan{n}")
    await gate.tick()

    entries = await entries_of(redis, "fan29")

    assert entries == ["waiting"]


async def test_polling_before_the_call_leaves_no_trace(gate: Gate, redis: RedisClient) -> None:
    await gate.open(limit=1)
    for n in range(30):
        await gate.join(f"fan{n}")
    await gate.tick()
    events = len(await gate.log())

    await gate.poll("fan29", 30)

    assert await entries_of(redis, "fan29") == ["waiting"]
    assert events == len(await gate.log())


# Order and presence


@pytest.mark.long
async def test_a_thousand_fans_go_in_by_number_whatever_the_order_in_which_they_report(gate: Gate) -> None:
    await gate.open(limit=20, session_ttl_s=5)
    numbers = {fan: (await gate.join(fan)).number for fan in (f"fan{n}" for n in range(1000))}
    random, admitted, moved = Random(1), 20, 0
    for _ in range(400):
        live = await gate.store.numbers(CONCERT)
        waiting = {fan: number for fan, number in numbers.items() if number > live.serving}
        for fan in random.sample(sorted(waiting), min(20, len(waiting))):
            again = await gate.join(fan)  # a reconnect: another tab, another device
            moved += again.number != waiting[fan]
        called = [fan for fan, number in waiting.items() if number <= live.calling]
        for fan in random.sample(called, len(called)):
            await gate.poll(fan, waiting[fan])
        admitted += await gate.tick(1000)
        if admitted >= 1000:
            break

    assert moved == 0
    assert list(range(1, 1001)) == await gate.admitted()
    assert (await gate.audit()).problems == []


async def test_a_no_show_never_sits_on_a_place(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    away, there = await gate.join("away"), await gate.join("there")
    await gate.tick()
    await gate.poll("there", there.number)
    await gate.tick(PACING.notice_ms + FEW_MS)
    await gate.store.leave(CONCERT, "inside", 1)
    await gate.tick()

    assert (await gate.poll("there", there.number)).status == "admitted"
    assert ("waiting", away.number) == ((await gate.poll("away", away.number)).status, away.number)


async def test_those_called_together_go_in_by_number_however_they_report(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    numbers = {fan: (await gate.join(fan)).number for fan in ("ada", "bob", "cid")}
    await gate.change(limit=4)
    await gate.tick()
    for fan in ("cid", "bob", "ada"):
        await gate.poll(fan, numbers[fan])
        await gate.tick(TICK_MS)

    assert [1, numbers["ada"], numbers["bob"], numbers["cid"]] == await gate.admitted()


async def test_whoever_does_not_report_in_time_holds_nobody_up(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    numbers = {fan: (await gate.join(fan)).number for fan in ("away", "bob")}
    await gate.change(limit=2)
    await gate.tick()
    await gate.poll("bob", numbers["bob"])
    await gate.tick(TICK_MS)
    assert await gate.admitted() == [1]

    await gate.tick(PACING.notice_ms)
    await gate.tick(TICK_MS)

    assert [1, numbers["bob"]] == await gate.admitted()


async def test_a_fan_who_was_away_goes_ahead_of_all_later_numbers(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    numbers = {fan: (await gate.join(fan)).number for fan in ("away", "bob", "cid")}
    await gate.tick()
    for fan in ("bob", "cid"):
        await gate.poll(fan, numbers[fan])
    await gate.tick(PACING.notice_ms + FEW_MS)
    await gate.store.leave(CONCERT, "inside", 1)
    await gate.tick()
    await gate.poll("away", numbers["away"])
    await gate.store.leave(CONCERT, "bob", numbers["bob"])
    await gate.tick()

    assert [1, numbers["bob"], numbers["away"]] == await gate.admitted()
    assert (await gate.audit()).problems == []


async def test_presence_lapses_and_the_place_in_the_queue_stays(gate: Gate) -> None:
    await gate.open(limit=1, presence_ttl_s=30)
    await gate.join("inside")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.tick(30_000)
    live = await gate.store.numbers(CONCERT)
    await gate.store.leave(CONCERT, "inside", 1)
    await gate.tick()

    assert (live.present, live.waiting) == (0, 1)
    assert await gate.admitted() == [1]
    assert ("waiting", bob.number) == ((await gate.poll("bob", bob.number)).status, bob.number)


async def test_a_fan_whose_presence_lapsed_since_the_last_tick_is_not_let_in(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1, presence_ttl_s=30)
    await gate.join("inside")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.store.leave(CONCERT, "inside", 1)

    admitted = await gate.tick(30_000)

    assert admitted == 0


# Inside


async def test_a_session_that_expires_frees_the_place(gate: Gate) -> None:
    await gate.open(limit=1, session_ttl_s=600)
    await gate.join("ann")
    bob = await gate.join("bob")
    await gate.tick(599_000)
    await gate.poll("bob", bob.number)
    before = await gate.tick(999)
    after = await gate.tick(1)

    assert (before, after) == (0, 1)
    assert (await gate.poll("ann", 1)).status == "expired"


async def test_an_expired_session_is_told_at_once_without_a_tick(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1, session_ttl_s=600)
    await gate.join("ann")
    clock.advance(600_000)

    place = await gate.poll("ann", 1)

    assert place.status == "expired"
    assert (await gate.store.numbers(CONCERT)).inside == 0


@pytest.mark.parametrize("end", ["leave", "expire", "depart"])
async def test_a_fan_whose_place_ended_joins_at_the_end(gate: Gate, clock: ManualClock, end: str) -> None:
    await gate.open(limit=1, session_ttl_s=600)
    await gate.join("ann")
    await gate.join("bob")
    match end:
        case "leave":
            await gate.store.leave(CONCERT, "ann", 1)
        case "depart":
            await gate.store.depart(CONCERT, "ann")
        case "expire":
            clock.advance(600_000)

    again = await gate.join("ann", presented=1)

    assert (again.status, again.number, again.repeated) == ("waiting", 3, False)


async def test_a_waiting_fan_who_leaves_and_joins_again_goes_to_the_end(gate: Gate) -> None:
    await gate.open(limit=1)
    for fan in ("ann", "bob", "cid"):
        await gate.join(fan)
    left = await gate.store.leave(CONCERT, "bob", 2)

    again = await gate.join("bob", presented=2)

    assert (left, again.number) == (True, 4)


async def test_an_old_tab_is_told_that_its_place_ended(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    await gate.join("bob")
    await gate.store.leave(CONCERT, "bob", 2)
    new = await gate.join("bob")

    assert (await gate.poll("bob", 2)).status == "left"
    assert (await gate.poll("bob", new.number)).status == "waiting"


async def test_leaving_twice_changes_nothing(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    first = await gate.store.leave(CONCERT, "ann", 1)
    second = await gate.store.leave(CONCERT, "ann", 1)

    assert (first, second) == (True, False)


async def test_a_departure_frees_the_place_and_is_told_as_left(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    departed = await gate.store.depart(CONCERT, "ann")

    assert departed
    assert (await gate.poll("ann", 1)).status == "left"
    assert (await gate.join("bob")).status == "admitted"
    assert not await gate.store.depart(CONCERT, "cid")


# The operator's controls


async def test_a_lowered_limit_throws_nobody_out_and_lets_nobody_in_until_below(gate: Gate) -> None:
    await gate.open(limit=3)
    for fan in ("ann", "bob", "cid"):
        await gate.join(fan)
    dan = await gate.join("dan")
    await gate.tick()
    await gate.change(limit=1)
    admitted = []
    for fan, number in (("ann", 1), ("bob", 2), ("cid", 3)):
        await gate.poll("dan", dan.number)
        admitted.append(await gate.tick())
        await gate.store.leave(CONCERT, fan, number)
    inside_before = (await gate.store.numbers(CONCERT)).inside
    await gate.poll("dan", dan.number)
    admitted.append(await gate.tick())

    assert admitted == [0, 0, 0, 1]
    assert inside_before == 0
    assert (await gate.audit()).problems == []


async def test_a_raised_limit_takes_effect_at_the_next_tick(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    numbers = {fan: (await gate.join(fan)).number for fan in ("bob", "cid")}
    await gate.tick()
    for fan, number in numbers.items():
        await gate.poll(fan, number)
    await gate.change(limit=3)

    admitted = await gate.tick()

    assert admitted == 2


async def test_a_pause_stops_admission_and_keeps_places(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.change(phase="paused")
    await gate.store.leave(CONCERT, "ann", 1)
    paused = await gate.tick()
    joined = await gate.join("cid")
    await gate.change(phase="open")
    resumed = await gate.tick()

    assert (paused, resumed) == (0, 1)
    assert (joined.status, joined.number) == ("waiting", 3)
    assert (await gate.poll("bob", bob.number)).status == "admitted"


async def test_nobody_is_let_in_by_joining_a_paused_sale(gate: Gate) -> None:
    await gate.open(limit=5, phase="paused")

    place = await gate.join("ann")

    assert place.status == "waiting"


async def test_the_later_of_two_policies_that_cross_stays(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.store.set_policy(StoredPolicy(CONCERT, OPEN._replace(limit=7), 9))
    await gate.store.set_policy(StoredPolicy(CONCERT, OPEN._replace(limit=3), 8))

    assert (await gate.store.numbers(CONCERT)).limit == 7


# The rate


@pytest.mark.long
@pytest.mark.parametrize("rate", [0.05, 0.3, 1.0, 1.1, 2.5, 7.0])
async def test_the_rate_is_kept_exactly(gate: Gate, rate: float) -> None:
    await gate.open(limit=1000, admit_rate_per_s=rate, presence_ttl_s=3600)
    await gate.join("first")
    for n in range(220):
        await gate.join(f"fan{n}")
    await gate.tick()
    admitted = 1
    for second in range(1, 31):
        live = await gate.store.numbers(CONCERT)
        for number in range(live.serving + 1, min(live.calling, live.last) + 1):
            await gate.poll(f"fan{number - 2}", number)
        for _ in range(5):
            admitted += await gate.tick(200)
        # The bucket held one admission at the start, which joining took; then it fills at the rate.
        assert 1 + int(second * rate + 1e-9) == admitted
    assert (await gate.audit()).problems == []


async def test_what_is_saved_up_is_at_most_one_second_of_the_rate(gate: Gate) -> None:
    await gate.open(limit=1000, admit_rate_per_s=3, presence_ttl_s=3600)
    await gate.join("first")
    numbers = {f"fan{n}": (await gate.join(f"fan{n}")).number for n in range(10)}
    await gate.tick()
    for fan, number in numbers.items():
        await gate.poll(fan, number)

    admitted = await gate.tick(MINUTE_MS)

    assert admitted == 3


async def test_a_clock_that_jumps_back_does_not_stop_the_rate(gate: Gate) -> None:
    await gate.open(limit=1000, admit_rate_per_s=1, presence_ttl_s=3600)
    await gate.join("first")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.tick(-10 * MINUTE_MS)

    admitted = await gate.tick(1000)

    assert admitted == 1


async def test_the_pace_is_measured_and_fades(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1000)
    for n in range(600):
        await gate.join(f"fan{n}")
        clock.advance(100)
    busy = (await gate.store.numbers(CONCERT)).rate_per_s
    clock.advance(2 * MINUTE_MS)
    quiet = (await gate.store.numbers(CONCERT)).rate_per_s

    assert 9.0 < busy < 10.5
    assert quiet < 0.1


# Prepare and epochs


async def test_an_unknown_queue_says_so(store: QueueStore) -> None:
    for ask in (
        store.join(CONCERT, "ann"),
        store.current(CONCERT, "ann", 1, 1),
        store.leave(CONCERT, "ann", 1),
        store.depart(CONCERT, "ann"),
        store.admit(CONCERT),
        store.numbers(CONCERT),
        store.set_policy(StoredPolicy(CONCERT, OPEN, 1)),
    ):
        with pytest.raises(Unprepared):
            await ask


async def test_only_a_missing_policy_is_prepared(gate: Gate, store: QueueStore, stored: StoredPolicy) -> None:
    first = await store.prepare(stored, epoch=1)
    second = await store.prepare(stored._replace(policy=stored.policy._replace(limit=99)), epoch=2)

    live = await store.numbers(CONCERT)

    assert (first, second) == (True, False)
    assert (stored.policy.limit, 1) == (live.limit, live.epoch)


async def test_a_token_of_an_earlier_epoch_restores_its_place_ahead_of_new_numbers(
    gate: Gate, clock: ManualClock
) -> None:
    await gate.open(epoch=2, limit=1)
    new = await gate.join("new")
    old = await gate.join("old", presented=41)
    clock.advance(REBUILD_GRACE_MS)
    await gate.tick()
    await gate.poll("new", new.number, epoch=2)
    await gate.poll("old", 41, epoch=2)
    await gate.tick()

    assert (new.number, old.number) == (NUMBERS_PER_EPOCH + 1, 41)
    assert await gate.admitted() == [41]


async def test_after_a_loss_nobody_is_let_in_before_the_grace_is_over(gate: Gate) -> None:
    await gate.open(epoch=2, limit=5)
    ann = await gate.join("ann")
    await gate.tick()
    await gate.poll("ann", ann.number, epoch=2)
    during = await gate.tick(REBUILD_GRACE_MS - 1)
    after = await gate.tick(1)

    assert (ann.status, during, after) == ("waiting", 0, 1)


async def test_a_token_whose_place_is_unknown_is_no_place(gate: Gate, store: QueueStore) -> None:
    await gate.open()

    assert await store.current(CONCERT, "ann", 7, 1) is None
    assert await store.current(CONCERT, "ann", 7, 0) is None


async def test_the_next_number_is_above_every_restored_one(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann", presented=50)

    assert (await gate.join("bob")).number == 51


async def test_a_token_still_gives_the_old_number_after_a_join_from_another_device(gate: Gate) -> None:
    await gate.open(epoch=2, limit=1)
    await gate.tick()
    without = await gate.join("ann")
    restored = await gate.join("ann", presented=41)
    again = await gate.join("ann")
    await gate.tick(REBUILD_GRACE_MS)
    await gate.poll("ann", 41)
    await gate.tick()

    assert (without.number, restored.number, again.number) == (NUMBERS_PER_EPOCH + 1, 41, 41)
    assert await gate.admitted() == [41]
    assert (await gate.audit()).problems == []


async def test_a_token_of_a_place_that_has_ended_does_not_move_its_fan_forward(gate: Gate, store: QueueStore) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    ann = await gate.join("ann")
    await store.leave(CONCERT, "ann", ann.number)
    later = await gate.join("ann")

    assert (await gate.join("ann", presented=ann.number)).number == later.number


async def test_in_a_new_history_nobody_joins_or_goes_in_before_the_epoch_has_moved_on(
    gate: Gate, store: QueueStore, redis: RedisClient
) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    await redis.command("HSET", KEYS.policy, "history", "that of a server that is no more")

    for ask in (store.join(CONCERT, "bob"), store.admit(CONCERT)):
        with pytest.raises(Unprepared):
            await ask
    await gate.open(epoch=2, limit=1)
    assert (await gate.join("ann")).number == 1
    assert (await gate.join("bob")).number == NUMBERS_PER_EPOCH + 1


async def test_in_a_new_history_an_epoch_that_is_not_newer_changes_nothing(
    gate: Gate, store: QueueStore, redis: RedisClient
) -> None:
    await gate.open(epoch=3)
    await redis.command("HSET", KEYS.policy, "history", "that of a server that is no more")

    prepared = await store.prepare(StoredPolicy(CONCERT, OPEN, 1), epoch=3)

    assert not prepared
    with pytest.raises(Unprepared):
        await store.join(CONCERT, "ann")


async def test_in_a_new_history_a_policy_that_was_changed_meanwhile_stays_and_the_log_tells_it(
    gate: Gate, store: QueueStore, redis: RedisClient
) -> None:
    await gate.open(limit=1)
    await redis.command("HSET", KEYS.policy, "history", "that of a server that is no more")
    read_before = StoredPolicy(CONCERT, gate.policy, 1)
    await gate.change(limit=3)
    await store.prepare(read_before, epoch=2)
    await gate.tick(REBUILD_GRACE_MS)
    for fan in ("ann", "bob", "cid"):
        await gate.join(fan)

    audit = await gate.audit()
    assert (audit.admitted, audit.problems) == (3, [])


async def test_a_failover_during_the_grace_after_a_loss_does_not_cut_it_short(gate: Gate, redis: RedisClient) -> None:
    await gate.open(epoch=2, limit=5)
    await gate.join("ann", presented=7)
    await redis.command("HSET", KEYS.policy, "history", "that of a server that is no more")
    await gate.open(epoch=3, limit=5)
    await gate.tick()
    await gate.poll("ann", 7, epoch=2)
    during = await gate.tick(REBUILD_GRACE_MS - 1000)
    await gate.poll("ann", 7, epoch=2)
    after = await gate.tick(1000)

    assert (during, after) == (0, 1)


async def test_after_a_loss_the_token_of_a_fan_who_has_bought_gives_no_place_back(
    gate: Gate, store: QueueStore
) -> None:
    await store.bar(CONCERT, [f"buyer{n}" for n in range(2500)], upto=NUMBERS_PER_EPOCH)
    await gate.open(epoch=2, limit=1)

    assert (await gate.join("buyer2499", presented=7)).number == NUMBERS_PER_EPOCH + 1
    assert (await gate.join("other", presented=8)).number == 8


# The log


async def test_the_log_is_read_in_pages(gate: Gate, store: QueueStore) -> None:
    await gate.open(limit=10)
    for n in range(5):
        await gate.join(f"fan{n}")
    first = await store.log_page(CONCERT, None, 4)
    second = await store.log_page(CONCERT, first[-1].id, 100)

    assert [event.kind for event in first] == ["prepare", "present", "admit", "present"]
    assert len(second) == 7
    assert (first[2].inside, first[2].limit) == (1, 10)


async def test_polls_are_not_logged(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    bob = await gate.join("bob")
    await gate.tick()
    for _ in range(10):
        await gate.poll("bob", bob.number)

    assert [event.kind for event in await gate.log()] == ["prepare", "present", "admit", "present"]
