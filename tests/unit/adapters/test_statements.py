import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.statements import into, literal, places, with_literals
from boxoffice.kernel.errors import Unavailable
from boxoffice.wallet.tables import idempotency_keys
from tests.rows import add_fans
from tests.servers import DatabaseServer

_KEYS = into(idempotency_keys, "user_id", "key", "request_hash", "status", "body", "created_ms")
NASTY = (
    "",
    "'",
    "\\",
    "\\'",
    "'; DROP TABLE wallets; -- ",
    '{"a":"b"}',
    "100 % of ? %s %(x)s",
    "line\nbreak\r\ttab\x1a",
    "nul\x00inside",
    "한글 🎟",
    "\\\\''\\",
)


def test_a_literal_keeps_quotes_and_backslashes_inside() -> None:
    assert [literal(value) for value in ("a'b", "", 7, -1, None)] == ["'a''b'", "''", "7", "-1", "NULL"]
    assert literal("a\\") == "_utf8mb4 X'615c'"
    with pytest.raises(TypeError):
        literal(True)
    with pytest.raises(TypeError):
        literal(1.5)  # type: ignore[arg-type]


def test_values_stand_in_order_and_are_not_read_as_part_of_the_statement() -> None:
    assert with_literals("SELECT ?, ?, ?", ["%s ?", 2, None]) == "SELECT '%s ?', 2, NULL"
    assert places(3) == "?, ?, ?"
    assert places(2, 2) == "(?, ?), (?, ?)"


async def test_every_database_reads_back_what_it_was_given(database: Database) -> None:
    (fan,) = await add_fans(database, 1)
    async with database.write() as session:
        await session.insert(
            _KEYS, [(fan, f"k{index}", "h" * 64, 201, body, -index) for index, body in enumerate(NASTY)]
        )
        await session.commit()

    async with database.read() as session:
        found = await session.rows("SELECT `key`, body, created_ms FROM idempotency_keys WHERE user_id = ?", [fan])
        for index, body in enumerate(NASTY):
            same = "SELECT `key` FROM idempotency_keys WHERE body = ? AND created_ms = ? AND length(body) = length(?)"
            assert [(f"k{index}",)] == list(await session.rows(same, [body, -index, body]))

    assert {(f"k{index}", body, -index) for index, body in enumerate(NASTY)} == set(found)


async def test_no_mode_of_the_server_makes_a_statement_of_a_value(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite binds its values.")
    (fan,) = await add_fans(database, 1)
    async with database.write() as session:
        await session.execute(text("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')"))
        await session.insert(
            _KEYS, [(fan, f"k{index}", "h" * 64, 201, body, index) for index, body in enumerate(NASTY)]
        )
        found = await session.rows("SELECT body FROM idempotency_keys WHERE user_id = ? ORDER BY created_ms", [fan])
        await session.execute(text("SET SESSION sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')"))

    assert [body for (body,) in found] == list(NASTY)


async def test_more_rows_than_one_statement_takes_are_inserted_all_the_same(database: Database) -> None:
    (fan,) = await add_fans(database, 1)
    async with database.write() as session:
        await session.insert(_KEYS, ((fan, f"k{number}", "h", 201, "{}", 1) for number in range(2_500)))
        touched = await session.change("UPDATE idempotency_keys SET status = ? WHERE user_id = ?", [200, fan])
        await session.insert(_KEYS, [])
        await session.commit()

    assert touched == 2_500


async def test_what_is_not_committed_is_rolled_back(database: Database) -> None:
    (fan,) = await add_fans(database, 1)
    async with database.write() as session:
        await session.insert(_KEYS, [(fan, "k", "h", 201, "{}", 1)])

    async with database.read() as session:
        assert list(await session.rows("SELECT `key` FROM idempotency_keys WHERE user_id = ?", [fan])) == []


async def test_a_unique_key_speaks_up_as_a_conflict(database: Database) -> None:
    (fan,) = await add_fans(database, 1)

    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await session.insert(_KEYS, [(fan, "k", "h", 201, "{}", 1)] * 2)


async def test_a_statement_that_fails_does_not_tell_its_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.read() as session:
            await session.rows("SELECT no_such_column FROM wallets WHERE user_id = ?", ["a secret"])

    assert "no_such_column" in str(caught.value)
    assert "a secret" not in str(caught.value)
    async with database.read() as session:
        assert list(await session.rows("SELECT ?", [1])) == [(1,)]


async def test_a_statement_that_is_cut_off_ends_as_such_and_takes_its_connection_along(
    database_server: DatabaseServer,
) -> None:
    database = Database(database_server.url(), metrics=NullMetrics())
    async with database.read(primary=True) as session:
        [(before,)] = await session.rows("SELECT connection_id()", [])

    with pytest.raises(Unavailable) as caught:
        async with database.read(primary=True) as session, asyncio.timeout(0.2):
            await session.rows("SELECT sleep(?)", [30])

    assert isinstance(caught.value.__cause__, TimeoutError)
    async with database.read(primary=True) as session:
        [(after,)] = await session.rows("SELECT connection_id()", [])
    assert after != before
    await database.close()
