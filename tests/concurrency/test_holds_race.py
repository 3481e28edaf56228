"""Holds under many hands at once: two instances, one store, real scripts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import pytest

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import BoxofficeError, HoldExpired, LimitExceeded, NotFound, SeatTaken
from boxoffice.kernel.ids import IdSource
from boxoffice.seats.models import Hold
from boxoffice.seats.service import SeatService
from boxoffice.seats.store import SeatStore
from tests.unit.seats.house import MINUTE_MS, PERFORMANCE, House
from tests.unit.seats.test_service import SECRET, StandInCatalog, StandInQueue, StandInSoldSeats

FANS = [f"fan-{number}" for number in range(200)]


class Instance(NamedTuple):
    """One application instance: its own connection and its own service."""

    service: SeatService
    redis: RedisClient


class World(NamedTuple):
    """Two instances over one Valkey, the database's truth, and a hand that lets fans in."""

    instances: Sequence[Instance]
    truth: StandInSoldSeats
    house: House
    clock: ManualClock

    async def race(
        self, fans: Sequence[str], *, seats: list[int] | None = None, best: int | None = None
    ) -> list[object]:
        """Everybody at once, spread over the instances: a hold, or the refusal."""

        async def attempt(number: int, fan: str) -> Hold | BoxofficeError:
            service = self.instances[number % 2].service
            try:
                return await service.hold(fan, PERFORMANCE, seats=seats, best_count=best)
            except BoxofficeError as refusal:
                return refusal

        return list(await asyncio.gather(*(attempt(number, fan) for number, fan in enumerate(fans))))

    async def lose_redis(self) -> None:
        await self.house.redis.command("FLUSHALL")
        await self.house.phase("open")
        await self.house.admit(*FANS)


@pytest.fixture
async def world(redis_url: str, redis: RedisClient, clock: ManualClock, ids: IdSource) -> AsyncIterator[World]:
    truth, catalog = StandInSoldSeats(), StandInCatalog()
    house = House(redis, clock, catalog.view)
    instances = []
    for _ in range(2):
        client = RedisClient(redis_url, metrics=NullMetrics())
        service = SeatService(
            store=SeatStore(client, clock=clock),
            catalog=catalog,
            queue=StandInQueue(),
            receipts=Tokens(SECRET, kind="receipt", clock=clock),
            sold=truth,
            ids=ids,
            clock=clock,
            metrics=NullMetrics(),
            hold_ttl_s=300,
            paying_grace_s=60,
            snapshot_ms=500,
        )
        instances.append(Instance(service, client))
    await house.phase("open")
    await house.admit(*FANS)
    yield World(instances, truth, house, clock)
    for instance in instances:
        await instance.redis.close()


def kinds(answers: Sequence[object]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


async def test_of_200_fans_at_once_exactly_one_gets_the_seat(world: World) -> None:
    answers = await world.race(FANS, seats=[7])

    assert kinds(answers) == {"Hold": 1, "SeatTaken": 199}
    assert {tuple(a.members["seats"]) for a in answers if isinstance(a, SeatTaken)} == {(7,)}  # type: ignore[arg-type]
    assert await world.instances[0].service.states(PERFORMANCE) == (29, 1, 0, 0)


async def test_two_instances_that_prepare_at_once_agree_on_what_is_sold(world: World) -> None:
    world.truth.sold = [(7, "owner"), (8, "owner")]

    answers = await world.race(FANS[:50], seats=[7])

    assert kinds(answers) == {"SeatTaken": 50}
    assert await world.house.count_of("owner") == 2
    assert await world.instances[1].service.states(PERFORMANCE) == (28, 0, 0, 2)


async def test_one_fan_in_many_tabs_never_has_more_than_the_limit(world: World) -> None:
    async def tab(number: int) -> Hold | LimitExceeded:
        try:
            return await world.instances[number % 2].service.hold("fan-0", PERFORMANCE, seats=[number])
        except LimitExceeded as refusal:
            return refusal

    answers = await asyncio.gather(*(tab(number) for number in range(20)))

    assert kinds(answers) == {"Hold": 4, "LimitExceeded": 16}
    assert await world.house.count_of("fan-0") == 4


async def test_overlapping_wishes_are_held_whole_or_not_at_all(world: World) -> None:
    wishes = [[first, first + 1, first + 2] for first in range(10, 18)] * 5

    async def attempt(number: int, seats: list[int]) -> Hold | SeatTaken:
        try:
            return await world.instances[number % 2].service.hold(FANS[number], PERFORMANCE, seats=seats)
        except SeatTaken as refusal:
            return refusal

    answers = await asyncio.gather(*(attempt(number, seats) for number, seats in enumerate(wishes)))

    held = [no for answer in answers if isinstance(answer, Hold) for no in answer.seats]
    assert len(held) == len(set(held))
    assert len(held) % 3 == 0
    assert set(held) == await world.house.taken()


async def test_the_best_available_for_everybody_at_once_never_doubles_a_seat(world: World) -> None:
    answers = await world.race(FANS, best=3)

    # Rows of ten hold three groups of three each; the tenth seat of a row stays.
    held = [no for answer in answers if isinstance(answer, Hold) for no in answer.seats]
    assert len(held) == len(set(held))
    assert set(held) == await world.house.taken()
    assert 6 * 3 <= len(held) <= 9 * 3
    refused = [answer for answer in answers if isinstance(answer, SeatTaken)]
    assert {len(refusal.members["seats"]) for refusal in refused} == {0}  # type: ignore[arg-type]


async def test_a_hold_cannot_be_released_and_claimed_at_once(world: World) -> None:
    one, other = (instance.service for instance in world.instances)
    for _ in range(20):
        hold = await one.hold("fan-0", PERFORMANCE, seats=[1, 2])
        outcomes = await asyncio.gather(
            one.release("fan-0", hold.id), other.claim("fan-0", hold.id), return_exceptions=True
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, BoxofficeError)]
        assert len(refused) == 1
        claimed = outcomes[1]
        if not isinstance(claimed, BaseException):
            await other.unclaim(claimed)
            await one.release("fan-0", hold.id)
        assert await world.house.taken() == set()


