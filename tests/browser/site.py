"""One running instance, and what tests prepare in it over its own API: concerts on sale, fans with money."""

import itertools
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import APIRequestContext, APIResponse, Playwright, StorageState

from bench.plan import stadium_csv
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD
from boxoffice.kernel.clock import SystemClock, utc

PLANS = Path(__file__).parents[2] / "src" / "boxoffice" / "plans"

_DAY_MS = 86_400_000


class Refused(Exception):
    """The service said no where the test needed a yes."""


class OnSale(NamedTuple):
    """A concert and its one performance."""

    id: str
    performance_id: str
    title: str


class Client:
    """Somebody who is signed in, as a program; `state` makes a browser theirs."""

    def __init__(self, api: APIRequestContext, origin: str, session: Mapping[str, Any], email: str) -> None:
        self.email = email
        self._api = api
        self._origin = origin
        self._session = session
        self._until_ms = SystemClock().now_ms() + session["expires_in_s"] * 1000
        self._place: dict[str, str] = {}

    def state(self, **kept: object) -> StorageState:
        """What a browser keeps of a signed-in fan, and whatever else it is to remember."""
        session = {
            "access": self._session["access_token"],
            "refresh": self._session["refresh_token"],
            "accessUntilMs": self._until_ms,
            "user": self._session["user"],
        }
        values = [
            {"name": f"boxoffice.{key}", "value": json.dumps(value)}
            for key, value in ({"session": session} | kept).items()
        ]
        return {"origins": [{"origin": self._origin, "localStorage": values}]}  # type: ignore[typeddict-item]

    def own(self, value: object) -> dict[str, object]:
        """As a browser keeps what it shows to this fan alone."""
        return {"fanId": self._session["user"]["id"], "value": value}

    async def join(self, concert: OnSale) -> dict[str, Any]:
        """Take a number."""
        joined = await self.post(f"/concerts/{concert.id}/queue/tokens")
        self._place = {"X-Queue-Token": joined["token"]}
        return joined

    async def leave(self, concert: OnSale) -> None:
        """Give the place back."""
        await _checked(
            await self._api.delete(f"/api/v1/concerts/{concert.id}/queue/tokens/current", headers=self._headers())
        )

    async def hold(self, concert: OnSale, *seats: int) -> dict[str, Any]:
        """Hold seats; the fan has to be inside."""
        return await self.post(f"/performances/{concert.performance_id}/holds", {"seats": list(seats)})

    async def top_up(self, amount_minor: int) -> None:
        """Put money into the wallet."""
        await self.post("/wallet/charges", {"amount_minor": amount_minor})

    async def balance(self) -> int:
        """What is in the wallet."""
        return int((await self.get("/wallet"))["balance_minor"])

    async def buy(self, concert: OnSale, *seats: int) -> dict[str, Any]:
        """Join, hold, top up and pay; the reservation."""
        await self.join(concert)
        held = await self.hold(concert, *seats)
        await self.top_up(held["total_minor"])
        return dict((await self.post("/payments", {"hold_id": held["id"]}))["reservation"])

    async def get(self, path: str) -> dict[str, Any]:
        """Read something."""
        return await _checked(await self._api.get(f"/api/v1{path}", headers=self._headers()))

    async def post(self, path: str, body: object = None, media_type: str = "application/json") -> dict[str, Any]:
        """Create something, with a key of its own."""
        headers = self._headers() | {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": media_type}
        return await _checked(await self._api.post(f"/api/v1{path}", data=body, headers=headers))

    async def put(self, path: str, body: object) -> dict[str, Any]:
        """Change something."""
        return await _checked(await self._api.put(f"/api/v1{path}", data=body, headers=self._headers()))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._session['access_token']}"} | self._place


class Site:
    """The instance that every test of this folder visits."""

    def __init__(self, url: str, api: APIRequestContext, operator: Client, venue_id: str) -> None:
        self.url = url
        self.operator = operator
        self._api = api
        self.venue_id = venue_id
        self._numbers = itertools.count(1)

    @classmethod
    async def open(cls, playwright: Playwright, url: str) -> "Site":
        """Sign the operator in, and give them a venue."""
        api = await playwright.request.new_context(base_url=url)
        operator = await sign_in(api, url, OPERATOR_EMAIL)
        venue = await operator.post("/admin/venues", {"name": "The Hall"})
        return cls(url, api, operator, venue["id"])

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.dispose()

    async def concert(
        self, title: str, *, limit: int = 100, plan: str = "club-50", session_ttl_s: int = 300, opened: bool = True
    ) -> OnSale:
        """A new concert over one of the plans; on sale unless told otherwise."""
        operator = self.operator
        concert = await operator.post(
            "/admin/concerts",
            {
                "title": title,
                "artist": "The Lanterns",
                "description": "An evening.",
                "sale_opens_at": utc(SystemClock().now_ms()).isoformat(),
            },
        )
        # The same content again is the same plan.
        stored = await operator.post(f"/admin/venues/{self.venue_id}/plans?name={plan}", *_plan(plan))
        performance = await operator.post(
            f"/admin/concerts/{concert['id']}/performances",
            {
                "plan_id": stored["id"],
                "starts_at": utc(SystemClock().now_ms() + 30 * _DAY_MS).isoformat(),
                "prices": {tier["name"]: _price_minor(no) for no, tier in enumerate(stored["tiers"])},
            },
        )
        on_sale = OnSale(concert["id"], performance["id"], title)
        await self.change_policy(on_sale, limit=limit, session_ttl_s=session_ttl_s)
        if opened:
            await operator.post(f"/admin/concerts/{on_sale.id}/sale", {"action": "open"})
        return on_sale

    async def change_policy(self, concert: OnSale, **changes: object) -> None:
        """As the operator does."""
        await self.operator.put(f"/admin/concerts/{concert.id}/queue/policy", changes)

    async def fan(self, *, balance_minor: int = 0) -> Client:
        """A new fan, signed up and in."""
        account = {"email": self.new_email(), "password": PASSWORD, "name": "Mina Kim"}
        await _checked(await self._api.post("/api/v1/users", data=account))
        fan = await sign_in(self._api, self.url, account["email"])
        if balance_minor:
            await fan.top_up(balance_minor)
        return fan

    async def sign_in(self, email: str) -> Client:
        """A fan who signed up in a browser, as a program."""
        return await sign_in(self._api, self.url, email)

    def new_email(self) -> str:
        """An address that nobody has."""
        return f"fan-{next(self._numbers)}-{uuid.uuid4().hex[:8]}@example.com"


async def sign_in(api: APIRequestContext, origin: str, email: str) -> Client:
    """Somebody with the demo's password."""
    session = await _checked(await api.post("/api/v1/sessions", data={"email": email, "password": PASSWORD}))
    return Client(api, origin, session, email)


def _plan(name: str) -> tuple[bytes, str]:
    if name == "stadium":
        return stadium_csv(), "text/csv"
    return (PLANS / f"{name}.json").read_bytes(), "application/json"


def _price_minor(tier: int) -> int:
    return 165_000 - 22_000 * tier


async def _checked(reply: APIResponse) -> dict[str, Any]:
    if not reply.ok:
        raise Refused(f"{reply.status} {reply.url} {await reply.text()}")
    return {} if reply.status == 204 else dict(await reply.json())
