"""Trying transactions again after conflicts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from boxoffice.adapters.database import CommitUnknown, TransactionConflict
from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.errors import Unavailable

_ATTEMPTS_MAX = 6
_PAUSE_S = 0.002
_LONGEST_S = 8.0

Item = TypeVar("Item")
Result = TypeVar("Result")


async def in_smaller_batches(
    items: Sequence[Item],
    run: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
    *,
    operation: str,
    metrics: Metrics,
    attempts: int = _ATTEMPTS_MAX,
    until_s: float | None = None,
) -> list[Result | BaseException]:
    """Carry out `run(items)`; after a conflict run it again by halves, so that one bad item sinks no neighbour.

    `run` is one transaction and must be safe to repeat: it looks up what an earlier attempt did (an unknown
    commit is resolved so). After `attempts` tries alone, or once `until_s` (the loop's time; 8 s from the start) is
    past, an item's result is `Unavailable`: whoever comes next must not wait for a row that somebody else keeps.
    """
    loop = asyncio.get_running_loop()
    until_s = loop.time() + _LONGEST_S if until_s is None else until_s
    try:
        return list(await run(items))
    except (TransactionConflict, CommitUnknown) as error:
        reason = error.reason if isinstance(error, TransactionConflict) else "unknown_commit"
        metrics.count("database_retries", operation=operation, reason=reason)
        if loop.time() >= until_s:
            return [Unavailable("The database is busy. Try again shortly.")] * len(items)
        splits = isinstance(error, TransactionConflict)
    except DBAPIError as error:
        # A statement that the database will not have; most likely for what one of the items says.
        if len(items) == 1:
            return [error]
        splits = True
    except Exception as error:
        return [error] * len(items)
    if splits and len(items) > 1:
        # Halving ends by itself and costs no attempt, or a large batch would run out before it is apart.
        middle = len(items) // 2
        parts = [(items[:middle], attempts), (items[middle:], attempts)]
    elif attempts > 1:
        await asyncio.sleep(_PAUSE_S * (_ATTEMPTS_MAX - attempts))
        parts = [(items, attempts - 1)]
    else:
        return [Unavailable("The database is busy. Try again shortly.")] * len(items)
    results: list[Result | BaseException] = []
    for part, left in parts:
        results += await in_smaller_batches(
            part, run, operation=operation, metrics=metrics, attempts=left, until_s=until_s
        )
    return results
