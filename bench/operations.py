"""The operations of a purchase, each as requests that wrk sends."""

import asyncio
from collections.abc import Sequence
from urllib.request import urlopen

from bench.house import EVERYBODY, House, Sale
from bench.rounds import Step
from bench.wrk import drive, request

_WAITING = 1000
_TICKS = 100


def _authorized(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Operations:
    """Prepares what each operation needs, for every server that it will be asked of.

    `most`: requests of a round that each need something of their own.
    """

    def __init__(self, house: House, *urls: str, sections: int, most: int) -> None:
        self._house = house
        self._urls = urls
        self._sections = sections
        self._most = most
        self._buyers: list[str] = []
        self._buyer_tokens: list[str] = []
        self._joiners: tuple[list[str], list[str]] = ([], [])
        self._asked: list[bytes] = []
        self._holding: Sale | None = None

    def groups(self) -> dict[str, list[Step]]:
        """Steps that belong together, by the name under which they are asked for."""
        return {
            "snapshot": [Step("snapshot", "public snapshot of the queue", self._snapshot, 0.85, cycle=True)],
            "availability": [Step("availability", "availability", self._availability, 0.85, cycle=True)],
            "current": [Step("current", "poll of a called fan (current)", self._current, 0.75, cycle=True)],
            "join": [
                Step("join", "join, new fan, token never seen", self._join, 0.40),
                Step("join_known", "join, new fan, token seen before", self._join_known, 0.40),
                Step("join_again", "join, repeated", self._join_again),
            ],
            "hold": [
                Step("hold", "hold of two seats", self._hold, 0.40),
                Step("release", "release of a hold", self._release),
            ],
            "payment": [Step("payment", "payment of a held seat", self._payment, 0.35)],
        }

    async def _snapshot(self, _round: int) -> Sequence[bytes]:
        sale = await self._opened()
        return [request("GET", f"/api/v1/concerts/{sale.concert_id}/queue")]

    async def _availability(self, _round: int) -> Sequence[bytes]:
        sale = await self._opened()
        return [request("GET", f"/api/v1/performances/{sale.performance_id}/availability")]

    async def _current(self, _round: int) -> Sequence[bytes]:
        # While many are let in, as many are called; then the limit falls, so that those who come wait, called.
        sale = await self._opened(limit=_WAITING)
        for _ in range(_TICKS):
            if (await self._house.application.queue.live(sale.concert_id)).calling >= _WAITING:
                break
            await asyncio.sleep(0.05)
        await self._house.let_in(sale.concert_id, 1)
        fans = self._house.fans.ids(_WAITING)
        tokens = (await self._house.join(sale.concert_id, fans))[1:]
        path = f"/api/v1/concerts/{sale.concert_id}/queue/tokens/current"
        asks = [request("GET", path, headers={"X-Queue-Token": token}) for token in tokens]
        self._ask_all(asks)  # whoever polls has polled before
        return asks

    async def _join(self, _round: int) -> Sequence[bytes]:
        fans = self._house.fans.ids(self._most)
        self._joiners = fans, self._house.fans.tokens(fans)
        return await self._joins()

    async def _join_known(self, _round: int) -> Sequence[bytes]:
        self._asked = await self._joins()
        return self._asked

    async def _join_again(self, _round: int) -> Sequence[bytes]:
        return self._asked

    async def _joins(self) -> list[bytes]:
        sale = await self._opened(limit=1)
        path = f"/api/v1/concerts/{sale.concert_id}/queue/tokens"
        return [request("POST", path, headers=_authorized(token)) for token in self._joiners[1]]

    async def _hold(self, _round: int) -> Sequence[bytes]:
        sale = self._holding = await self._opened()
        buyers, tokens = self._crowd(min(self._most, sale.seats // 2))
        await self._house.join(sale.concert_id, buyers)
        self._know(tokens)
        path = f"/api/v1/performances/{sale.performance_id}/holds"
        bodies = (b'{"seats":[%d,%d]}' % (2 * index, 2 * index + 1) for index in range(len(buyers)))
        return [
            request("POST", path, headers=_authorized(token), body=body)
            for token, body in zip(tokens, bodies, strict=True)
        ]

    async def _release(self, _round: int) -> Sequence[bytes]:
        assert self._holding is not None
        tokens = dict(zip(self._buyers, self._buyer_tokens, strict=True))
        made = await self._house.holds_of(self._holding)
        return [request("DELETE", f"/api/v1/holds/{hold}", headers=_authorized(tokens[fan])) for hold, fan in made]

    async def _payment(self, number: int) -> Sequence[bytes]:
        sale = await self._opened()
        buyers, tokens = self._crowd(min(self._most, sale.seats))
        await self._house.join(sale.concert_id, buyers)
        held = await self._house.hold(sale, buyers)
        self._know(tokens)
        return [
            request(
                "POST",
                "/api/v1/payments",
                headers={**_authorized(token), "Idempotency-Key": f"{number}-{hold}"},
                body=b'{"hold_id":"%s"}' % hold.encode(),
            )
            for token, hold in zip(tokens, held, strict=True)
        ]

    def _crowd(self, count: int) -> tuple[list[str], list[str]]:
        """Fans with accounts and money, and their tokens; the same ones each time."""
        if len(self._buyers) < count:
            more = self._house.fans.ids(count - len(self._buyers))
            self._house.fans.enrol(self._house.stores.database, more)
            self._buyers += more
            self._buyer_tokens += self._house.fans.tokens(more)
        return self._buyers[:count], self._buyer_tokens[:count]

    def _know(self, tokens: Sequence[str]) -> None:
        """Let the server see each token once, as it has when the fan signed in and joined there."""
        asks = [request("GET", "/api/v1/holds/none", headers=_authorized(token)) for token in tokens]
        self._ask_all(asks)

    def _ask_all(self, asks: Sequence[bytes]) -> None:
        for url in self._urls:
            drive(url, asks, connections=32, seconds=60)

    async def _opened(self, *, limit: int = EVERYBODY) -> Sale:
        """A new sale that the server has seen: what it keeps of a concert is loaded."""
        sale = await self._house.sale(sections=self._sections, limit=limit)
        for url in self._urls:
            for path in (f"concerts/{sale.concert_id}/queue", f"performances/{sale.performance_id}/availability"):
                with urlopen(f"{url}/api/v1/{path}", timeout=30) as reply:  # noqa: ASYNC210  nothing else runs
                    reply.read()
        return sale
