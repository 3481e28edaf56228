"""Very many fans in one process, as cheap as Python allows: each is a generator, and a callback takes it on.

A visit yields a request and is sent the answer; or a number of seconds, and is sent `NOTHING` after them; or a function
that is given the visit and sees to it that somebody calls `Gate.resume`. No task and no future is made for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple, cast

_RECONNECTS_AFTER_S = 0.05
_NO_BODY = frozenset({204, 304})


class Answer(NamedTuple):
    """An answer; the status is 0 where the connection broke before it was whole."""

    status: int
    body: bytes


NOTHING = Answer(0, b"")
Visit = Generator[bytes | float | Callable[[Any], None], Answer, None]


class Gate:
    """A bounded number of connections to some instances, through which visits ask one thing at a time."""

    def __init__(self, ports: Sequence[int], *, connections: int) -> None:
        self._ports = [ports[n % len(ports)] for n in range(connections)]
        self._loop = asyncio.get_running_loop()
        self._free: list[_Connection] = []
        self._waiting: deque[tuple[Visit, bytes]] = deque()
        self._under_way = 0
        self._all_over = asyncio.Event()
        self._closed = False
        self._mending: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Make the connections."""
        for port in self._ports:
            await self._connect(port)

    def begin(self, visit: Visit) -> None:
        """Let a visit begin."""
        self._under_way += 1
        self._all_over.clear()
        self._go_on(visit, None)

    async def finished(self) -> None:
        """Return when no visit is under way."""
        if self._under_way:
            await self._all_over.wait()

    async def close(self) -> None:
        """Hang up."""
        self._closed = True
        for task in self._mending:
            task.cancel()
        await asyncio.gather(*self._mending, return_exceptions=True)
        for connection in self._free:
            connection.hang_up()

    def resume(self, visit: Visit, after_s: float = 0.0) -> None:
        """Take a visit on that waits for something else than an answer."""
        self._loop.call_later(after_s, self._go_on, visit, NOTHING)

    def answered(self, connection: "_Connection", visit: Visit, answer: Answer) -> None:
        """A connection is free again, and a visit goes on."""
        self._take_back(connection)
        self._go_on(visit, answer)

    def broken(self, connection: "_Connection", visit: Visit | None) -> None:
        """A connection is gone, and with it perhaps somebody's answer."""
        if self._closed:
            return
        if connection in self._free:
            self._free.remove(connection)
        task = self._loop.create_task(self._mend(connection.port))
        self._mending.add(task)
        task.add_done_callback(self._mending.discard)
        if visit is not None:
            self._go_on(visit, NOTHING)

    def _go_on(self, visit: Visit, answer: Answer | None) -> None:
        try:
            # A generator that has not begun takes None and nothing else.
            step = visit.send(cast(Answer, answer))
        except StopIteration:
            self._under_way -= 1
            if not self._under_way:
                self._all_over.set()
            return
        if isinstance(step, bytes):
            if self._free:
                self._free.pop().ask(visit, step)
            else:
                self._waiting.append((visit, step))
        elif callable(step):
            step(visit)
        else:
            self._loop.call_later(step, self._go_on, visit, NOTHING)

    def _take_back(self, connection: "_Connection") -> None:
        if self._waiting:
            connection.ask(*self._waiting.popleft())
        else:
            self._free.append(connection)

    async def _connect(self, port: int) -> None:
        _, connection = await self._loop.create_connection(lambda: _Connection(self, port), "127.0.0.1", port)
        self._take_back(connection)

    async def _mend(self, port: int) -> None:
        while not self._closed:
            try:
                await self._connect(port)
                return
            except OSError:
                await asyncio.sleep(_RECONNECTS_AFTER_S)


class _Connection(asyncio.Protocol):
    """One connection with one request on it at most."""

    def __init__(self, gate: Gate, port: int) -> None:
        self.port = port
        self._gate = gate
        self._transport: asyncio.Transport | None = None
        self._visit: Visit | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _error: Exception | None) -> None:
        visit, self._visit = self._visit, None
        self._gate.broken(self, visit)

    def hang_up(self) -> None:
        """Close without anybody minding."""
        assert self._transport is not None
        self._transport.close()

    def ask(self, visit: Visit, request: bytes) -> None:
        """Send a request on behalf of a visit."""
        assert self._transport is not None
        self._visit = visit
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        head = received.find(b"\r\n\r\n")
        if head < 0:
            self._received = received
            return
        status, body_at = int(received[9:12]), head + 4
        if len(received) < body_at + _length(received, status, head):
            self._received = received
            return
        self._received = b""
        visit, self._visit = self._visit, None
        if visit is not None:
            self._gate.answered(self, visit, Answer(status, received[body_at:]))


def _length(received: bytes, status: int, head: int) -> int:
    if status in _NO_BODY:
        return 0
    at = received.find(b"content-length: ", 0, head)
    if at < 0:
        raise RuntimeError(f"An answer without a length: {received[:head]!r}")
    return int(received[at + 16 : received.index(b"\r", at)])
