"""What the benchmark sells: concerts made, opened, filled and audited through the service's own use cases."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from bench.fans import Fans
from bench.plan import prices, stadium_csv
from bench.results import Audit
from bench.stores import Stores
from boxoffice.accounts.models import Fan
from boxoffice.app import Application, build
from boxoffice.kernel.clock import SystemClock
from boxoffice.queue.models import PolicyChanges
from boxoffice.seats.models import SeatKeys

_OPERATOR = Fan(user_id="bench", role="operator", session_id="", expires_ms=0)
_DAY_MS = 86_400_000
_LASTING = PolicyChanges(session_ttl_s=86_400, presence_ttl_s=3600)
_AT_ONCE = 500
EVERYBODY = 1_000_000

Item = TypeVar("Item")
Result = TypeVar("Result")


class Sale(NamedTuple):
    """A concert whose sale is on, with one performance."""

    concert_id: str
    performance_id: str
    seats: int


class House:
    """An application of the benchmark's own over the stores of the run; its jobs do not run."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.fans = Fans()
        self._settings = stores.settings()
        self.application: Application = build(self._settings)
        self._plans: dict[int, tuple[str, dict[str, int], int]] = {}
        self._sales: list[Sale] = []
        self._forgotten: list[str] = []

    async def close(self) -> None:
        """Hang up."""
        await self.application.close()

    async def sale(self, *, sections: int, limit: int = EVERYBODY, lasting: bool = True) -> Sale:
        """A new concert in a hall of `sections`, on sale, where `limit` fans may be inside at once.

        Where it is `lasting`, neither places inside nor presences lapse within the run; else they do as usual.
        """
        catalog, queue = self.application.catalog, self.application.queue
        plan_id, tiers, seats = await self._plan(sections)
        concert = await catalog.create_concert(_OPERATOR.user_id, title="Benchmark", artist="wrk")
        performance = await catalog.create_performance(
            _OPERATOR.user_id,
            concert.id,
            plan_id=plan_id,
            starts_ms=SystemClock().now_ms() + 30 * _DAY_MS,
            prices=tiers,
        )
        changes = _LASTING if lasting else PolicyChanges()
        await queue.change_policy(_OPERATOR, concert.id, changes._replace(limit=limit))
        await queue.change_phase(_OPERATOR, concert.id, "open")
        made = Sale(concert.id, performance.id, seats)
        self._sales.append(made)
        return made

    async def let_in(self, concert_id: str, limit: int) -> None:
        """Change how many may be inside at once."""
        await self.application.queue.change_policy(_OPERATOR, concert_id, PolicyChanges(limit=limit))

    async def join(self, concert_id: str, fan_ids: Sequence[str]) -> list[str]:
        """Queue tokens of fans who join in this order."""

        async def one(fan_id: str) -> str:
            return (await self.application.queue.join(_fan(fan_id), concert_id)).token

        return await in_slices(fan_ids, one)

    async def hold(self, sale: Sale, fan_ids: Sequence[str], *, every: int = 1) -> list[str]:
        """Holds of one seat, of every second, third ... one, for each of these fans, who are inside."""

        async def one(pair: tuple[int, str]) -> str:
            no, fan_id = pair
            return (await self.application.seats.hold(fan_id, sale.performance_id, seats=[every * no])).id

        return await in_slices(list(enumerate(fan_ids)), one)

    async def holds_of(self, sale: Sale) -> list[tuple[str, str]]:
        """(hold, fan) of every live hold, read from the seat store."""
        keys = SeatKeys(sale.concert_id, sale.performance_id)
        records = await self.application.redis.command("HGETALL", keys.hold_data)
        return [(hold.decode(), record.partition(b"|")[0].decode()) for hold, record in records.items()]

    async def forget(self, sale: Sale, why: str) -> None:
        """Close a sale that no audit can look at, and say why."""
        await self._close(sale)
        self._sales.remove(sale)
        self._forgotten.append(why)

    async def audit(self, part: str, *, most: int | None = None) -> Audit:
        """Close every sale made since the last audit, and audit them: all, or the newest `most`."""
        for sale in self._sales:
            await self._close(sale)
        broken: list[str] = []
        made, audited = len(self._sales) + len(self._forgotten), self._sales[-(most or len(self._sales)) :]
        unaudited = "; ".join(sorted(set(self._forgotten)))
        self._sales, self._forgotten = [], []
        for sale in audited:
            reply = await self.application.backoffice.audit(sale.concert_id)
            broken += [f"{check.name}: {check.detail}" for check in reply.checks if not check.ok]
        return Audit(part=part, made=made, sales=len(audited), broken=broken, unaudited=unaudited)

    async def _close(self, sale: Sale) -> None:
        # An instance looks after every sale that is on, and shall do so for those alone that are measured.
        await self.application.queue.change_phase(_OPERATOR, sale.concert_id, "close")

    async def _plan(self, sections: int) -> tuple[str, dict[str, int], int]:
        if sections not in self._plans:
            catalog, content = self.application.catalog, stadium_csv(sections)
            venue_id = await catalog.ensure_venue(_OPERATOR.user_id, "Benchmark")
            plan = await catalog.import_plan(_OPERATOR.user_id, venue_id, f"{sections} sections", content, "csv")
            self._plans[sections] = (plan.id, prices(content), plan.seat_count)
        return self._plans[sections]


async def in_slices(items: Sequence[Item], work: Callable[[Item], Awaitable[Result]]) -> list[Result]:
    """`work` on each item, some hundred at once, in order."""
    results: list[Result] = []
    for at in range(0, len(items), _AT_ONCE):
        results += await asyncio.gather(*(work(item) for item in items[at : at + _AT_ONCE]))
    return results


def _fan(fan_id: str) -> Fan:
    return Fan(fan_id, "fan", "", 0)
