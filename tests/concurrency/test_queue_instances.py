"""Several instances, each with connections of its own, at one queue at once; by the server's own clock."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import StoredPolicy
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, OPEN, Gate

INSTANCES = 6


@pytest.fixture
async def stores(redis: RedisClient, redis_url: str) -> AsyncIterator[list[QueueStore]]:
    clients = [RedisClient(redis_url, metrics=NullMetrics()) for _ in range(INSTANCES)]
    yield [QueueStore(client) for client in clients]
    for client in clients:
        await client.close()


async def test_many_instances_admitting_at_once_never_pass_the_limit(
    stores: list[QueueStore], clock: ManualClock
) -> None:
    await stores[0].prepare(StoredPolicy(CONCERT, OPEN._replace(limit=7), 1), epoch=1)
    ended = asyncio.Event()
    most_inside = 0

    async def visit(fan: str, random: Random) -> None:
        place = await random.choice(stores).join(CONCERT, fan)
        while place is not None and place.status == "waiting":
            await asyncio.sleep(random.uniform(0.0, 0.02))
            place = await random.choice(stores).current(CONCERT, fan, place.number, place.epoch)
        assert place is not None and place.status == "admitted"
        await asyncio.sleep(random.uniform(0.0, 0.01))
        await random.choice(stores).depart(CONCERT, fan)

    async def tick(store: QueueStore) -> None:
        nonlocal most_inside
        while not ended.is_set():
            await store.admit(CONCERT)
            most_inside = max(most_inside, (await store.numbers(CONCERT)).inside)
            await asyncio.sleep(0.001)

    ticking = [asyncio.create_task(tick(store)) for store in stores]
    await asyncio.gather(*(visit(f"fan{n}", Random(n)) for n in range(400)))
    ended.set()
    await asyncio.gather(*ticking)

    audit = await Gate(stores[0], clock).audit()

    assert audit.problems == []
    assert (audit.admitted, audit.peak_inside) == (400, 7)
    assert most_inside <= 7


async def test_joins_on_many_instances_at_once_give_one_number_each(stores: list[QueueStore]) -> None:
    await stores[0].prepare(StoredPolicy(CONCERT, OPEN._replace(limit=1), 1), epoch=1)

    places = await asyncio.gather(*(store.join(CONCERT, f"fan{n}") for n in range(200) for store in stores))

    numbers = {n: {place.number for place in places[n * INSTANCES : (n + 1) * INSTANCES] if place} for n in range(200)}
    assert all(len(found) == 1 for found in numbers.values())
    assert set(range(1, 201)) == set.union(*numbers.values())


async def test_a_limit_changed_while_instances_admit_is_never_passed(
    stores: list[QueueStore], clock: ManualClock
) -> None:
    await stores[0].prepare(StoredPolicy(CONCERT, OPEN._replace(limit=20), 1), epoch=1)
    random = Random(5)
    numbers = {}
    for n in range(300):
        place = await stores[0].join(CONCERT, f"fan{n}")
        assert place is not None
        numbers[f"fan{n}"] = place.number

    async def change() -> None:
        for version in range(2, 22):
            policy = OPEN._replace(limit=random.choice([1, 5, 20, 40]))
            await random.choice(stores).set_policy(StoredPolicy(CONCERT, policy, version))
            await asyncio.sleep(0.01)

    async def turn_over(store: QueueStore) -> None:
        for _ in range(40):
            for fan in random.sample(sorted(numbers), 10):
                place = await store.current(CONCERT, fan, numbers[fan], 1)
                if place is not None and place.status == "admitted" and random.random() < 0.5:
                    await store.depart(CONCERT, fan)
            await store.admit(CONCERT)

    await asyncio.gather(change(), *(turn_over(store) for store in stores))

    audit = await Gate(stores[0], clock).audit()

    assert audit.problems == []
    assert audit.admitted > 20  # more than found room when they joined; how many more is a matter of timing


async def test_the_rate_holds_with_many_instances_ticking(stores: list[QueueStore], clock: ManualClock) -> None:
    await stores[0].prepare(StoredPolicy(CONCERT, OPEN._replace(limit=1000, admit_rate_per_s=20), 1), epoch=1)
    numbers = {}
    for n in range(60):
        place = await stores[0].join(CONCERT, f"fan{n}")
        assert place is not None
        numbers[f"fan{n}"] = place.number
    await stores[0].admit(CONCERT)
    for _ in range(50):
        await asyncio.gather(*(stores[0].current(CONCERT, fan, number, 1) for fan, number in numbers.items()))
        await asyncio.gather(*(store.admit(CONCERT) for store in stores for _ in range(3)))

    audit = await Gate(stores[0], clock).audit()

    assert audit.problems == []
    assert audit.admitted >= 1
