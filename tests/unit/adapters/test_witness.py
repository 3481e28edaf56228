"""Two instances over one real Valkey, each with a primary that it sees or does not."""

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.adapters.witness import Witness
from boxoffice.kernel.clock import ManualClock


class StandInDatabase:
    def __init__(self) -> None:
        self.seen = True

    async def has_primary(self) -> bool:
        return self.seen


class Two:
    """An instance of the test's interest, and another one."""

    def __init__(self, redis: RedisClient, clock: ManualClock) -> None:
        self.clock = clock
        self.redis = redis
        self.own, self.others = StandInDatabase(), StandInDatabase()
        self.witness = Witness(redis=redis, database=self.own, clock=clock)
        self.other = Witness(redis=redis, database=self.others, clock=clock)

    async def pass_s(self, seconds: int) -> None:
        """Both tick each second; what Redis forgets by its own clock is forgotten here by hand."""
        for _ in range(seconds):
            self.clock.advance(1_000)
            if not (self.own.seen or self.others.seen):
                await self.redis.command("DEL", "boxoffice:primary_seen")
            await self.witness.tick()
            await self.other.tick()


async def test_an_instance_that_sees_the_primary_is_not_alone(redis: RedisClient, clock: ManualClock) -> None:
    two = Two(redis, clock)
    await two.pass_s(10)

    assert not await two.witness.is_alone()


async def test_an_instance_that_others_outlive_is_alone_after_a_while_and_not_at_once(
    redis: RedisClient, clock: ManualClock
) -> None:
    two = Two(redis, clock)
    await two.pass_s(1)
    two.own.seen = False
    await two.pass_s(4)
    soon = await two.witness.is_alone()
    await two.pass_s(1)

    assert not soon
    assert await two.witness.is_alone()
    assert not await two.other.is_alone()

    two.own.seen = True
    await two.pass_s(1)
    assert not await two.witness.is_alone()


async def test_where_nobody_sees_the_primary_nobody_is_alone(redis: RedisClient, clock: ManualClock) -> None:
    two = Two(redis, clock)
    await two.pass_s(1)
    two.own.seen = two.others.seen = False
    await two.pass_s(10)

    assert not await two.witness.is_alone()
    assert not await two.other.is_alone()


async def test_an_instance_that_never_saw_the_primary_is_alone_where_another_does(
    redis: RedisClient, clock: ManualClock
) -> None:
    two = Two(redis, clock)
    two.own.seen = False
    alone_before = await two.witness.is_alone()
    await two.other.tick()

    assert not alone_before
    assert await two.witness.is_alone()


async def test_the_mark_lapses_before_anybody_takes_it_for_another_instances(
    redis: RedisClient, clock: ManualClock
) -> None:
    await Two(redis, clock).other.tick()

    assert 0 < int(await redis.command("PTTL", "boxoffice:primary_seen")) <= 3_000


async def test_without_redis_an_instance_does_not_take_itself_for_alone(clock: ManualClock) -> None:
    nowhere = RedisClient("redis://127.0.0.1:1/0", metrics=NullMetrics(), timeout_s=0.2)
    database = StandInDatabase()
    witness = Witness(redis=nowhere, database=database, clock=clock)
    await witness.tick()
    database.seen = False
    clock.advance(60_000)

    assert not await witness.is_alone()
    await nowhere.close()
