"""The trying again after conflicts."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DataError

from boxoffice.adapters.database import CommitUnknown, TransactionConflict
from boxoffice.adapters.metrics import NullMetrics, PrometheusMetrics
from boxoffice.adapters.retry import in_smaller_batches
from boxoffice.kernel.errors import Unavailable


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


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TransactionConflict(reason="deadlock"), "deadlock"),
        (TransactionConflict(reason="lock_wait"), "lock_wait"),
        (TransactionConflict(), "unique"),
        (CommitUnknown(), "unknown_commit"),
    ],
)
async def test_each_retry_is_counted_with_its_reason(error: Exception, reason: str) -> None:
    metrics, errors = PrometheusMetrics(), [error]

    async def run(items: Sequence[int]) -> Sequence[int]:
        if errors:
            raise errors.pop()
        return items

    await in_smaller_batches([1], run, operation="payment", metrics=metrics)

    line = f'boxoffice_database_retries_total{{operation="payment",reason="{reason}"}} 1.0'
    assert line in metrics.exposition().decode()


async def test_an_item_that_the_database_will_not_have_sinks_no_neighbour() -> None:
    async def run(items: Sequence[int]) -> list[str]:
        if 3 in items:
            raise DataError("INSERT", {}, Exception("incorrect string value"))
        return [f"done {item}" for item in items]

    results = await smaller(run, range(8))

    assert [str(each) for each in results if not isinstance(each, BaseException)] == [
        f"done {item}" for item in range(8) if item != 3
    ]
    assert isinstance(results[3], DataError)


async def test_nobody_waits_longer_than_the_bound_for_a_row_that_somebody_keeps() -> None:
    loop = asyncio.get_running_loop()
    at_s = loop.time()
    loop.time = lambda: at_s  # type: ignore[method-assign]
    runs = 0

    async def run(_items: Sequence[int]) -> list[str]:
        nonlocal at_s, runs
        runs += 1
        at_s += 3.0
        raise TransactionConflict("lock wait", reason="lock_wait")

    results = await smaller(run, range(8))

    assert all(isinstance(each, Unavailable) for each in results)
    assert runs <= 8