async def test_two_tabs_that_release_at_once_free_the_seats_once(world: World) -> None:
    one, other = (instance.service for instance in world.instances)
    hold = await one.hold("fan-0", PERFORMANCE, seats=[1, 2])

    outcomes = await asyncio.gather(
        one.release("fan-0", hold.id), other.release("fan-0", hold.id), return_exceptions=True
    )

    assert kinds(outcomes) == {"NoneType": 1, "NotFound": 1}
    assert await world.house.count_of("fan-0") == 0


async def test_lost_redis_keeps_sold_seats_and_limits_and_live_receipts(world: World) -> None:
    one, other = (instance.service for instance in world.instances)
    bought = await one.hold("fan-0", PERFORMANCE, seats=[1, 2, 3])
    await one.sold(await one.claim("fan-0", bought.id))
    world.truth.sold = [(no, "fan-0") for no in bought.seats]
    live = await one.hold("fan-1", PERFORMANCE, seats=[4, 5])
    late = await one.hold("fan-2", PERFORMANCE, seats=[6])

    await world.lose_redis()

    with pytest.raises(SeatTaken):
        await other.hold("fan-3", PERFORMANCE, seats=[2])
    with pytest.raises(LimitExceeded):
        await other.hold("fan-0", PERFORMANCE, seats=[10, 11])
    claimed = await other.claim("fan-1", live.id, live.receipt)
    assert (claimed.seats, claimed.by_receipt) == ((4, 5), True)
    world.truth.sold += [(no, "fan-1") for no in claimed.seats]
    await other.sold(claimed)
    world.clock.advance(5 * MINUTE_MS)
    with pytest.raises(HoldExpired):
        await other.claim("fan-2", late.id, late.receipt)
    assert await one.states(PERFORMANCE) == (25, 0, 0, 5)
    assert await world.house.count_of("fan-1") == 2


async def test_the_receipt_of_a_hold_released_since_the_loss_does_not_claim(world: World) -> None:
    one, other = (instance.service for instance in world.instances)
    await world.lose_redis()
    hold = await one.hold("fan-0", PERFORMANCE, seats=[4])
    await other.release("fan-0", hold.id)

    with pytest.raises(HoldExpired):
        await one.claim("fan-0", hold.id, hold.receipt)
    with pytest.raises(NotFound):
        await one.hold_of("fan-0", hold.id)


async def test_a_sale_and_the_restoring_of_redis_at_once_lose_no_sold_seat(world: World) -> None:
    one, other = (instance.service for instance in world.instances)
    for no in range(10):
        fan = FANS[no]
        hold = await one.hold(fan, PERFORMANCE, seats=[no])
        claimed = await one.claim(fan, hold.id)
        await world.lose_redis()
        # The commit comes while the other instance may have read the database already.
        restoring = asyncio.create_task(other.states(PERFORMANCE))
        await asyncio.sleep(0)
        world.truth.sold = [*world.truth.sold, (no, fan)]
        await asyncio.gather(restoring, one.sold(claimed))

        assert await world.house.sold() == set(range(no + 1))
        assert await world.house.count_of(fan) == 1
