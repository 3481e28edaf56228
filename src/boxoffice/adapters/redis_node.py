"""One Redis server: what is on its way there, and whether it answers at present."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import redis.asyncio as redis_asyncio
from redis.asyncio.connection import ConnectionPool, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    MovedError,
    NoScriptError,
    ReadOnlyError,
    RedisError,
)

from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.redis_script import Script
from boxoffice.adapters.redis_wire import Argument, Ticket, Wire, connect, fail, pack
from boxoffice.kernel.errors import BoxofficeError, Overloaded, Unavailable

Place = tuple[str, int]
"""Host and port."""

PackedCall = tuple[bytes, Ticket]
"""A call as it is written to the server, and whose it is."""

CONNECTIONS_MAX = 64

_ASKING = pack(("ASKING",))
# What a healthy server does not answer, by the first word; any other error reply is a bug of ours.
_TROUBLE = (
    "BUSY",
    "CLUSTERDOWN",
    "LOADING",
    "MASTERDOWN",
    "MISCONF",
    "NOAUTH",
    "NOREPLICAS",
    "NOSCRIPT",
    "OOM",
    "READONLY",
    "TRYAGAIN",
    "UNBLOCKED",
    "WRONGPASS",
)
_ELSEWHERE = (MovedError, AskError)


class Call(msgspec.Struct, frozen=True, gc=False):
    """A command as words; `script` where it runs one.

    `asking`: the slot is moving here, and we were told to ask. `taught`: the server has been given the script.
    """

    words: tuple[Argument, ...]
    script: Script | None = None
    asking: bool = False
    taught: bool = False


def unavailable() -> Unavailable:
    """What the caller is told whatever went wrong on the way to a server."""
    return Unavailable("The queue and seat store does not answer. Try again shortly.")


def connection_options(server_url: str, timeout_s: float) -> dict[str, Any]:
    """What each connection needs, from a URL of one server; host and port included."""
    return {
        **parse_url(server_url),
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "protocol": 3,  # said, not left to the library's default: it decides the shape of some replies
        # Never sent again by the library: what it sent may have been carried out.
        "retry": Retry(NoBackoff(), 0),
    }


def client_of(options: Mapping[str, Any], place: Place | None = None) -> redis_asyncio.Redis:
    """A client of one server, at `place` instead of where the options say."""
    at = {} if place is None else {"host": place[0], "port": place[1]}
    return redis_asyncio.Redis.from_pool(ConnectionPool(**{**options, **at, "max_connections": CONNECTIONS_MAX}))


class Node:
    """Commands for one server; those issued in one turn of the loop go out together, over one connection.

    Once the server does not answer, `up` is False and `on_trouble` is called: whatever waits and whatever comes is
    refused at once, until somebody has seen it answer and calls `back`. So nobody waits longer than one time-out.
    A reply that sends a call elsewhere in a Cluster is raised as it is. `client` is for what is not a call: probes
    and Pub/Sub.
    """

    def __init__(
        self,
        client: redis_asyncio.Redis,
        *,
        place: Place | None,
        metrics: Metrics,
        max_waiting: int,
        timeout_s: float,
        on_trouble: Callable[[], None],
    ) -> None:
        self.client = client
        self.place = place
        self.up = True
        self._metrics = metrics
        self._sized = metrics.observer("coalescer_batch", name="redis")
        self._calls = metrics.tally("redis_calls")
        self._overflowed = metrics.counter("coalescer_refused", name="redis")
        self.timed = metrics.observer("redis_seconds")
        self._max_waiting = max_waiting
        self._timeout_s = timeout_s
        self._on_trouble = on_trouble
        self._waiting: list[PackedCall] = []
        self._flush_is_due = False
        self._wire: Wire | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._closing = False
        self._refused_to_write = False

    def submit(self, call: Call) -> asyncio.Future[Any]:
        """What will be the reply to `call`, or raise `Unavailable`, `Overloaded`, `MovedError`, `AskError`."""
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Any] = loop.create_future()
        refusal = self._refusal()
        if refusal is not None:
            reply.set_exception(refusal)
            return reply
        # Packed here: what cannot be written is its caller's trouble, and nobody else's of the same turn.
        self._waiting.append((pack(call.words), Ticket(reply, call)))
        if not self._flush_is_due:
            self._flush_is_due = True
            loop.call_soon(self._flush)
        return reply

    async def probe(self, *, primary: bool = False) -> None:
        """Raise unless the server answers, and says that it is a primary if it has to be.

        It has to be once it has refused a write. The connection that was asked is the one that calls then take.
        """
        wire = self._wire or await self._connect()
        if primary or self._refused_to_write:
            role = await wire.ask("ROLE")
            if role[0] != b"master":
                raise ReadOnlyError("This server is not a primary.")
        else:
            await wire.ask("PING")

    def back(self) -> None:
        """The server was seen to answer."""
        self.up = True
        self._refused_to_write = False

    async def close(self) -> None:
        """Send what waits, hand out the replies, and hang up."""
        self._closing = True
        self._flush()
        if self._connecting is not None:
            await asyncio.wait({self._connecting})
        if self._wire is not None:
            await self._wire.drain()
            self._refuse(self._wire.close())
        await self.client.aclose()

    # What the connection tells

    def failed(self, ticket: Ticket, error: RedisError) -> None:
        """An error reply: taught, if it is a script that the server does not know; else the caller's."""
        call: Call = ticket.call
        if isinstance(error, NoScriptError) and call.script is not None and not call.taught:
            self._teach(ticket, call, call.script)
        elif isinstance(error, _ELSEWHERE) or not str(error).startswith(_TROUBLE):
            fail(ticket, error)
        else:
            self._refuse([ticket])
            if isinstance(error, ReadOnlyError):
                self._refused_to_write = True
                self._lose()  # a primary that became a replica: its name may lead to another server by now

    def hung_up(self, tickets: Sequence[Ticket], error: Exception | None) -> None:
        """The connection is gone. With nothing under way that is no trouble: the next call makes another one."""
        self._wire = None
        self._refuse(tickets)
        if tickets or error is not None:
            self._lose()

    # Sending

    def _flush(self) -> None:
        self._flush_is_due = False
        if not self._waiting:
            return
        if not self.up:
            self._refuse([ticket for _, ticket in self._taken()])
        elif self._wire is not None:
            self._send(self._wire, self._taken())
        elif self._connecting is None:
            self._connecting = asyncio.get_running_loop().create_task(self._connect_and_send())

    async def _connect_and_send(self) -> None:
        try:
            wire = await self._connect()
        except (TimeoutError, RedisError, OSError):
            self._lose()
        else:
            self._send(wire, self._taken())
        finally:
            self._connecting = None

    async def _connect(self) -> Wire:
        pool = self.client.connection_pool
        options = {**pool.connection_kwargs, "connection_class": pool.connection_class}
        wire = await connect(options, self, timeout_s=self._timeout_s)
        if self._wire is not None:  # somebody was faster
            wire.close()
            return self._wire
        self._wire = wire
        return wire

    def _send(self, wire: Wire, calls: Sequence[PackedCall]) -> None:
        # Whoever has given up by now takes the call back.
        wanted = [call for call in calls if call[1].reply is None or not call[1].reply.done()]
        if not wanted:
            return
        self._sized(len(wanted))
        counted = self._calls
        commands: list[bytes] = []
        sent: list[Ticket] = []
        for packed, ticket in wanted:
            if ticket.call.asking:
                commands.append(_ASKING)
                sent.append(Ticket(None))
            call: Call = ticket.call
            counted[str(call.words[0]) if call.script is None else call.script.name] += 1
            commands.append(packed)
            sent.append(ticket)
        wire.send(commands, sent)

    def _teach(self, ticket: Ticket, call: Call, script: Script) -> None:
        # Of many calls that ask for a script in the same turn each loads it: rare, and dearer to avoid than to do.
        lesson = Call(("SCRIPT", "LOAD", script.text))
        self._waiting.append((pack(lesson.words), Ticket(None, lesson)))
        self._waiting.append((pack(call.words), Ticket(ticket.reply, msgspec.structs.replace(call, taught=True))))
        if not self._flush_is_due:
            self._flush_is_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    # Refusing

    def _lose(self) -> None:
        """The server does not answer, or is not what it was: hang up on it, and refuse calls until it is back."""
        wire, self._wire = self._wire, None
        if self.up:
            self.up = False
            self._on_trouble()
        if wire is not None:
            self._refuse(wire.close())
        self._refuse([ticket for _, ticket in self._taken()])

    def _taken(self) -> list[PackedCall]:
        taken, self._waiting = self._waiting, []
        return taken

    def _refusal(self) -> BoxofficeError | None:
        if not self.up:
            return self._refused()
        if self._closing:
            return Unavailable("The service is stopping.")
        if len(self._waiting) + (0 if self._wire is None else len(self._wire.tickets)) >= self._max_waiting:
            self._overflowed()
            return Overloaded()
        return None

    def _refuse(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            fail(ticket, self._refused())

    def _refused(self) -> Unavailable:
        self._metrics.count("store_errors", store="redis")
        return unavailable()
