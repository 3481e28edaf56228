"""The lock over a real Valkey and a real SQLite file, on the test's clock where the server decides."""

import asyncio
from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import Any

import pytest

from boxoffice.adapters.database import Database
from boxoffice.adapters.fence import FencedOff, Fences
from boxoffice.adapters.lock import Held, Locks
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient, load_script
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Unavailable

NAME = "retention"
KEY = "lock:{retention}"
FAR_S = 30.0
"""A poll that a test does not live to see."""


@pytest.fixture
def fences(database: Database) -> Fences:
    return Fences(database)


@pytest.fixture
def locks(redis: RedisClient, fences: Fences, clock: ManualClock) -> Locks:
    return locks_of(redis, fences, clock=clock)


def locks_of(redis: RedisClient, fences: Fences, **options: Any) -> Locks:
    numbers = count(1)
    name = hex(id(numbers))
    return Locks(redis, fences, owner=lambda: f"{name}-{next(numbers)}", **options)


async def taken_from(locks: Locks, signal: asyncio.Event) -> float:
    """Take the lock as soon as it is to be had, and say when that was."""
    async with locks.hold(NAME):
        signal.set()
        return perf_counter()


async def number_of_listeners(redis: RedisClient) -> int:
    return int((await redis.command("PUBSUB", "NUMSUB", KEY))[1])


async def until_waiting(redis: RedisClient, listeners: int = 1) -> None:
    """Until a waiter listens and has looked once more."""
    while await number_of_listeners(redis) < listeners:  # noqa: ASYNC110  it is the server that knows
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)


async def test_a_lock_is_had_by_one_at_a_time(locks: Locks) -> None:
    inside: list[int] = []
    most = 0

    async def work(number: int) -> None:
        nonlocal most
        async with locks.hold(NAME):
            inside.append(number)
            most = max(most, len(inside))
            await asyncio.sleep(0)
            inside.remove(number)

    await asyncio.gather(*(work(number) for number in range(10)))

    assert most == 1


async def test_each_holder_has_a_higher_number(locks: Locks) -> None:
    numbers = []
    for _ in range(3):
        async with locks.hold(NAME) as held:
            numbers.append(held.number)

    assert numbers == [1, 2, 3]


async def test_locks_of_different_names_do_not_meet(locks: Locks) -> None:
    async with locks.hold("reconcile"), locks.hold(NAME):
        pass


async def test_nobody_takes_a_lock_before_it_lapses_and_then_anybody_may(
    redis: RedisClient, fences: Fences, clock: ManualClock
) -> None:
    locks = locks_of(redis, fences, clock=clock, ttl_ms=60_000)
    async with locks.hold(NAME) as first:
        clock.advance(59_999)
        before, left_s = await locks._attempt(NAME, "another")
        clock.advance(1)
        after, _ = await locks._attempt(NAME, "another")

    assert before is None
    assert left_s == 0.001
    assert after is not None
    assert after.number > first.number


async def test_only_the_owner_gives_a_lock_back_or_renews_it(locks: Locks, redis: RedisClient) -> None:
    renew = load_script("boxoffice.adapters", "renew")
    async with locks.hold(NAME) as held:
        await locks._give_back(NAME, "thief")
        stolen = await redis.run(renew, [KEY], [locks._now_ms(), "thief", 10_000])
        own = await redis.run(renew, [KEY], [locks._now_ms(), held.owner, 10_000])
        stays = await redis.command("EXISTS", KEY)

    assert (stolen, own, stays) == (b"not_yours", b"renewed", 1)
    assert await redis.command("EXISTS", KEY) == 0


async def test_a_holder_that_comes_back_late_does_not_give_back_what_another_has(
    locks: Locks, redis: RedisClient, clock: ManualClock
) -> None:
    async with locks.hold(NAME):
        clock.advance(10_000)
        await locks._attempt(NAME, "another")

    assert await redis.command("HGET", KEY, "owner") == b"another"


async def test_a_lock_in_use_is_renewed(redis: RedisClient, fences: Fences, clock: ManualClock) -> None:
    locks = locks_of(redis, fences, clock=clock, ttl_ms=1_500)
    async with locks.hold(NAME) as held, asyncio.timeout(10):
        for _ in range(2):
            clock.advance(1_400)
            renewed = str(clock.now_ms() + 1_500).encode()
            while await redis.command("HGET", KEY, "until") != renewed:  # noqa: ASYNC110  it is the server that knows
                await asyncio.sleep(0.01)

        assert not held.lost.is_set()


async def test_a_holder_learns_that_the_lock_is_lost(redis: RedisClient, fences: Fences) -> None:
    locks = locks_of(redis, fences, ttl_ms=150)
    async with locks.hold(NAME) as held:
        await redis.command("FLUSHALL")
        await asyncio.wait_for(held.lost.wait(), 5)


async def test_a_holder_who_cannot_renew_gives_the_lock_up_at_its_deadline(redis: RedisClient, fences: Fences) -> None:
    locks = locks_of(redis, fences, ttl_ms=150)
    async with locks.hold(NAME) as held:
        locks._redis = Away()  # type: ignore[assignment]
        asked_s = perf_counter()
        await asyncio.wait_for(held.lost.wait(), 5)

    assert perf_counter() - asked_s < 0.5


