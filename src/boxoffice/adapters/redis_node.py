"""One Redis server: its connections, a coalescing pipeline, and whether it answers at present."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any, NamedTuple

import redis.asyncio as redis_asyncio
from redis.asyncio.connection import ConnectionPool, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    ClusterError,
    MovedError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.errors import Unavailable

Argument = str | bytes | int | float
Place = tuple[str, int]
"""Host and port."""

CONNECTIONS_MAX = 64
_INCLUDE = "--@include "
_TROUBLES = (NoScriptError, ReadOnlyError, ClusterError, AskError, TryAgainError, OutOfMemoryError)
_TROUBLE_WORDS = ("MISCONF", "NOREPLICAS", "BUSY", "UNBLOCKED", "LOADING")
_ELSEWHERE = (MovedError, AskError)


class Script(NamedTuple):
    """A Lua script and the hash by which the server knows it."""

    text: str
    sha: str


@cache
def load_script(package: str, name: str) -> Script:
    """Read `lua/<name>.lua` of a feature's package, with what its `--@include <file>` lines name put in their place.

    An include is looked for in the feature's own `lua` folder and then in that of `boxoffice.adapters`.
    """
    lines: list[str] = []
    for line in files(package).joinpath("lua", f"{name}.lua").read_text().splitlines():
        if line.startswith(_INCLUDE):
            included = line.removeprefix(_INCLUDE).strip()
            own = files(package).joinpath("lua", included)
            found = own if own.is_file() else files("boxoffice.adapters").joinpath("lua", included)
            lines.extend(found.read_text().splitlines())
        else:
            lines.append(line)
    text = "\n".join(lines)
    return Script(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


class Call(NamedTuple):
    """A command as words; `script` where it runs one. `asking`: the slot is moving here, and we were told to ask."""

    words: tuple[Argument, ...]
    script: Script | None = None
    asking: bool = False


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
    """Commands for one server; those issued in one turn of the loop go out as one pipeline.

    Once the server does not answer, `up` is False and `on_trouble` is called: whatever waits and whatever comes is
    refused at once, until somebody has seen it answer and calls `back`. So nobody waits longer than one time-out.
    A reply that sends a call elsewhere in a Cluster is raised as it is.
    """

    def __init__(
        self,
        client: redis_asyncio.Redis,
        *,
        place: Place | None,
        metrics: Metrics,
        max_waiting: int,
        on_trouble: Callable[[], None],
    ) -> None:
        self.client = client
        self.place = place
        self.up = True
        self._metrics = metrics
        self._on_trouble = on_trouble
        self._calls: Coalescer[Call, Any] = Coalescer(
            self._pipeline,
            name="redis",
            metrics=metrics,
            max_batch=512,
            max_waiting=max_waiting,
            max_in_flight=8,
        )

    async def submit(self, call: Call) -> Any:
        """Carry `call` out. Raises `Unavailable`, `Overloaded`, `MovedError`, `AskError`."""
        if not self.up:
            raise self._refused()
        return await self._calls.submit(call)

    async def probe(self, *, primary: bool = False) -> None:
        """Raise unless the server answers, and says that it is a primary if it has to be."""
        if primary:
            role = await self.client.execute_command("ROLE")  # type: ignore[no-untyped-call]
            if role[0] != b"master":
                raise ReadOnlyError("This server is not a primary.")
        else:
            await self.client.execute_command("PING")  # type: ignore[no-untyped-call]

    def back(self) -> None:
        """The server was seen to answer."""
        self.up = True

    async def lost(self) -> None:
        """The server does not answer, or is not what it was: hang up on it, and refuse calls until it is back."""
        if self.up:
            self.up = False
            self._on_trouble()
        await self.client.connection_pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        """Send what waits, hand out the replies, and hang up."""
        await self._calls.close()
        await self.client.aclose()

    async def _pipeline(self, calls: Sequence[Call]) -> list[Any]:
        if not self.up:
            raise self._refused()
        try:
            replies = await self._send(calls)
            missing = [index for index, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
            if missing:
                for text in {script.text for index in missing if (script := calls[index].script)}:
                    await self.client.script_load(text)
                again = await self._send([calls[index] for index in missing])
                for index, reply in zip(missing, again, strict=True):
                    replies[index] = reply
        except (TimeoutError, RedisError, OSError) as error:
            await self.lost()
            raise self._refused() from error
        if any(isinstance(reply, ReadOnlyError) for reply in replies):
            await self.lost()  # a primary that became a replica: its name may lead to another server by now
        return [self._translated(reply) for reply in replies]

    async def _send(self, calls: Sequence[Call]) -> list[Any]:
        if len(calls) == 1 and not calls[0].asking:
            try:
                return [await self.client.execute_command(*calls[0].words)]  # type: ignore[no-untyped-call]
            except ResponseError as error:
                return [error]
        pipeline = self.client.pipeline(transaction=False)
        answers: list[int] = []
        sent = 0
        for call in calls:
            if call.asking:
                pipeline.execute_command("ASKING")
                sent += 1
            pipeline.execute_command(*call.words)
            answers.append(sent)
            sent += 1
        replies = await pipeline.execute(raise_on_error=False)
        return replies if sent == len(calls) else [replies[index] for index in answers]

    def _translated(self, reply: Any) -> Any:
        if isinstance(reply, RedisError) and not isinstance(reply, _ELSEWHERE) and _is_server_trouble(reply):
            return self._refused()
        return reply

    def _refused(self) -> Unavailable:
        self._metrics.count("store_errors", store="redis")
        return unavailable()


def _is_server_trouble(error: RedisError) -> bool:
    # An error reply is our bug, unless it is one of those that a healthy server does not give.
    if not isinstance(error, ResponseError):
        return True
    return isinstance(error, _TROUBLES) or str(error).startswith(_TROUBLE_WORDS)
