"""Sessions over real databases: a SQLite file, MariaDB and MySQL."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from boxoffice.adapters.database import (
    CommitUnknown,
    Database,
    TransactionConflict,
    WriteSession,
)
from boxoffice.adapters.engines import Bounds
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.errors import Unavailable

INSERT = text("INSERT INTO venues VALUES (:id, 'x', 1)")
COUNT = text("SELECT count(*) FROM venues")


async def test_what_is_committed_lasts_and_what_is_not_does_not(database: Database) -> None:
    async with database.write() as session:
        await session.execute(INSERT, {"id": "a"})
        await session.commit()
    async with database.write() as session:
        await session.execute(INSERT, {"id": "b"})

    async with database.read() as reading:
        assert await reading.scalar(COUNT) == 1


async def test_an_error_rolls_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as session:
            await session.execute(INSERT, {"id": "a"})
            raise ZeroDivisionError

    async with database.read() as reading:
        assert await reading.scalar(COUNT) == 0


async def test_a_unique_key_violated_is_a_conflict(database: Database) -> None:
    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await session.execute(INSERT, [{"id": "a"}, {"id": "a"}])


async def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    async with database.read() as reading:
        before = await reading.scalar(COUNT)
        async with database.write() as session:
            await session.execute(INSERT, {"id": "a"})
            await session.commit()
        after = await reading.scalar(COUNT)

    assert (before, after) == (0, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the servers have more than one writer
async def test_writers_wait_for_each_other_and_none_is_lost(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as session:
            count = await session.scalar(COUNT)
            await session.execute(INSERT, {"id": f"{number} after {count}"})
            await session.commit()

    await asyncio.gather(*(write(number) for number in range(30)))

    async with database.read() as reading:
        ids = [row[0] for row in await reading.all(text("SELECT id FROM venues"))]
    assert sorted(int(name.split()[-1]) for name in ids) == list(range(30))


async def test_who_gets_no_connection_in_time_is_told_so(database_url: str) -> None:
    impatient = Database(database_url, metrics=NullMetrics(), bounds=Bounds(pool_size=1, wait_s=0.05))
    async with impatient.write():
        with pytest.raises(Unavailable):
            async with impatient.write():
                pass
    await impatient.close()


async def test_ping_answers(database: Database) -> None:
    await database.ping()


async def test_a_session_that_reads_can_not_write(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite does not know transactions that only read; the types do.")

    with pytest.raises(DBAPIError, match="READ ONLY"):
        async with database.read() as session:
            await session.scalar(INSERT, {"id": "a"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_audience_of_a_replica_reads_there_and_who_decides_reads_the_primary(
    database_url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "replica.db"
    both = Database(database_url, metrics=NullMetrics(), replica_url=f"sqlite+aiosqlite:///{copy}")
    name = text("SELECT file FROM pragma_database_list")
    async with both.read() as informing, both.read(primary=True) as deciding, both.write() as writing:
        files = [await session.scalar(name) for session in (informing, deciding, writing)]
    await both.close()

    assert files[0] == str(copy)
    assert files[1] == files[2] != files[0]


class Connection:
    """A connection whose commit fails as told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def commit(self) -> None:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("COMMIT", None, Exception(2013, "Lost connection")),
        ConnectionResetError(),
        TimeoutError(),
        asyncio.IncompleteReadError(b"", 4),
    ],
)
async def test_a_connection_lost_at_commit_leaves_the_outcome_unknown(error: Exception) -> None:
    with pytest.raises(CommitUnknown):
        await WriteSession(Connection(error)).commit()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("COMMIT", None, Exception(1213, "Deadlock")),
        IntegrityError("COMMIT", None, Exception(1062, "Duplicate")),
    ],
)
async def test_a_commit_that_loses_is_no_unknown_outcome(error: Exception) -> None:
    with pytest.raises(type(error)):
        await WriteSession(Connection(error)).commit()  # type: ignore[arg-type]
