"""Several instances of one service, asked in turn: what a load balancer does, without one."""

import ssl
from collections.abc import Sequence
from itertools import cycle
from typing import Protocol

from boxoffice.crowd.client import Client, Reply
from boxoffice.crowd.target import Target

INSTANCES_MAX = 64


class Asker(Protocol):
    """Whatever can be asked: one instance, or several."""

    async def ask(self, method: str, path: str, headers: str = "", body: bytes = b"") -> Reply: ...


class Spread:
    """Each request goes to the next instance, whoever sends it and whatever became of the one before.

    It knows nothing of their health: an instance that is away is a fault, and asking again is asking the next. Each has
    an equal share of the connections, at least one.
    """

    def __init__(
        self, targets: Sequence[Target], *, connections: int, timeout_s: float, tls: ssl.SSLContext | None = None
    ) -> None:
        share = max(1, connections // len(targets))
        self._clients = [Client(target, connections=share, timeout_s=timeout_s, tls=tls) for target in targets]
        self._turns = cycle(self._clients)

    async def ask(self, method: str, path: str, headers: str = "", body: bytes = b"") -> Reply:
        """One request to one instance. Raises a `Fault`."""
        return await next(self._turns).ask(method, path, headers, body)

    def close(self) -> None:
        """Drop every connection."""
        for client in self._clients:
            client.close()
