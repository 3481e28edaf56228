"""One run of a script for many callers: what they ask at the same moment of the same keys goes together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.redis import Argument, RedisClient, Script

_BATCH_MAX = 128
_WAITING_MAX = 20_000
_IN_FLIGHT_MAX = 2
"""Few, so that what comes meanwhile gathers; two, as the first may be on its way to a server that hangs."""
_Call = tuple[tuple[str, ...], tuple[Argument, ...]]


class SharedScript:
    """A script that takes the arguments of many callers, one after the other, and gives one answer for each.

    `head` are the arguments that come first, once. At most 128 callers share a run, so that no script runs long.
    """

    def __init__(
        self,
        redis: RedisClient,
        script: Script,
        *,
        name: str,
        metrics: Metrics,
        head: Callable[[], tuple[Argument, ...]] = tuple,
    ) -> None:
        self._redis = redis
        self._script = script
        self._head = head
        self._calls: Coalescer[_Call, Any] = Coalescer(
            self._together,
            name=name,
            metrics=metrics,
            max_batch=_BATCH_MAX,
            max_waiting=_WAITING_MAX,
            max_in_flight=_IN_FLIGHT_MAX,
        )

    async def run(self, keys: tuple[str, ...], arguments: tuple[Argument, ...]) -> Any:
        """The answer to one caller. Raises `Unavailable`, `Overloaded`."""
        return await self._calls.submit((keys, arguments))

    async def _together(self, calls: Sequence[_Call]) -> list[Any]:
        by_keys: dict[tuple[str, ...], list[int]] = {}
        for index, (keys, _) in enumerate(calls):
            by_keys.setdefault(keys, []).append(index)
        replies: list[Any] = [None] * len(calls)

        async def ask(keys: tuple[str, ...], indices: Sequence[int]) -> None:
            words = [word for index in indices for word in calls[index][1]]
            try:
                answers = await self._redis.run(self._script, keys, (*self._head(), *words))
            except Exception as error:
                answers = [error] * len(indices)
            for index, answer in zip(indices, answers, strict=True):
                replies[index] = answer

        if len(by_keys) == 1:
            await ask(*by_keys.popitem())
        else:
            await asyncio.gather(*(ask(keys, indices) for keys, indices in by_keys.items()))
        return replies
