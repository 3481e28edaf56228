"""One connection to one Redis server, at the level of its protocol: words go out packed, replies come back in order.

A client library spends more on a call than the server does. Here everything asked in one turn of the event loop is
one write, and a reply goes straight to the future that waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, NamedTuple, Protocol

import hiredis
import msgspec
from redis.asyncio.connection import RedisSSLContext, SSLConnection
from redis.exceptions import (
    AskError,
    MovedError,
    NoScriptError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

Argument = str | bytes | int | float

_INCOMPLETE: Any = object()
_ERRORS: Mapping[str, type[RedisError]] = {
    "ASK": AskError,
    "MOVED": MovedError,
    "NOSCRIPT": NoScriptError,
    "READONLY": ReadOnlyError,
}


class Ticket(msgspec.Struct, frozen=True, gc=False):
    """Who waits for a reply, None for nobody, and what was asked: None for what the connection asks for itself."""

    reply: asyncio.Future[Any] | None
    call: Any = None


class Owner(Protocol):
    """Whose connection it is: told of what is not simply a reply."""

    timed: Callable[[float], None]
    """Is told how long each write waited for the last of its replies, in seconds."""

    def failed(self, ticket: Ticket, error: RedisError) -> None:
        """An error reply came. Called in the order of the replies."""

    def hung_up(self, tickets: Sequence[Ticket], error: Exception | None) -> None:
        """The connection is gone, and these will never be answered. Called once, and not after `close`."""


class _Sent(NamedTuple):
    at_s: float  # the loop's time, by which the connection is given up
    upto: int
    started_s: float  # the loop of libuv knows milliseconds only


class Wire(asyncio.Protocol):
    """A connection. It breaks when the other side goes, or does not answer within `timeout_s` something sent.

    `tickets` are those of the replies still to come, in their order.
    """

    def __init__(self, owner: Owner, *, timeout_s: float) -> None:
        self._owner = owner
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(replyError=error_of, notEnoughData=_INCOMPLETE)
        self.tickets: deque[Ticket] = deque()
        self._sent: deque[_Sent] = deque()
        self._sent_count = 0
        self._answered_count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._drained: asyncio.Future[None] | None = None
        self._transport: asyncio.WriteTransport | None = None
        self.is_open = False

    def send(self, commands: Sequence[bytes], tickets: Sequence[Ticket]) -> None:
        """Write `commands`, packed, at once; each has its ticket."""
        assert self._transport is not None
        self._transport.write(b"".join(commands))
        self.tickets.extend(tickets)
        self._sent_count += len(tickets)
        self._sent.append(_Sent(self._loop.time(), self._sent_count, perf_counter()))
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout_s, self._look)

    async def ask(self, *words: Argument) -> Any:
        """A command of the connection's own, such as its greeting. Raises `RedisError`, `OSError`."""
        reply = self._loop.create_future()
        self.send([pack(words)], [Ticket(reply)])
        return await reply

    async def drain(self) -> None:
        """Return once nothing more is to come, or the connection is gone."""
        if self.tickets:
            self._drained = self._loop.create_future()
            await self._drained

    def close(self, error: Exception | None = None) -> list[Ticket]:
        """Hang up, and give out what is not answered yet."""
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()
        left = [ticket for ticket in self.tickets if ticket.call is not None]
        for ticket in self.tickets:
            if ticket.call is None:
                fail(ticket, error or ConnectionError("The server hung up."))
        self.tickets.clear()
        self._wake()
        return left

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of a stream, so it can be written to
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        reader, tickets = self._reader, self.tickets
        errors: list[tuple[Ticket, RedisError]] = []
        try:
            reader.feed(data)
            while (reply := reader.gets()) is not _INCOMPLETE:
                if isinstance(reply, hiredis.PushNotification):
                    continue
                ticket = tickets.popleft()
                self._answered_count += 1
                if isinstance(reply, RedisError):
                    errors.append((ticket, reply))
                elif (waiting := ticket.reply) is not None and not waiting.done():
                    waiting.set_result(reply)
        except (hiredis.ProtocolError, IndexError) as error:
            self._break(error)
        for ticket, error_reply in errors:
            if ticket.call is not None:
                self._owner.failed(ticket, error_reply)
            else:
                fail(ticket, error_reply)
        sent = self._sent
        while sent and sent[0].upto <= self._answered_count:
            self._owner.timed(perf_counter() - sent.popleft().started_s)
        if not tickets:
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self._break(error)

    def _look(self) -> None:
        self._timer = None
        sent = self._sent
        while sent and sent[0].upto <= self._answered_count:
            sent.popleft()
        if not sent:
            return
        late_s = self._loop.time() - sent[0].at_s - self._timeout_s
        if late_s < 0:
            self._timer = self._loop.call_later(-late_s, self._look)
        else:
            self._break(TimeoutError(f"No answer within {self._timeout_s:g} s."))

    def _break(self, error: Exception | None) -> None:
        if self.is_open:
            self._owner.hung_up(self.close(error), error)

    def _wake(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)


def pack(words: tuple[Argument, ...]) -> bytes:
    """A command as the server reads it. Raises `TypeError`, `UnicodeEncodeError` for what cannot be written."""
    packed: bytes = hiredis.pack_command(words)  # type: ignore[arg-type]
    return packed


def fail(ticket: Ticket, error: Exception) -> None:
    """Raise `error` where the ticket's reply is waited for."""
    if ticket.reply is not None and not ticket.reply.done():
        ticket.reply.set_exception(error)


def error_of(text: str) -> RedisError:
    """The exception for an error reply, by its first word."""
    word, _, rest = text.partition(" ")
    kind = _ERRORS.get(word, ResponseError)
    try:
        return kind(rest if kind in (AskError, MovedError) else text)
    except (ValueError, IndexError):
        return ResponseError(text)  # a redirection that names no place


async def connect(options: Mapping[str, Any], owner: Owner, *, timeout_s: float) -> Wire:
    """A connection, signed in and on the right database. `options` are as redis-py reads them from a URL.

    Raises `RedisError`, `OSError`, `TimeoutError`.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(timeout_s):
        wire = Wire(owner, timeout_s=timeout_s)
        try:
            if "path" in options:
                await loop.create_unix_connection(lambda: wire, options["path"])
            else:
                host, port = options.get("host", "localhost"), options.get("port", 6379)
                await loop.create_connection(lambda: wire, host, port, ssl=_tls(options))
            await _sign_in(wire, options)
        except BaseException:
            wire.close()
            raise
    return wire


async def _sign_in(wire: Wire, options: Mapping[str, Any]) -> None:
    words: list[Argument] = ["HELLO", 3]
    if options.get("password") is not None:
        words += ["AUTH", options.get("username") or "default", options["password"]]
    if options.get("client_name"):
        words += ["SETNAME", options["client_name"]]
    await wire.ask(*words)
    if options.get("db"):
        await wire.ask("SELECT", options["db"])


def _tls(options: Mapping[str, Any]) -> Any:
    if options.get("connection_class") is not SSLConnection:
        return None
    given = {name.removeprefix("ssl_"): value for name, value in options.items() if name.startswith("ssl_")}
    return RedisSSLContext(**{"cert_reqs": "required", "check_hostname": True, **given}).get()
