"""Which server a key belongs to: the one there is, the primary that Sentinel names, or a node of a Cluster."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from boxoffice.adapters.redis_node import Node, Place, client_of
from boxoffice.adapters.redis_wire import Argument
from boxoffice.kernel.addresses import RedisAddress

_SLOTS = 16_384
_ASK_MAX_S = 1.0
_FAULTS = (TimeoutError, RedisError, OSError)


class Nowhere(Exception):
    """No server for the key is known at present."""


class Fleet(ABC):
    """The servers behind one URL. `look` finds out again who they are; between two looks nothing is asked."""

    redirects = False
    """Whether a server may answer that a call belongs to another one."""

    look_every_s: float | None = None
    """How often to look though nothing is wrong; None: a server that is not what it was says so itself."""

    def __init__(
        self, address: RedisAddress, options: Mapping[str, Any], make_node: Callable[[Redis, Place | None], Node]
    ) -> None:
        self._address = address
        self._options = options
        self._make_node = make_node
        self._leaving: set[asyncio.Task[None]] = set()

    @abstractmethod
    def home(self, key: Argument) -> Node:
        """The server of a key. Raises `Nowhere`."""

    @abstractmethod
    def nodes(self) -> Sequence[Node]:
        """All servers that take commands; none before the first look."""

    @abstractmethod
    async def look(self) -> None:
        """Find the servers, and call `back` on those that answer. Raises where one is still missing."""

    def moved(self, slot: int, place: Place) -> Node:  # noqa: ARG002  (only a Cluster has slots)
        """A server of a Cluster has said where a slot is now. Raises `Nowhere`."""
        raise Nowhere

    def asked(self, place: Place) -> Node:  # noqa: ARG002
        """A server of a Cluster sends one call to another one. Raises `Nowhere`."""
        raise Nowhere

    async def close(self) -> None:
        """Carry out what waits everywhere, and hang up."""
        await asyncio.gather(*(node.close() for node in self.nodes()), *self._leaving)

    def _node_at(self, place: Place) -> Node:
        return self._make_node(client_of(self._options, place), place)

    def _part_with(self, node: Node) -> None:
        # What waits for it is refused, in the background: closing a connection to a dead server may take a while.
        node.up = False
        task = asyncio.get_running_loop().create_task(node.close())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


class Single(Fleet):
    """One server, at an address that does not change; behind a name, another one may answer after a failover."""

    def __init__(
        self, address: RedisAddress, options: Mapping[str, Any], make_node: Callable[[Redis, Place | None], Node]
    ) -> None:
        super().__init__(address, options, make_node)
        self._node = make_node(client_of(options), None)

    def home(self, key: Argument) -> Node:  # noqa: ARG002
        return self._node

    def nodes(self) -> Sequence[Node]:
        return (self._node,)

    async def look(self) -> None:
        await self._node.probe()
        self._node.back()


class Watched(Fleet):
    """A primary that sentinels watch. They are all asked; the place that most name is believed if it is a primary.

    An old primary that still runs is made a replica some seconds after another one was promoted, and what is written
    there until then is lost. So the sentinels are asked twice a second, not only once something breaks.
    """

    look_every_s = 0.5

    def __init__(
        self, address: RedisAddress, options: Mapping[str, Any], make_node: Callable[[Redis, Place | None], Node]
    ) -> None:
        super().__init__(address, options, make_node)
        of_sentinels = {
            **{name: value for name, value in options.items() if name != "db"},
            "username": address.sentinel_username,
            "password": address.sentinel_password,
            "socket_timeout": _ASK_MAX_S,
            "socket_connect_timeout": _ASK_MAX_S,
        }
        self._sentinels = [client_of(of_sentinels, place) for place in address.hosts]
        self._node: Node | None = None

    def home(self, key: Argument) -> Node:  # noqa: ARG002
        if self._node is None:
            raise Nowhere
        return self._node

    def nodes(self) -> Sequence[Node]:
        return () if self._node is None else (self._node,)

    async def look(self) -> None:
        answers = await asyncio.gather(*(self._named_by(sentinel) for sentinel in self._sentinels))
        named = [place for place in answers if place is not None]
        # The place that most name comes first; where they differ, one of them has not heard yet.
        for place in sorted(set(named), key=named.count, reverse=True):
            node = self._node if self._node is not None and self._node.place == place else self._node_at(place)
            try:
                await node.probe(primary=True)
            except _FAULTS:
                if node is not self._node:
                    self._part_with(node)
                continue
            before, self._node = self._node, node
            if before is not None and before is not node:
                self._part_with(before)
            node.back()
            return
        raise Nowhere

    async def close(self) -> None:
        await super().close()
        await asyncio.gather(*(sentinel.aclose() for sentinel in self._sentinels))

    async def _named_by(self, sentinel: Redis) -> Place | None:
        try:
            reply = await sentinel.execute_command(  # type: ignore[no-untyped-call]
                "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.service
            )
        except _FAULTS:
            return None
        return None if reply is None else (_text(reply[0]), int(reply[1]))


class Cluster(Fleet):
    """Primaries by slot, as the nodes themselves tell it. A node that leaves is hung up on."""

    redirects = True

    def __init__(
        self, address: RedisAddress, options: Mapping[str, Any], make_node: Callable[[Redis, Place | None], Node]
    ) -> None:
        super().__init__(address, options, make_node)
        self._nodes: dict[Place, Node] = {}
        self._slots: list[Node | None] = [None] * _SLOTS

    def home(self, key: Argument) -> Node:
        node = self._slots[key_slot(key if isinstance(key, bytes) else str(key).encode())]
        if node is None:
            raise Nowhere
        return node

    def nodes(self) -> Sequence[Node]:
        return tuple(self._nodes.values())

    def moved(self, slot: int, place: Place) -> Node:
        self._slots[slot] = node = self.asked(place)
        return node

    def asked(self, place: Place) -> Node:
        node = self._nodes.get(place)
        if node is None:
            node = self._nodes[place] = self._node_at(place)
        return node

    async def look(self) -> None:
        ranges = await self._ranges()
        owners = {place for _, _, place in ranges}
        slots: list[Node | None] = [None] * _SLOTS
        for first, last, place in ranges:
            slots[first : last + 1] = [self.asked(place)] * (last + 1 - first)
        self._slots = slots
        for place in set(self._nodes) - owners:
            self._part_with(self._nodes.pop(place))
        down = [node for node in self._nodes.values() if not node.up]
        found = await asyncio.gather(*(node.probe(primary=True) for node in down), return_exceptions=True)
        for node, fault in zip(down, found, strict=True):
            if fault is None:
                node.back()
        if None in slots or any(found):
            raise Nowhere

    async def _ranges(self) -> list[tuple[int, int, Place]]:
        # Nodes that answered last come first, then those of the URL: a dead one costs a time-out.
        up = [place for place, node in self._nodes.items() if node.up]
        for place in dict.fromkeys((*up, *self._address.hosts, *self._nodes)):
            client = client_of(
                {**self._options, "socket_timeout": _ASK_MAX_S, "socket_connect_timeout": _ASK_MAX_S}, place
            )
            try:
                reply = await client.execute_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]
            except _FAULTS:
                continue
            finally:
                await client.aclose()
            # A node may not know under which host it is asked; then it is the one that was asked.
            return [(first, last, (_text(owner[0]) or place[0], int(owner[1]))) for first, last, owner, *_ in reply]
        raise Nowhere


def fleet_of(
    address: RedisAddress, options: Mapping[str, Any], make_node: Callable[[Redis, Place | None], Node]
) -> Fleet:
    """The kind of fleet that the address names."""
    kinds: dict[str, type[Fleet]] = {"single": Single, "sentinel": Watched, "cluster": Cluster}
    return kinds[address.kind](address, options, make_node)


def _text(word: bytes | str | None) -> str:
    return word.decode() if isinstance(word, bytes) else word or ""
