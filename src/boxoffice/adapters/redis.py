"""Redis or Valkey: scripts and commands, gathered into one pipeline for each turn of the event loop."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any, NamedTuple

import redis.asyncio as redis_asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    ClusterError,
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
_INCLUDE = "--@include "
_TROUBLES = (NoScriptError, ReadOnlyError, ClusterError, AskError, TryAgainError, OutOfMemoryError)
_TROUBLE_WORDS = ("MISCONF", "NOREPLICAS", "BUSY", "UNBLOCKED", "LOADING")


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


class _Call(NamedTuple):
    words: tuple[Argument, ...]
    script: Script | None


class RedisClient:
    """Runs scripts and commands; those issued in one turn of the loop go out as one pipeline.

    At most `max_waiting` calls wait; one more is refused with `Overloaded`. A server that does not answer within
    `timeout_s`, or cannot be reached, is `Unavailable`; the call may or may not have been carried out.
    """

    def __init__(self, url: str, *, metrics: Metrics, timeout_s: float = 2.0, max_waiting: int = 20_000) -> None:
        self._metrics = metrics
        self._redis = redis_asyncio.Redis.from_url(
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            max_connections=64,
            protocol=3,  # said, not left to the library's default: it decides the shape of some replies
            # Never sent again by the library: what it sent may have been carried out.
            retry=Retry(NoBackoff(), 0),
        )
        self._calls: Coalescer[_Call, Any] = Coalescer(
            self._pipeline,
            name="redis",
            metrics=metrics,
            max_batch=512,
            max_waiting=max_waiting,
            max_in_flight=8,
        )

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument] = ()) -> Any:
        """Run `script`; replies are raw (bytes, ints, lists). Raises `Unavailable`, `Overloaded`."""
        return await self._calls.submit(_Call(("EVALSHA", script.sha, len(keys), *keys, *arguments), script))

    async def command(self, *words: Argument) -> Any:
        """One plain command, as words. Raises `Unavailable`, `Overloaded`."""
        return await self._calls.submit(_Call(words, None))

    def subscribe(self) -> redis_asyncio.client.PubSub:
        """A Pub/Sub connection of its own; the caller closes it."""
        return self._redis.pubsub(ignore_subscribe_messages=True)

    async def ping(self) -> None:
        """Raise `Unavailable` unless the server answers."""
        await self.command("PING")

    async def close(self) -> None:
        """Send what waits, hand out the replies, and hang up."""
        await self._calls.close()
        await self._redis.aclose()

    async def _pipeline(self, calls: Sequence[_Call]) -> list[Any]:
        try:
            replies = await self._send(calls)
            missing = [index for index, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
            if missing:
                for text in {script.text for index in missing if (script := calls[index].script)}:
                    await self._redis.script_load(text)
                again = await self._send([calls[index] for index in missing])
                for index, reply in zip(missing, again, strict=True):
                    replies[index] = reply
        except (TimeoutError, RedisError, OSError) as error:
            self._metrics.count("store_errors", store="redis")
            raise Unavailable("The queue and seat store does not answer. Try again shortly.") from error
        return [self._translated(reply) for reply in replies]

    async def _send(self, calls: Sequence[_Call]) -> list[Any]:
        if len(calls) == 1:
            try:
                return [await self._redis.execute_command(*calls[0].words)]  # type: ignore[no-untyped-call]
            except ResponseError as error:
                return [error]
        pipeline = self._redis.pipeline(transaction=False)
        for call in calls:
            pipeline.execute_command(*call.words)
        return await pipeline.execute(raise_on_error=False)

    def _translated(self, reply: Any) -> Any:
        if isinstance(reply, RedisError) and _is_server_trouble(reply):
            self._metrics.count("store_errors", store="redis")
            return Unavailable("The queue and seat store does not answer. Try again shortly.")
        return reply


def _is_server_trouble(error: RedisError) -> bool:
    # An error reply is our bug, unless it is one of those that a healthy server does not give.
    if not isinstance(error, ResponseError):
        return True
    return isinstance(error, _TROUBLES) or str(error).startswith(_TROUBLE_WORDS)
