"""The product's HTTP interface as typed calls, seen by one person with one account."""

import asyncio
from typing import TypeVar

import msgspec

from boxoffice.crowd import messages as m
from boxoffice.crowd.client import Reply
from boxoffice.crowd.patience import Patience
from boxoffice.crowd.refusal import Refused, refusal_in

_ROOT = "/api/v1"
TICKETS_PAGE = 1000

Answer = TypeVar("Answer")

_encode = msgspec.json.Encoder().encode
_SIGNED_IN = msgspec.json.Decoder(m.SignedIn)
_CONCERTS = msgspec.json.Decoder(m.ConcertPage)
_CONCERT = msgspec.json.Decoder(m.Concert)
_PLAN = msgspec.json.Decoder(m.Plan)
_QUEUE = msgspec.json.Decoder(m.QueueSnapshot)
_PLACE = msgspec.json.Decoder(m.Place)
_AVAILABILITY = msgspec.json.Decoder(m.Availability)
_HOLD = msgspec.json.Decoder(m.Hold)
_PAID = msgspec.json.Decoder(m.Paid)
_REFUND = msgspec.json.Decoder(m.Refund)
_WALLET = msgspec.json.Decoder(m.Wallet)
_TICKETS = msgspec.json.Decoder(m.TicketPage)
_AUDIT = msgspec.json.Decoder(m.ServerAudit)


