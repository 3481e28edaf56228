"""What is told of calls to the stores: how many, how long, and how full the pools are."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world_of


@pytest.fixture
async def world(tmp_path: Path, valkey_url: str) -> AsyncIterator[World]:
    async with world_of(tmp_path, valkey_url) as ready:
        yield ready


def told(world: World, series: str) -> float:
    exposition = world.application.metrics.exposition().decode()
    return sum(float(value) for value in re.findall(rf"^boxoffice_{series} (\S+)$", exposition, re.MULTILINE))


async def test_calls_to_redis_are_counted_by_script(world: World) -> None:
    holds = 'redis_calls_total{operation="seats.hold"}'
    fan = await world.inside()
    await fan.hold(0)  # by now the server knows the script, and is not sent it again
    before = told(world, holds)
    await fan.hold(1)
    await fan.hold(2)

    assert told(world, holds) == before + 2
    assert told(world, "redis_seconds_count") > 2


async def test_sessions_are_timed_by_what_they_are_for(world: World) -> None:
    before = {
        each: told(world, f'database_seconds_count{{operation="{each}"}}') for each in ("read", "write", "commit")
    }
    await world.application.database.ping()
    async with world.application.database.write() as session:
        await session.commit()

    for operation, count in before.items():
        assert told(world, f'database_seconds_count{{operation="{operation}"}}') == count + 1


async def test_a_connection_in_use_is_told_while_it_is(world: World) -> None:
    in_use = r'database_connections{pool="write",server="[^"]*"}'
    async with world.application.database.write():
        during = told(world, in_use)

    assert (during, told(world, in_use)) == (1, 0)
    assert told(world, r'database_connections_max{pool="write",server="[^"]*"}') == 1  # SQLite has one writer


async def test_a_settlement_is_timed_as_a_batch(world: World) -> None:
    await (await world.inside()).buy(0)

    assert told(world, 'coalescer_seconds_count{name="payment"}') == 1


async def test_a_queue_that_was_lost_and_made_anew_is_counted(world: World) -> None:
    await (await world.visitor()).join()
    before = told(world, "queue_rebuilds_total")
    await world.application.redis.command("FLUSHALL")
    await (await world.visitor()).join()

    assert (before, told(world, "queue_rebuilds_total")) == (0, 1)
