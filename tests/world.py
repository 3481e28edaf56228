"""A whole service over real stores, with a clock that moves only when told: for tests across features."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from falcon.testing import ASGIConductor, Result

from boxoffice.accounts.models import Fan
from boxoffice.adapters.migrate import migrate
from boxoffice.app import Application, build
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import PolicyChanges
from boxoffice.reservations.repository import ReservationRepository
from boxoffice.reservations.service.sold_seats import SoldSeats
from boxoffice.settings import Settings

OPERATOR = Fan(user_id="test", role="operator", session_id="", expires_ms=0)
PASSWORD = "a good password"
PRICE_MINOR = 100
_DAY_MS = 86_400_000


def settings_for(folder: Path, redis_url: str, **changes: Any) -> Settings:
    """Settings of an instance over a SQLite file in `folder` and the given Redis, with cheap passwords."""
    return Settings(
        **{
            "database_url": f"sqlite+aiosqlite:///{folder}/world.db",
            "redis_url": redis_url,
            "secret": "s" * 32,
            "password_time_cost": 1,
            "password_memory_kib": 8,
            "snapshot_ms": 1,
            "access_token_ttl_s": 86_400,
            "hold_ttl_s": 60,
            "paying_grace_s": 30,
        }
        | changes
    )


def row_of_seats(count: int) -> bytes:
    """A plan in CSV: one row, one tier."""
    lines = ["section,row,label,tier,x,y", *(f"Floor,1,{no + 1},A,{no * 20},0" for no in range(count))]
    return "\n".join(lines).encode()


class Visitor:
    """A signed-in fan, as a client sees the service: every method is one request."""

    def __init__(self, world: "World", user_id: str, token: str) -> None:
        self._world = world
        self.user_id = user_id
        self.headers = {"Authorization": f"Bearer {token}"}
        self.place: dict[str, str] = {}
        self._keys = 0

    def key(self) -> str:
        """An idempotency key that this fan has not used."""
        self._keys += 1
        return f"{self.user_id}-{self._keys}"

    async def join(self) -> Result:
        return await self._join(self.headers)

    async def come_back(self) -> Result:
        """Join with the token of before, as one does whose place was lost."""
        return await self._join(self.headers | self.place)

    async def current(self) -> Result:
        return await self._world.get(f"/concerts/{self._world.concert_id}/queue/tokens/current", headers=self.place)

    async def leave(self) -> Result:
        return await self._world.delete(f"/concerts/{self._world.concert_id}/queue/tokens/current", headers=self.place)

    async def hold(self, *seats: int) -> Result:
        return await self._holds({"seats": list(seats)})

    async def best(self, count: int) -> Result:
        return await self._holds({"best_available": {"count": count}})

    async def release(self, hold_id: str) -> Result:
        return await self._world.delete(f"/holds/{hold_id}", headers=self.headers)

    async def pay(self, hold_id: str, key: str | None = None, receipt: str | None = None) -> Result:
        body = {"hold_id": hold_id} | ({"receipt": receipt} if receipt else {})
        return await self._world.post("/payments", json=body, headers=self._keyed(key))

    async def cancel(self, reservation_id: str, key: str | None = None) -> Result:
        path = f"/reservations/{reservation_id}/cancellation"
        return await self._world.post(path, headers=self._keyed(key))

    async def top_up(self, amount_minor: int, key: str | None = None) -> Result:
        return await self._world.post("/wallet/charges", json={"amount_minor": amount_minor}, headers=self._keyed(key))

    async def balance(self) -> int:
        return int((await self._world.get("/wallet", headers=self.headers)).json["balance_minor"])

    async def buy(self, *seats: int) -> str:
        """Hold and pay; the reservation's id."""
        held = await self.hold(*seats)
        assert held.status_code == 201, held.text
        paid = await self.pay(held.json["id"])
        assert paid.status_code == 201, paid.text
        return str(paid.json["reservation"]["id"])

    async def _join(self, headers: dict[str, str]) -> Result:
        reply = await self._world.post(f"/concerts/{self._world.concert_id}/queue/tokens", headers=headers)
        if reply.status_code in {200, 201}:
            self.place = {"X-Queue-Token": reply.json["token"]}
        return reply

    async def _holds(self, body: dict[str, Any]) -> Result:
        path = f"/performances/{self._world.performance_id}/holds"
        return await self._world.post(path, json=body, headers=self.headers | self.place)

    def _keyed(self, key: str | None) -> dict[str, str]:
        return self.headers | {"Idempotency-Key": key or self.key()}


