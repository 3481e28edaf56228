"""How long nobody is let in after a loss of Redis, and in which order fans go in then: in real time, all present.

Each test prints what it measured; `bin/test tests/e2e/test_first_admission.py -s` shows it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from falcon.testing import ASGIConductor

from boxoffice.adapters.migrate import migrate
from boxoffice.app import build
from boxoffice.kernel.clock import SystemClock
from boxoffice.queue.policy import REBUILD_GRACE_MS
from tests.servers_redis import Server, Trio, valkey_binary
from tests.world import Visitor, World, settings_for

FANS = 40
BEFORE = 10
LIMIT = 2
POLL_S = 0.1
WITHIN_S = 60


class Line:
    """Fans who wait in line, look again and again, and leave as soon as they are in."""

    def __init__(self, world: World, waiting: list[Visitor]) -> None:
        self.world = world
        self.waiting = waiting
        self.refused = 0

    async def look(self) -> None:
        """Everybody looks once, and joins with the old token where the place is not known any more."""
        await asyncio.gather(*(self._look(visitor) for visitor in list(self.waiting)))

    async def until(self, left: int) -> None:
        """Look until so many are left in line."""
        async with asyncio.timeout(WITHIN_S):
            while len(self.waiting) > left:
                await self.look()
                await asyncio.sleep(POLL_S)

    async def admitted(self, since_ms: int) -> list[tuple[int, int]]:
        """Number and moment of everybody whom Redis let in after a moment, in its order."""
        log = [event async for event in self.world.application.queue.log(self.world.concert_id)]
        return [(event.number, event.at_ms) for event in log if event.kind == "admit" and event.at_ms > since_ms]

    async def _look(self, visitor: Visitor) -> None:
        place = await visitor.current()
        if place.status_code == 401:
            place = await visitor.come_back()
        if place.status_code >= 500:
            self.refused += 1
        elif place.json["status"] == "admitted":
            self.waiting.remove(visitor)
            await visitor.leave()


@asynccontextmanager
async def line(folder: Path, redis_url: str) -> AsyncIterator[Line]:
    """Forty fans in line at an instance with its background jobs; room for two at once."""
    settings = settings_for(folder, redis_url, snapshot_ms=50)
    await migrate(settings.database_url)
    application = build(settings)
    try:
        async with ASGIConductor(application.api) as client:
            world = World(application, SystemClock(), client)  # type: ignore[arg-type]
            await world.put_on_sale(seats=FANS, limit=LIMIT, seats_per_fan=1)
            visitors = await world.visitors(FANS)
            for visitor in visitors:
                await visitor.join()
            await application.start()
            yield Line(world, visitors)
    finally:
        await application.close()


async def lose(fans: Line, server: Server, loss: Callable[[], object]) -> tuple[float, list[int]]:
    """Some go in, Redis is lost, all go in: how long nobody did, and in which order they did then."""
    await fans.until(FANS - BEFORE)
    seconds, microseconds = await asyncio.to_thread(server.ask, "TIME")
    lost_ms = int(seconds) * 1000 + int(microseconds) // 1000
    await asyncio.to_thread(loss)
    await fans.until(0)
    admitted = await fans.admitted(lost_ms)
    return (admitted[0][1] - lost_ms) / 1000, [number for number, _ in admitted]


async def test_after_a_flush_the_first_goes_in_when_the_grace_is_over_and_all_in_their_order(tmp_path: Path) -> None:
    with Server(valkey_binary(), tmp_path / "redis") as server:
        async with line(tmp_path, server.url) as fans:
            first_s, order = await lose(fans, server, lambda: server.ask("FLUSHALL"))
            print(f"flush: first admission after {first_s:.1f} s, {len(order)} let in, {fans.refused} refusals")  # noqa: T201

            assert REBUILD_GRACE_MS / 1000 <= first_s < REBUILD_GRACE_MS / 1000 + 3
            assert order == sorted(order)
            assert order[-1] == FANS
            assert await fans.world.problems() == []


async def test_after_a_sentinel_failover_admission_goes_on_within_seconds_and_in_order(tmp_path: Path) -> None:
    with Trio(valkey_binary(), tmp_path / "redis") as trio:
        assert isinstance(trio, Trio)
        async with line(tmp_path, trio.url) as fans:
            primary = trio.primary()
            first_s, order = await lose(fans, primary, primary.kill)
            print(f"failover: first admission after {first_s:.1f} s, {len(order)} let in, {fans.refused} refusals")  # noqa: T201

            assert first_s < 10
            assert order == sorted(order)
            assert order[-1] == FANS
            assert await fans.world.problems() == []