class Away:
    async def run(self, *_: object) -> None:
        raise Unavailable


async def test_a_waiter_wakes_within_20_ms_of_the_release(
    redis: RedisClient, fences: Fences, record_property: Callable[[str, object], None]
) -> None:
    waits_ms = []
    for _ in range(11):
        holder = locks_of(redis, fences)
        waiter = locks_of(redis, fences, poll_s=FAR_S)
        async with holder.hold(NAME):
            waiting = asyncio.create_task(taken_from(waiter, asyncio.Event()))
            await until_waiting(redis)
            released_s = perf_counter()
        waits_ms.append((await asyncio.wait_for(waiting, 5) - released_s) * 1000)
    waits_ms.sort()
    record_property("release_to_next_holder_ms", [round(wait_ms, 1) for wait_ms in waits_ms])

    # The best quarter: on a machine that others use as well, any single one may be held up by them.
    assert waits_ms[2] < 20


async def test_of_many_waiters_all_get_their_turn(redis: RedisClient, fences: Fences) -> None:
    locks = locks_of(redis, fences, poll_s=FAR_S)
    async with locks.hold(NAME):
        waiting = [asyncio.create_task(taken_from(locks, asyncio.Event())) for _ in range(5)]
        await until_waiting(redis, 5)

    await asyncio.wait_for(asyncio.gather(*waiting), 5)


async def test_a_lost_message_delays_a_waiter_by_its_poll_and_never_blocks_it(
    redis: RedisClient, fences: Fences
) -> None:
    holder = locks_of(redis, fences)
    waiter = locks_of(redis, fences, poll_s=0.2)
    async with holder.hold(NAME):
        waiting = asyncio.create_task(taken_from(waiter, asyncio.Event()))
        await until_waiting(redis)
        gone_s = perf_counter()
        await redis.command("DEL", KEY)  # given back, and nobody is told
        took_s = await asyncio.wait_for(waiting, 5) - gone_s

    assert took_s < 0.5


async def test_a_waiter_whose_connection_for_messages_breaks_goes_on_looking(
    redis: RedisClient, fences: Fences
) -> None:
    holder = locks_of(redis, fences)
    waiter = locks_of(redis, fences, poll_s=0.2)
    async with holder.hold(NAME):
        waiting = asyncio.create_task(taken_from(waiter, asyncio.Event()))
        await until_waiting(redis)
        await redis.command("CLIENT", "KILL", "TYPE", "pubsub")

    await asyncio.wait_for(waiting, 5)


async def test_a_dead_holder_delays_a_waiter_until_the_lock_lapses(redis: RedisClient, fences: Fences) -> None:
    dead, _ = await locks_of(redis, fences, ttl_ms=200)._attempt(NAME, "dead")
    waiter = locks_of(redis, fences, poll_s=FAR_S)

    assert dead is not None
    await asyncio.wait_for(taken_from(waiter, asyncio.Event()), 5)


async def test_a_waiter_that_gives_up_leaves_nothing_behind(locks: Locks, redis: RedisClient) -> None:
    async with locks.hold(NAME):
        waiting = asyncio.create_task(taken_from(locks, asyncio.Event()))
        await until_waiting(redis)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert await number_of_listeners(redis) == 0
    assert await redis.command("EXISTS", KEY) == 0


async def test_an_earlier_holder_does_not_write_once_a_later_one_has_the_lock(
    locks: Locks, database: Database, clock: ManualClock
) -> None:
    async with locks.hold(NAME) as paused:
        clock.advance(10_000)
        newest, _ = await locks._attempt(NAME, "another")
        assert newest is not None

        await write_as(newest, database)
        with pytest.raises(FencedOff):
            await write_as(paused, database)


async def test_after_the_loss_of_redis_numbers_go_on_from_those_of_the_database(
    locks: Locks, redis: RedisClient, database: Database
) -> None:
    await redis.command("SET", f"{KEY}:number", 1000)
    async with locks.hold(NAME) as before:
        await redis.command("FLUSHALL")
        after, _ = await locks._attempt(NAME, "another")

        assert after is not None
        assert (before.number, after.number) == (1001, 1002)
        await write_as(after, database)
        with pytest.raises(FencedOff):
            await write_as(before, database)


async def test_two_who_were_given_one_number_by_two_lives_of_redis_do_not_both_have_it(
    locks: Locks, redis: RedisClient, fences: Fences
) -> None:
    acquire = load_script("boxoffice.adapters", "acquire")
    first = await redis.run(acquire, [KEY, f"{KEY}:number"], [locks._now_ms(), "a", 10_000, 0])
    await redis.command("FLUSHALL")  # before the first could register
    second, _ = await locks._attempt(NAME, "b")

    assert second is not None
    assert second.number == first[1]
    assert not (await fences.register(NAME, first[1])).stands


async def write_as(held: Held, database: Database) -> None:
    async with database.write() as session:
        await held.check(session)
        await session.commit()


async def test_without_redis_a_lock_is_unavailable(fences: Fences) -> None:
    client = RedisClient("redis://127.0.0.1:1/0", metrics=NullMetrics())
    with pytest.raises(Unavailable):
        async with locks_of(client, fences).hold(NAME):
            pass
    await client.close()
