"""Queues that Redis does not know, has lost, or may know only in part."""

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import StoredPolicy, Unprepared
from boxoffice.queue.policy import NUMBERS_PER_EPOCH, REBUILD_GRACE_MS
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, KEYS, OPEN, Gate


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
