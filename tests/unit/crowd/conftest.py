"""A small real HTTP server that answers as a test scripts it, and a whole box office in memory behind one."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
import pytest


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Script = Callable[[Request], Awaitable[bytes | None] | bytes | None]
"""The bytes to answer with; None: never answer. An answer that ends in CLOSE ends the connection."""

CLOSE = b"<close>"


def answer(status: int, body: Any = None, *, headers: str = "") -> bytes:
    content = b"" if body is None else msgspec.json.encode(body)
    return f"HTTP/1.1 {status} X\r\ncontent-length: {len(content)}\r\n{headers}\r\n".encode() + content


class ScriptedServer:
    """Listens on a free port of 127.0.0.1 and answers each request by `script`."""

    def __init__(self) -> None:
        self.script: Script = lambda request: answer(200, {})
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Like a killed process: nothing listens, and every connection is gone."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    request = await self._read(reader)
                    self.requests.append(request)
                    reply = self.script(request)
                    if isinstance(reply, Awaitable):
                        reply = await reply
                    if reply is None:
                        await reader.read()
                        return
                    writer.write(reply.removesuffix(CLOSE))
                    if reply.endswith(CLOSE):
                        await writer.drain()
                        return
        finally:
            self._writers.discard(writer)
            writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        return Request(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer()
    await server.start()
    yield server
    await server.stop()


class House:
    """A box office in a dictionary: just enough of the product for a crowd to live in, and to be cheated by."""

    concert_id = "01900000-0000-7000-8000-000000000001"
    performance_id = "01900000-0000-7000-8000-000000000002"
    price_minor = 1000

    def __init__(self, *, seats: int = 400, phase: str = "open", queued: bool = False) -> None:
        self.seats = seats
        self.phase = phase
        self.queued = queued
        self.balances: dict[str, int] = {}
        self.holds: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.made = 0
        self.taken: set[int] = set()
        self.tickets: dict[str, dict[str, Any]] = {}
        self.reservations: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.numbers: dict[str, int] = {}
        self.known: dict[tuple[str, str], bytes] = {}
        self.polls: dict[str, int] = {}

    def __call__(self, request: Request) -> bytes:
        path, _, _ = request.path.removeprefix("/api/v1").partition("?")
        body = msgspec.json.decode(request.body) if request.body else {}
        user = request.headers.get("authorization", "").removeprefix("bearer ")
        key = request.headers.get("idempotency-key")
        if key is not None and (user, key) in self.known:
            return self.known[user, key]
        parts = path.strip("/").split("/")
        name = f"{request.method.lower()}_{'_'.join(part for part in parts if len(part) < 20)}"
        reply: bytes = getattr(self, name)(user=user, body=body, subject=next((p for p in parts if len(p) >= 20), ""))
        if key is not None and reply.startswith(b"HTTP/1.1 201"):
            self.known[user, key] = reply
        return reply

    def post_users(self, body: Any, **_: Any) -> bytes:
        self.balances.setdefault(body["email"], 0)
        return answer(201, {"id": body["email"]})

    def post_sessions(self, body: Any, **_: Any) -> bytes:
        session = {"access_token": body["email"], "refresh_token": body["email"], "user": {"id": body["email"]}}
        return answer(201, session)

    def post_sessions_refresh(self, body: Any, **_: Any) -> bytes:
        return self.post_sessions({"email": body["refresh_token"]})

    def get_concerts(self, subject: str, **_: Any) -> bytes:
        tiers = [{"name": "A", "price_minor": self.price_minor, "color": "#fff"}]
        performance = {"id": self.performance_id, "seat_count": self.seats, "seats_per_fan": 4, "tiers": tiers}
        concert = {"id": self.concert_id, "title": "T", "performances": [performance]}
        return answer(200, concert if subject else {"items": [concert], "next": None})

    def get_concerts_queue(self, **_: Any) -> bytes:
        poll = {"near_ms": 5, "far_ms": 20, "per_position_ms": 1}
        return answer(200, {"phase": self.phase, "calling": 1_000_000, "poll": poll})

    def post_concerts_queue_tokens(self, user: str, **_: Any) -> bytes:
        if self.phase == "closed":
            return answer(409, {"code": "sale_closed"})
        number = self.numbers.setdefault(user, len(self.numbers) + 1)
        status = "waiting" if self.queued else "admitted"
        return answer(201, {"token": f"{user}/{number}", "number": number, "status": status, "poll_after_ms": 5})

    def get_concerts_queue_tokens_current(self, **_: Any) -> bytes:
        return answer(200, {"number": 1, "status": "admitted", "poll_after_ms": 5})

    def delete_concerts_queue_tokens_current(self, **_: Any) -> bytes:
        return answer(204)

    def get_performances_seats(self, **_: Any) -> bytes:
        return answer(200, {"seats": [{"no": no, "section": "S", "row": str(no // 20)} for no in range(self.seats)]})

    def get_performances_availability(self, **_: Any) -> bytes:
        bitmap = bytearray(-(-self.seats // 8))
        for no in self.taken:
            bitmap[no >> 3] |= 128 >> (no & 7)
        taken, free = b64encode(bitmap).decode(), self.seats - len(self.taken)
        return answer(200, {"version": 1, "taken": taken, "total": self.seats, "free": free, "tiers": []})

    def post_performances_holds(self, user: str, body: Any, **_: Any) -> bytes:
        if "seats" in body:
            seats = tuple(body["seats"])
        else:
            seats = tuple(no for no in range(self.seats) if no not in self.taken)[: body["best_available"]["count"]]
        if not seats or self.taken & set(seats):
            return answer(409, {"code": "seat_taken", "seats": []})
        self.taken |= set(seats)
        self.made += 1
        hold_id = f"hold-{self.made:040}"
        self.holds[hold_id] = (user, seats)
        total_minor = len(seats) * self.price_minor
        return answer(201, {"id": hold_id, "seats": seats, "total_minor": total_minor, "receipt": "r"})

    def delete_holds(self, subject: str, **_: Any) -> bytes:
        if subject not in self.holds:
            return answer(404, {"code": "not_found"})
        self.taken -= set(self.holds.pop(subject)[1])
        return answer(204)

    def get_wallet(self, user: str, **_: Any) -> bytes:
        return answer(200, {"balance_minor": self.balances[user], "currency": "KRW"})

    def post_wallet_charges(self, user: str, body: Any, **_: Any) -> bytes:
        self.balances[user] += body["amount_minor"]
        return answer(201, {})

    def post_payments(self, user: str, body: Any, **_: Any) -> bytes:
        hold_id = body["hold_id"]
        reservation_id = hold_id.replace("hold", "resv")
        if reservation_id in self.reservations:
            return answer(409, {"code": "already_paid"})
        _, seats = self.holds[hold_id]
        if self.balances[user] < len(seats) * self.price_minor:
            return answer(402, {"code": "insufficient_balance"})
        self.balances[user] -= len(seats) * self.price_minor
        self.reservations[reservation_id] = (user, seats)
        for no in seats:
            self.sell(user, reservation_id, no)
        tickets = [{"seat_no": no, "price_minor": self.price_minor} for no in seats]
        return answer(201, {"payment": {}, "reservation": {"id": reservation_id, "tickets": tickets}})

    def sell(self, user: str, reservation_id: str, no: int) -> None:
        ticket_id = str(len(self.tickets))
        self.tickets[ticket_id] = {
            "id": ticket_id,
            "reservation_id": reservation_id,
            "user_id": user,
            "performance_id": self.performance_id,
            "seat_no": no,
            "price_minor": self.price_minor,
            "active": True,
        }

    def post_reservations_cancellation(self, user: str, subject: str, **_: Any) -> bytes:
        for ticket in self.tickets.values():
            if ticket["reservation_id"] == subject:
                ticket["active"] = False
        amount_minor = len(self.reservations[subject][1]) * self.price_minor
        self.balances[user] += amount_minor
        self.taken -= set(self.reservations[subject][1])
        return answer(201, {"amount_minor": amount_minor})

    def get_admin_concerts_audit(self, **_: Any) -> bytes:
        return answer(200, {"ok": True, "checks": [{"name": "ledger", "ok": True, "detail": ""}]})

    def get_admin_concerts_tickets(self, **_: Any) -> bytes:
        return answer(200, {"items": list(self.tickets.values()), "next": None})


@pytest.fixture
def house(server: ScriptedServer) -> House:
    house = House()
    server.script = house
    return house


@pytest.fixture
def make_house(server: ScriptedServer) -> Callable[..., House]:
    def make(**wishes: Any) -> House:
        house = House(**wishes)
        server.script = house
        return house

    return make


@pytest.fixture
def scripted() -> Any:
    """What scripts are written with."""

    class Words:
        answer = staticmethod(answer)
        close = CLOSE

    return Words
