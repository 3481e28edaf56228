"""Coalescing: requests that wait at the same moment share the trip.

The first command to arrive schedules a launch at the end of the event loop's turn; what arrives until then, or
while all permitted batches are in flight, goes together. A batch of one behaves as a batch of a hundred.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary

from boxoffice.adapters.metrics import Metrics, Timed
from boxoffice.kernel.errors import Overloaded, Unavailable

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from boxoffice.adapters.traces import Traces

_NO_SPAN: AbstractContextManager[None] = nullcontext()

Command = TypeVar("Command")
Reply = TypeVar("Reply")


class Coalescer(Generic[Command, Reply]):
    """Gathers commands into batches and gives each caller its own reply.

    `handler` receives the batch in order of arrival and returns one reply or exception for each command.
    At most `max_in_flight` batches of at most `max_batch` commands run at once, and at most `max_waiting`
    commands wait; one more is refused with `Overloaded`.

    A caller that is cancelled while its command waits takes the command back; once its batch has started the
    command is carried out, and only this caller misses its reply.
    """

    def __init__(
        self,
        handler: Callable[[Sequence[Command]], Awaitable[Sequence[Reply | BaseException]]],
        *,
        name: str,
        metrics: Metrics,
        max_batch: int = 128,
        max_waiting: int = 4096,
        max_in_flight: int = 1,
        traces: "Traces | None" = None,
    ) -> None:
        self._handler = handler
        self._name = name
        self._sized = metrics.observer("coalescer_batch", name=name)
        self._timed = metrics.observer("coalescer_seconds", name=name)
        self._refused = metrics.counter("coalescer_refused", name=name)
        self._traces = traces
        self._callers: WeakKeyDictionary[asyncio.Future[Reply], SpanContext | None] = WeakKeyDictionary()
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._max_in_flight = max_in_flight
        self._waiting: deque[tuple[Command, asyncio.Future[Reply]]] = deque()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._launch_scheduled = False
        self._closing = False

    async def submit(self, command: Command) -> Reply:
        """Carry out `command` in the next batch and return its reply.

        Raises `Overloaded` when too much waits, `Unavailable` after `close()`, or what the handler gave back.
        """
        if self._closing:
            raise Unavailable("The service is stopping.")
        if len(self._waiting) >= self._max_waiting:
            self._refused()
            raise Overloaded
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((command, reply))
        if self._traces is not None:
            self._callers[reply] = self._traces.here()
        if not self._launch_scheduled and len(self._in_flight) < self._max_in_flight:
            self._launch_scheduled = True
            loop.call_soon(self._launch)
        return await reply

    async def close(self) -> None:
        """Accept nothing more, carry out what waits, and return when the last reply is given."""
        self._closing = True
        while self._waiting or self._in_flight:
            if not self._in_flight:
                self._launch()
            await asyncio.wait(self._in_flight) if self._in_flight else await asyncio.sleep(0)

    def _launch(self) -> None:
        self._launch_scheduled = False
        while self._waiting and len(self._in_flight) < self._max_in_flight:
            batch: list[tuple[Command, asyncio.Future[Reply]]] = []
            while self._waiting and len(batch) < self._max_batch:
                command, reply = self._waiting.popleft()
                if not reply.done():
                    batch.append((command, reply))
            if batch:
                task = asyncio.get_running_loop().create_task(self._run(batch))
                self._in_flight.add(task)
                task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._launch()

    async def _run(self, batch: list[tuple[Command, asyncio.Future[Reply]]]) -> None:
        self._sized(len(batch))
        try:
            with Timed(self._timed), self._span(batch):
                replies: Sequence[Reply | BaseException] = await self._handler([command for command, _ in batch])
            if len(replies) != len(batch):
                raise RuntimeError(f"{self._name}: {len(replies)} replies for {len(batch)} commands")
        except asyncio.CancelledError:
            # The callers are not cancelled, only cut off: what became of their commands is not known.
            for _, future in batch:
                if not future.done():
                    future.set_exception(Unavailable("The service is stopping."))
            raise
        except Exception as error:
            replies = [error] * len(batch)
        for (_, future), reply in zip(batch, replies, strict=True):
            if future.done():
                continue
            if isinstance(reply, BaseException):
                future.set_exception(reply)
            else:
                future.set_result(reply)

    def _span(self, batch: Sequence[tuple[Command, asyncio.Future[Reply]]]) -> AbstractContextManager[None]:
        if self._traces is None:
            return _NO_SPAN
        callers = [self._callers.get(reply) for _, reply in batch]
        return self._traces.during(f"batch {self._name}", callers, {"boxoffice.commands": len(batch)})
