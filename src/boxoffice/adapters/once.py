"""Work that many ask for at the same moment is done once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Once(Generic[Result]):
    """At most one piece of work for each key is under way; who asks meanwhile waits for that one.

    Its failure reaches all who wait and is not remembered: whoever asks next begins anew.
    """

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Result]] = {}

    async def run(self, key: str, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """What the work for `key` comes to; `work` is begun unless some is under way. Raises what it raises."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.get_running_loop().create_task(work())
            task.add_done_callback(lambda done: self._landed(key, done))
        # Shielded: a caller who gives up must not take the result from the others.
        return await asyncio.shield(task)

    def _landed(self, key: str, done: asyncio.Task[Result]) -> None:
        del self._under_way[key]
        # All who waited may have given up; an exception that nobody fetched would be logged as a bug.
        if not done.cancelled():
            done.exception()