class Api:
    """Calls on behalf of `email`. Every call raises `Refused` under the server's code, or the fault's name.

    Signs in again by itself when the access token has run out. Public snapshots are remembered by their ETag.
    """

    def __init__(self, patience: Patience, *, email: str, password: str) -> None:
        self._patience = patience
        self._email = email
        self._password = password
        self._bearer = ""
        self._refresh_token = ""
        self._renewing = asyncio.Lock()
        self._queue_etag = ""
        self._queue: m.QueueSnapshot | None = None
        self.user_id = ""

    # The account

    async def sign_up(self, name: str) -> None:
        """Open the account. One that exists already is ours: an answer was lost on the way."""
        body = _encode(m.NewUser(self._email, self._password, name))
        reply = await self._patience.ask("sign up", "POST", f"{_ROOT}/users", "", body)
        if reply.status != 201:
            refused = refusal_in(reply)
            if refused.code != "email_taken":
                raise refused

    async def sign_in(self) -> None:
        """Open a session."""
        body = _encode(m.Credentials(self._email, self._password))
        self._signed_in(await self._patience.ask("sign in", "POST", f"{_ROOT}/sessions", "", body))

    async def refresh(self) -> None:
        """Renew the session; a refresh token that no longer counts is no obstacle to somebody with a password."""
        body = _encode(m.Refresh(self._refresh_token))
        reply = await self._patience.ask("refresh", "POST", f"{_ROOT}/sessions/refresh", "", body)
        if reply.status == 401:
            await self.sign_in()
        else:
            self._signed_in(reply)

    def _signed_in(self, reply: Reply) -> None:
        session = _read(_SIGNED_IN, reply, 201)
        self._bearer = f"authorization: Bearer {session.access_token}\r\n"
        self._refresh_token = session.refresh_token
        self.user_id = session.user.id

    # The queue

    async def join(self, concert_id: str, presented: str = "") -> m.Place:
        """A place in the queue; with `presented`, an earlier queue token, the same one again."""
        headers = f"x-queue-token: {presented}\r\n" if presented else ""
        path = f"{_ROOT}/concerts/{concert_id}/queue/tokens"
        return _read(_PLACE, await self._signed("join", "POST", path, headers), 201, 200)

    async def queue(self, concert_id: str) -> m.QueueSnapshot:
        """The public snapshot of the queue."""
        headers = f"if-none-match: {self._queue_etag}\r\n" if self._queue_etag else ""
        reply = await self._patience.ask("queue", "GET", f"{_ROOT}/concerts/{concert_id}/queue", headers)
        if reply.status == 304 and self._queue is not None:
            return self._queue
        self._queue = _read(_QUEUE, reply, 200)
        self._queue_etag = reply.headers.get(b"etag", b"").decode("latin-1")
        return self._queue

    async def current(self, concert_id: str, token: str) -> m.Place:
        """One's own place; asking also says "I am here"."""
        path = f"{_ROOT}/concerts/{concert_id}/queue/tokens/current"
        return _read(_PLACE, await self._patience.ask("current", "GET", path, f"x-queue-token: {token}\r\n"), 200)

    async def leave(self, concert_id: str, token: str) -> None:
        """Give the place up."""
        path = f"{_ROOT}/concerts/{concert_id}/queue/tokens/current"
        _expect(await self._patience.ask("leave", "DELETE", path, f"x-queue-token: {token}\r\n"), 204)

    # Seats

    async def availability(self, performance_id: str, etag: str) -> tuple[m.Availability | None, str]:
        """What is free, and its ETag; None when nothing changed since `etag`."""
        headers = f"if-none-match: {etag}\r\n" if etag else ""
        path = f"{_ROOT}/performances/{performance_id}/availability"
        reply = await self._patience.ask("availability", "GET", path, headers)
        if reply.status == 304:
            return None, etag
        return _read(_AVAILABILITY, reply, 200), reply.headers.get(b"etag", b"").decode("latin-1")

    async def hold(self, performance_id: str, wish: m.HoldSeats | m.HoldBest, token: str) -> m.Hold:
        """Hold seats."""
        path = f"{_ROOT}/performances/{performance_id}/holds"
        call = "hold best" if isinstance(wish, m.HoldBest) else "hold seats"
        return _read(_HOLD, await self._signed(call, "POST", path, f"x-queue-token: {token}\r\n", _encode(wish)), 201)

    async def release(self, hold_id: str) -> None:
        """Give a hold up. One that is not there any more is given up: an answer was lost on the way, or it lapsed."""
        _expect(await self._signed("release", "DELETE", f"{_ROOT}/holds/{hold_id}"), 204, 404)

    # Money

    async def top_up(self, amount_minor: int, key: str) -> None:
        """Put money into the wallet, once per key."""
        body = _encode(m.Charge(amount_minor))
        _expect(await self._signed("top up", "POST", f"{_ROOT}/wallet/charges", _key(key), body), 201)

    async def pay(self, hold_id: str, receipt: str | None, key: str) -> m.Paid:
        """Pay for a hold, once per key."""
        body = _encode(m.Pay(hold_id, receipt))
        return _read(_PAID, await self._signed("pay", "POST", f"{_ROOT}/payments", _key(key), body), 201)

    async def cancel(self, reservation_id: str, key: str) -> m.Refund:
        """Give a reservation back, once per key."""
        path = f"{_ROOT}/reservations/{reservation_id}/cancellation"
        return _read(_REFUND, await self._signed("cancel", "POST", path, _key(key)), 201)

    async def wallet(self) -> m.Wallet:
        """What is in the wallet."""
        return _read(_WALLET, await self._signed("wallet", "GET", f"{_ROOT}/wallet"), 200)

    # The catalogue, and what an operator may read

    async def concerts(self, cursor: str | None) -> m.ConcertPage:
        """A page of the concerts."""
        query = f"?limit=100&cursor={cursor}" if cursor else "?limit=100"
        return _read(_CONCERTS, await self._patience.ask("concerts", "GET", f"{_ROOT}/concerts{query}"), 200)

    async def concert(self, concert_id: str) -> m.Concert:
        """One concert with its performances."""
        return _read(_CONCERT, await self._patience.ask("concerts", "GET", f"{_ROOT}/concerts/{concert_id}"), 200)

    async def plan(self, performance_id: str) -> m.Plan:
        """The seats of a performance."""
        path = f"{_ROOT}/performances/{performance_id}/seats"
        return _read(_PLAN, await self._patience.ask("plan", "GET", path), 200)

    async def audit(self, concert_id: str) -> m.ServerAudit:
        """The server's own audit."""
        return _read(_AUDIT, await self._signed("audit", "GET", f"{_ROOT}/admin/concerts/{concert_id}/audit"), 200)

    async def tickets(self, concert_id: str, cursor: str | None) -> m.TicketPage:
        """A page of everything that was ever sold of a concert."""
        query = f"?limit={TICKETS_PAGE}&cursor={cursor}" if cursor else f"?limit={TICKETS_PAGE}"
        path = f"{_ROOT}/admin/concerts/{concert_id}/tickets{query}"
        return _read(_TICKETS, await self._signed("tickets", "GET", path), 200)

    async def _signed(self, call: str, method: str, path: str, headers: str = "", body: bytes = b"") -> Reply:
        """Ask in one's own name; once more with a new session where the old one has run out."""
        bearer = self._bearer
        reply = await self._patience.ask(call, method, path, bearer + headers, body)
        if reply.status != 401 or refusal_in(reply).code != "unauthorized":
            return reply
        async with self._renewing:
            if self._bearer == bearer:  # else another tab has renewed it in the meantime
                await self.refresh()
        return await self._patience.ask(call, method, path, self._bearer + headers, body)


def _key(key: str) -> str:
    return f"idempotency-key: {key}\r\n"


def _expect(reply: Reply, *statuses: int) -> None:
    if reply.status not in statuses:
        raise refusal_in(reply)


def _read(decoder: msgspec.json.Decoder[Answer], reply: Reply, *statuses: int) -> Answer:
    if reply.status not in statuses:
        raise refusal_in(reply)
    try:
        return decoder.decode(reply.body)
    except msgspec.DecodeError:
        raise Refused("unreadable_answer", status=reply.status, lost=True) from None