class World:
    """One instance of the service, with one concert of one performance that is on sale."""

    def __init__(self, application: Application, clock: ManualClock, client: ASGIConductor) -> None:
        self.application = application
        self.clock = clock
        self._client = client
        self.concert_id = ""
        self.performance_id = ""
        self._fans = 0

    async def put_on_sale(self, *, seats: int, limit: int, seats_per_fan: int) -> None:
        """One concert in a hall of `seats` seats in a row, open."""
        catalog = self.application.catalog
        venue = await catalog.create_venue(OPERATOR.user_id, "Hall")
        plan = await catalog.import_plan(OPERATOR.user_id, venue.id, "Hall", row_of_seats(seats), "csv")
        concert = await catalog.create_concert(OPERATOR.user_id, title="T", artist="A", description="")
        performance = await catalog.create_performance(
            OPERATOR.user_id,
            concert.id,
            plan_id=plan.id,
            starts_ms=self.clock.now_ms() + 30 * _DAY_MS,
            prices={"A": PRICE_MINOR},
            seats_per_fan=seats_per_fan,
        )
        self.concert_id, self.performance_id = concert.id, performance.id
        await self.change_policy(limit=limit)
        await self.application.queue.change_phase(OPERATOR, concert.id, "open")

    async def change_policy(self, **changes: Any) -> None:
        await self.application.queue.change_policy(OPERATOR, self.concert_id, PolicyChanges(**changes))

    async def visitor(self, balance_minor: int = 0) -> Visitor:
        """A new fan, signed up and in."""
        self._fans += 1
        account = {"email": f"fan{self._fans}@example.com", "password": PASSWORD, "name": f"Fan {self._fans}"}
        assert (await self.post("/users", json=account)).status_code == 201
        session = await self.post("/sessions", json={"email": account["email"], "password": PASSWORD})
        visitor = Visitor(self, session.json["user"]["id"], session.json["access_token"])
        if balance_minor:
            assert (await visitor.top_up(balance_minor)).status_code == 201
        return visitor

    async def visitors(self, count: int, balance_minor: int = 0) -> list[Visitor]:
        """New fans, all at once."""
        return list(await asyncio.gather(*(self.visitor(balance_minor) for _ in range(count))))

    async def inside(self, balance_minor: int = 1_000) -> Visitor:
        """A new fan who is let in."""
        visitor = await self.visitor(balance_minor)
        joined = await visitor.join()
        assert joined.json["status"] == "admitted", joined.text
        return visitor

    async def tick(self) -> None:
        """What the background jobs do, once."""
        await self.application.queue.admit_due()
        await self.application.seats.sweep_due()

    async def sold_seats(self) -> Sequence[tuple[int, str]]:
        """(seat number, owner) of everything sold, by the database's word."""
        sold = SoldSeats(database=self.application.database, repository=ReservationRepository())
        return await sold.sold_seats(self.performance_id)

    async def problems(self) -> list[str]:
        """What the audit finds broken."""
        report = await self.application.backoffice.audit(self.concert_id)
        return [f"{check.name}: {check.detail}" for check in report.checks if not check.ok]

    async def get(self, path: str, **options: Any) -> Result:
        return await self._client.get(f"/api/v1{path}", **options)

    async def post(self, path: str, **options: Any) -> Result:
        return await self._client.post(f"/api/v1{path}", **options)

    async def delete(self, path: str, **options: Any) -> Result:
        return await self._client.delete(f"/api/v1{path}", **options)


@asynccontextmanager
async def instance(settings: Settings, clock: ManualClock, seed: int = 7) -> AsyncIterator[World]:
    """One more instance over the same stores, without background jobs: the test ticks."""
    application = build(settings, clock=clock, random_bits=Random(seed).getrandbits)
    try:
        async with ASGIConductor(application.api) as client:
            yield World(application, clock, client)
    finally:
        await application.close()


@asynccontextmanager
async def world_of(
    folder: Path, redis_url: str, *, seats: int = 10, limit: int = 10, seats_per_fan: int = 4, **changes: Any
) -> AsyncIterator[World]:
    """A fresh world with its concert on sale; a `database_url` of one's own has the schema already."""
    settings = settings_for(folder, redis_url, **changes)
    if "database_url" not in changes:
        await migrate(settings.database_url)
    async with instance(settings, ManualClock()) as world:
        await world.application.redis.command("FLUSHALL")
        await world.put_on_sale(seats=seats, limit=limit, seats_per_fan=seats_per_fan)
        yield world
