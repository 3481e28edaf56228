"""A very cheap HTTP/1.1 client: keep-alive connections in a bounded pool, one request at a time on each.

Whatever goes wrong on the wire is one of four named faults. Nothing is retried here: that is `patience.py`.
"""

import asyncio
import ssl
from collections import deque
from time import perf_counter
from typing import ClassVar, NamedTuple, cast

import httptools

from boxoffice.crowd.target import Target

ANSWER_MAX_BYTES = 64 * 1024 * 1024
_SWEEP_S = 0.25


class Fault(Exception):
    """The wire failed: whether the server did what was asked is unknown, unless it was never reached."""

    code: ClassVar[str] = "fault"


class ConnectionRefused(Fault):
    """Nobody listens there, or the connection could not be made in time."""

    code = "connection_refused"


class ConnectionLost(Fault):
    """The connection ended before the whole answer was there."""

    code = "connection_lost"


class TimedOut(Fault):
    """No whole answer within the time allowed."""

    code = "timeout"


class BrokenAnswer(Fault):
    """What came is not HTTP, or has no end."""

    code = "broken_answer"


class Reply(NamedTuple):
    """An answer. `took_s`: from sending the request to the last byte; `waited_s`: for a connection before."""

    status: int
    body: bytes
    headers: dict[bytes, bytes]
    took_s: float
    waited_s: float


class _Connection(asyncio.Protocol):
    """One connection with at most one request on it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[Reply] | None = None
        self._headers: dict[bytes, bytes] = {}
        self._parts: list[bytes] = []
        self._size = 0
        self._asked_s = 0.0
        self._waited_s = 0.0
        self.deadline_s = 0.0
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, but does not inherit from it
        self.open = True

    def ask(self, request: bytes, timeout_s: float, waited_s: float) -> asyncio.Future[Reply]:
        """Send `request`; the future is its answer or a `Fault`."""
        assert self._transport is not None
        self._headers = {}
        self._parts = []
        self._size = 0
        self._waited_s = waited_s
        self._asked_s = perf_counter()
        self.deadline_s = self._asked_s + timeout_s
        self._waiter = waiter = self._loop.create_future()
        self._transport.write(request)
        return waiter

    def data_received(self, data: bytes) -> None:
        if self._waiter is None:
            self.close()  # nobody asked: a connection that talks by itself cannot be trusted
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.fail(BrokenAnswer(str(error)))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > ANSWER_MAX_BYTES:
            self.fail(BrokenAnswer(f"The answer has more than {ANSWER_MAX_BYTES} bytes."))
            return
        self._parts.append(part)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # an interim answer: the real one follows
            self._headers = {}
            return
        if not self._parser.should_keep_alive():
            self.close()
        waiter, self._waiter = self._waiter, None
        if waiter is None or waiter.done():
            return
        parts = self._parts
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        waiter.set_result(Reply(status, body, self._headers, perf_counter() - self._asked_s, self._waited_s))

    def connection_lost(self, exc: Exception | None) -> None:
        self.fail(ConnectionLost(str(exc or "The server closed the connection.")))

    def busy(self) -> bool:
        return self._waiter is not None

    def fail(self, fault: Fault) -> None:
        """Give the connection up, and tell whoever waits why."""
        self.close()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(fault)

    def close(self) -> None:
        """Drop the connection at once; a request on it gets no answer."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()


class Client:
    """Asks one server over at most `connections` connections. Requests past that wait in order of arrival.

    `timeout_s` bounds connecting, and each answer from request to last byte (seen within a quarter second).
    `tls`: whom to trust where the server speaks TLS; the system's authorities unless given.
    """

    def __init__(
        self, target: Target, *, connections: int, timeout_s: float, tls: ssl.SSLContext | None = None
    ) -> None:
        self._target = target
        self._tls = (tls or ssl.create_default_context()) if target.tls else None
        self._connections = connections
        self._timeout_s = timeout_s
        self._after_path = f" HTTP/1.1\r\nhost: {target.authority}\r\n"
        self._all: set[_Connection] = set()
        self._idle: list[_Connection] = []
        self._places = connections
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None

    async def ask(self, method: str, path: str, headers: str = "", body: bytes = b"") -> Reply:
        """One request, one answer of whatever status. `headers` are whole lines. Raises a `Fault`."""
        started_s = perf_counter()
        if self._places:
            self._places -= 1
            waited_s = 0.0
        else:
            await self._place()
            waited_s = perf_counter() - started_s
        connection: _Connection | None = None
        try:
            connection = self._reuse() or await self._connect()
            head = f"{method} {self._target.prefix}{path}{self._after_path}{headers}"
            if body:
                head = f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            elif method == "POST":
                head += "content-length: 0\r\n\r\n"
            else:
                head += "\r\n"
            return await connection.ask(head.encode("latin-1") + body, self._timeout_s, waited_s)
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Drop every connection."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        self._idle.clear()

    async def _place(self) -> None:
        """Wait for one of the places in the pool."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._free_place()  # it was given to us at the moment when we left
            raise

    def _reuse(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.open:
                return connection
            self._all.discard(connection)
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        if self._sweeper is None:
            self._sweeper = loop.call_later(_SWEEP_S, self._sweep)
        try:
            async with asyncio.timeout(self._timeout_s):
                _, connection = await loop.create_connection(
                    lambda: _Connection(loop), self._target.host, self._target.port, ssl=self._tls
                )
        except OSError as error:  # TimeoutError is one of them
            raise ConnectionRefused(str(error) or "No connection in time.") from None
        self._all.add(connection)
        return connection

    def _give_back(self, connection: _Connection | None) -> None:
        if connection is not None:
            if connection.busy():  # whoever asked went away: the answer to come belongs to nobody
                connection.close()
            if connection.open:
                self._idle.append(connection)
            else:
                self._all.discard(connection)
        self._free_place()

    def _free_place(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._places += 1

    def _sweep(self) -> None:
        now_s = perf_counter()
        for connection in list(self._all):
            if connection.busy() and connection.deadline_s < now_s:
                connection.fail(TimedOut(f"No whole answer within {self._timeout_s:g} s."))
        self._sweeper = asyncio.get_running_loop().call_later(_SWEEP_S, self._sweep)
