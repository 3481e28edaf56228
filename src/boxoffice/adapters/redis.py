"""Redis or Valkey: scripts and commands, gathered into one write for each server and turn of the event loop."""

import asyncio
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import redis.asyncio as redis_asyncio
import structlog
from redis.exceptions import AskError, MovedError, RedisError

from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.redis_fleet import Nowhere, fleet_of
from boxoffice.adapters.redis_node import (
    Call,
    Node,
    Place,
    connection_options,
    unavailable,
)
from boxoffice.adapters.redis_script import Script, load_script
from boxoffice.adapters.redis_traced import TracedNode
from boxoffice.adapters.redis_wire import Argument
from boxoffice.kernel.addresses import redis_address

if TYPE_CHECKING:
    from boxoffice.adapters.traces import Traces

__all__ = ["Argument", "RedisClient", "Script", "load_script"]

_REDIRECTIONS_MAX = 4
_LOOK_AGAIN_S = 0.1
_LOOK_SLOWLY_S = 1.0
_LOOK_SLOWLY_AFTER = 50
_ANYWHERE = frozenset({"ECHO", "TIME"})
_EVERYWHERE = frozenset({"FLUSHALL", "SCRIPT"})
_log = structlog.get_logger()


class RedisClient:
    """Runs scripts and commands on the server that has their keys: of one, behind Sentinel, or in a Cluster.

    `url` is what `kernel.addresses` describes. For each server at most `max_waiting` calls wait; one more is refused
    with `Overloaded`. A server that does not answer within `timeout_s`, or cannot be reached, is `Unavailable`; the
    call may or may not have been carried out. From then on calls are refused at once, until the server or the one
    that took its place answers, which is tried every 0.1 s (after 5 s, every second).
    """

    def __init__(
        self,
        url: str,
        *,
        metrics: Metrics,
        timeout_s: float = 2.0,
        max_waiting: int = 20_000,
        traces: "Traces | None" = None,
    ) -> None:
        self._metrics = metrics
        self._traces = traces
        self._timeout_s = timeout_s
        self._max_waiting = max_waiting
        address = redis_address(url)
        self._fleet = fleet_of(address, connection_options(address.server, timeout_s), self._node)
        self._looking: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closing = False

    def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument] = ()) -> Awaitable[Any]:
        """Run `script`, whose keys share a slot; replies are raw (bytes, ints, lists). Raises as `command` does."""
        return self._carried_out(keys[0], Call(("EVALSHA", script.sha, len(keys), *keys, *arguments), script))

    async def command(self, *words: Argument) -> Any:
        """One plain command, as words; the second is its key. Raises `Unavailable`, `Overloaded`.

        A single word, ECHO and TIME go to any server; FLUSHALL and SCRIPT to all of them.
        """
        if words[0] in _EVERYWHERE:
            return (await asyncio.gather(*(node.submit(Call(words)) for node in await self._known_nodes())))[0]
        if len(words) == 1 or words[0] in _ANYWHERE:
            return await self._next(await self._known_nodes()).submit(Call(words))
        return await self._carried_out(words[1], Call(words))

    def subscribe(self) -> redis_asyncio.client.PubSub:
        """A Pub/Sub connection of its own, to any server; the caller closes it. Raises `Unavailable`.

        When it breaks, subscribe again: behind Sentinel and in a Cluster that may lead to another server.
        """
        nodes = self._fleet.nodes()
        if not nodes:
            self._look_soon()
            raise unavailable()
        return self._next(nodes).client.pubsub(ignore_subscribe_messages=True)

    async def ping(self) -> None:
        """Raise `Unavailable` unless a server answers."""
        await self.command("PING")

    async def close(self) -> None:
        """Send what waits, hand out the replies, and hang up."""
        self._closing = True
        tasks = {task for task in (self._looking, self._watching) if task is not None}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=self._timeout_s)
        await self._fleet.close()

    def _carried_out(self, key: Argument, call: Call) -> Awaitable[Any]:
        if self._fleet.redirects:
            return self._carry_out(key, call)
        try:
            # Where no server sends calls elsewhere, no coroutine is needed to follow them.
            return self._fleet.home(key).submit(call)
        except Nowhere:
            return self._carry_out(key, call)

    async def _carry_out(self, key: Argument, call: Call) -> Any:
        try:
            node = self._fleet.home(key)
        except Nowhere:
            await self._known_nodes()
            node = self._home(key)
        for _ in range(_REDIRECTIONS_MAX):
            try:
                return await node.submit(call)
            except AskError as elsewhere:  # MovedError is one
                node = self._sent_to(elsewhere, node)
                call = msgspec.structs.replace(call, asking=not isinstance(elsewhere, MovedError))
        raise unavailable()

    def _home(self, key: Argument) -> Node:
        try:
            return self._fleet.home(key)
        except Nowhere:
            raise unavailable() from None

    def _sent_to(self, elsewhere: AskError, sender: Node) -> Node:
        # What is redirected was not carried out, so it may be sent again.
        host = elsewhere.host or (sender.place[0] if sender.place else "")
        try:
            if not isinstance(elsewhere, MovedError):
                return self._fleet.asked((host, elsewhere.port))
            node = self._fleet.moved(elsewhere.slot_id, (host, elsewhere.port))
        except Nowhere:
            raise unavailable() from elsewhere
        self._look_soon()
        return node

    async def _known_nodes(self) -> Sequence[Node]:
        """All servers, after a first look if there was none. Raises `Unavailable`."""
        if not self._fleet.nodes():
            self._look_soon()
            if self._looking is not None:
                await asyncio.wait({self._looking}, timeout=self._timeout_s)
        nodes = self._fleet.nodes()
        if not nodes:
            self._metrics.count("store_errors", store="redis")
            raise unavailable()
        return nodes

    def _next(self, nodes: Sequence[Node]) -> Node:
        return next((node for node in nodes if node.up), nodes[0])

    def _look_soon(self) -> None:
        if not self._closing and (self._looking is None or self._looking.done()):
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        tries = 0
        while True:
            try:
                before = set(self._fleet.nodes())
                async with asyncio.timeout(self._timeout_s):
                    await self._fleet.look()
                if before and before != set(self._fleet.nodes()):
                    self._metrics.count("redis_changes")
            except (Nowhere, TimeoutError, RedisError, OSError) as fault:
                if tries == 0:
                    self._metrics.count("redis_losses")
                    _log.warning("redis_lost", fault=type(fault).__name__, detail=str(fault))
            else:
                # Another one may have been lost while these were looked for.
                if all(node.up for node in self._fleet.nodes()):
                    if tries:
                        _log.info("redis_found", looks=tries + 1)
                    if self._watching is None and self._fleet.look_every_s is not None:
                        self._watching = asyncio.get_running_loop().create_task(self._watch(self._fleet.look_every_s))
                    return
            tries += 1
            await asyncio.sleep(_LOOK_AGAIN_S if tries < _LOOK_SLOWLY_AFTER else _LOOK_SLOWLY_S)

    async def _watch(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            self._look_soon()

    def _node(self, client: redis_asyncio.Redis, place: Place | None) -> Node:
        make = Node if self._traces is None else partial(TracedNode, traces=self._traces)
        return make(
            client,
            place=place,
            metrics=self._metrics,
            max_waiting=self._max_waiting,
            timeout_s=self._timeout_s,
            on_trouble=self._look_soon,
        )
