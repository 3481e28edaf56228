"""Health: is the process alive, may it take traffic, what does it count."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec
from falcon.asgi import Request, Response

from boxoffice.adapters.snapshot import Snapshots
from boxoffice.http.replies import PRIVATE, reply, reply_bytes
from boxoffice.http.routes import Media, Operation, Route
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BoxofficeError, Unavailable

READY_WITHIN_S = 1.0
"""How long a store is waited for."""
_ASK_EVERY_MS = 500
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_TAG = "Operation"


class Store(Protocol):
    """Something that readiness depends on; `ping` raises unless it answers."""

    async def ping(self) -> None: ...


class Alive(msgspec.Struct, frozen=True):
    """The process runs."""

    status: str = "alive"


class Ready(msgspec.Struct, frozen=True):
    """`ready`: every store answers. `degraded`: one does not, to no instance, and what works without it goes on."""

    redis: str
    database: str
    status: str = "ready"


class _Stores(msgspec.Struct, frozen=True):
    redis: str
    database: str
    alone: bool
    """Whether other instances see the primary, and this one does not."""


class AliveResource:
    """`/healthz`: no store is asked, or one outage would restart every instance."""

    async def on_get(self, _req: Request, resp: Response) -> None:
        reply(resp, Alive())


class ReadyResource:
    """`/readyz`: asks the stores at most every 500 ms, however many ask us, and waits 1 s at most.

    A store that all instances have lost takes none of them out: what needs it is refused with `Retry-After`, and the
    rest goes on. An instance that has lost both, or that alone has lost the primary, has nothing to offer.
    """

    def __init__(
        self,
        *,
        redis: Store,
        database: Store,
        alone: Callable[[], Awaitable[bool]],
        clock: Clock,
        stopping: Callable[[], bool],
    ) -> None:
        self._redis = redis
        self._database = database
        self._alone = alone
        self._stopping = stopping
        self._asked = Snapshots(self._ask, clock=clock, max_age_ms=_ASK_EVERY_MS, max_keys=1)

    async def on_get(self, _req: Request, resp: Response) -> None:
        if self._stopping():
            raise Unavailable("This instance is stopping.")
        stores = msgspec.json.decode((await self._asked.get("stores")).body, type=_Stores)
        states = {"redis": stores.redis, "database": stores.database}
        silent = [name for name, state in states.items() if state != "ok"]
        if stores.alone:
            raise Unavailable("Other instances see the primary, this one does not.", **states)
        if len(silent) == len(states):
            raise Unavailable(f"No answer from: {' and '.join(silent)}.", **states)
        reply(resp, Ready(**states, status="degraded" if silent else "ready"))

    async def _ask(self, _key: str) -> bytes:
        redis, database = await asyncio.gather(_state_of(self._redis), _state_of(self._database))
        return msgspec.json.encode(_Stores(redis, database, database != "ok" and await self._alone()))


class MetricsResource:
    """`/metrics`, for Prometheus."""

    def __init__(self, exposition: Callable[[], bytes]) -> None:
        self._exposition = exposition

    async def on_get(self, _req: Request, resp: Response) -> None:
        reply_bytes(resp, self._exposition())
        resp.content_type = _EXPOSITION


def health_routes(
    *,
    redis: Store,
    database: Store,
    alone: Callable[[], Awaitable[bool]],
    clock: Clock,
    exposition: Callable[[], bytes],
    stopping: Callable[[], bool] = lambda: False,
) -> list[Route]:
    """The paths that a load balancer and Prometheus ask. While `stopping()`, the instance is not ready.

    `alone()`: whether other instances see a primary that this one does not.
    """
    alive = Operation("Is the process alive", {200: Alive}, cache=PRIVATE)
    ready = Operation("May this instance take traffic", {200: Ready}, errors=(Unavailable,), cache=PRIVATE)
    metrics = Operation("Prometheus metrics", {200: Media("text/plain", "Prometheus's text format")}, cache=PRIVATE)
    readiness = ReadyResource(redis=redis, database=database, alone=alone, clock=clock, stopping=stopping)
    return [
        Route("/healthz", AliveResource(), {"GET": alive}, tag=_TAG),
        Route("/readyz", readiness, {"GET": ready}, tag=_TAG),
        Route("/metrics", MetricsResource(exposition), {"GET": metrics}, tag=_TAG),
    ]


async def _state_of(store: Store) -> str:
    try:
        await asyncio.wait_for(store.ping(), READY_WITHIN_S)
    except (BoxofficeError, TimeoutError, OSError):
        return "no answer"
    return "ok"
