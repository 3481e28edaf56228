"""Sessions over a real SQLite file, and the trying again after conflicts."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from boxoffice.adapters.database import (
    CommitUnknown,
    Database,
    TransactionConflict,
    WriteSession,
    in_smaller_batches,
)
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


async def test_who_gets_no_connection_in_time_is_told_so(database: Database) -> None:
    impatient = Database(str(database._primary.url), metrics=NullMetrics(), timeout_s=0.05)
    async with impatient.write():
        with pytest.raises(Unavailable):
            async with impatient.write():
                pass
    await impatient.close()


async def test_ping_answers(database: Database) -> None:
    await database.ping()


async def test_the_audience_of_a_replica_reads_there_and_who_decides_reads_the_primary(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("replica") / "replica.db"
    both = Database(str(database._primary.url), metrics=NullMetrics(), replica_url=f"sqlite+aiosqlite:///{copy}")
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


async def smaller(run: object, items: Sequence[int]) -> list[object]:
    return await in_smaller_batches(items, run, operation="test", metrics=NullMetrics())  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(size=st.integers(1, 200), bad=st.sets(st.integers(0, 199), max_size=4))
def test_a_bad_item_sinks_no_neighbour_however_large_the_batch(size: int, bad: set[int]) -> None:
    done: list[int] = []

    async def run(items: Sequence[int]) -> Sequence[int]:
        if bad & set(items):
            raise TransactionConflict("unique")
        done.extend(items)
        return [item * 2 for item in items]

    async def all_of_it() -> list[object]:
        return await in_smaller_batches(range(size), run, operation="test", metrics=NullMetrics(), attempts=1)  # type: ignore[return-value]

    results = asyncio.run(all_of_it())

    for item, result in enumerate(results):
        assert isinstance(result, Unavailable) if item in bad else result == item * 2
    assert done == [item for item in range(size) if item not in bad]


async def test_a_conflict_that_passes_is_tried_again_until_it_succeeds() -> None:
    calls: list[int] = []

    async def run(items: Sequence[int]) -> Sequence[int]:
        calls.append(len(items))
        if len(calls) < 4:
            raise TransactionConflict("deadlock")
        return items

    assert await smaller(run, [7]) == [7]
    assert calls == [1, 1, 1, 1]


async def test_an_unknown_commit_is_looked_up_by_running_the_whole_batch_again() -> None:
    calls: list[list[int]] = []

    async def run(items: Sequence[int]) -> Sequence[int]:
        calls.append(list(items))
        if len(calls) == 1:
            raise CommitUnknown
        return items

    assert await smaller(run, [1, 2, 3]) == [1, 2, 3]
    assert calls == [[1, 2, 3], [1, 2, 3]]


async def test_trying_again_has_an_end() -> None:
    calls: list[int] = []

    async def run(items: Sequence[int]) -> Sequence[int]:
        calls.append(len(items))
        raise CommitUnknown

    results = await smaller(run, [1, 2, 3])

    assert [type(result) for result in results] == [Unavailable] * 3
    assert len(calls) == 6


async def test_another_error_reaches_everybody_of_the_batch() -> None:
    async def run(items: Sequence[int]) -> Sequence[int]:
        raise ZeroDivisionError

    assert [type(result) for result in await smaller(run, [1, 2])] == [ZeroDivisionError] * 2
