"""Use cases of the operator: watch a sale live, list and export what was sold, and audit it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from boxoffice.adapters.database import Database, ReadSession
from boxoffice.adapters.snapshot import Snapshot, Snapshots
from boxoffice.backoffice import policy
from boxoffice.backoffice.models import Check, LedgerLine, PerformanceSeats, Sale, SaleNumbers, SoldLine, SoldTicket
from boxoffice.backoffice.repository import BackofficeRepository
from boxoffice.backoffice.schemas import AuditReply, CheckReply, LiveReply, SeatsReply, encode_seat_states
from boxoffice.catalog.models import Concert
from boxoffice.catalog.service import CatalogService
from boxoffice.kernel.clock import Clock, utc
from boxoffice.queue.policy.audit import Replay
from boxoffice.queue.service import QueueService
from boxoffice.reservations.service.sold_seats import SoldSeats
from boxoffice.seats.service import SeatService

_LIVE_MAX_AGE_MS = 500
_LOOKS = 5
_PERFORMANCES_SHOWN_MAX = 10
_BETWEEN_LOOKS_S = 0.3
_EXPORT_PAGE = 250
"""Reservations or transfers that a file is continued by: all that an export has in memory."""

Line = TypeVar("Line", SoldLine, LedgerLine)

_encoder = msgspec.json.Encoder()


class BackofficeService:
    """Everything here reads; nothing decides."""

    def __init__(
        self,
        *,
        database: Database,
        repository: BackofficeRepository,
        catalog: CatalogService,
        queue: QueueService,
        seats: SeatService,
        sold: SoldSeats,
        clock: Clock,
        currency: str,
    ) -> None:
        self._database = database
        self._repository = repository
        self._catalog = catalog
        self._queue = queue
        self._seats = seats
        self._sold = sold
        self._clock = clock
        self._currency = currency
        self._live = Snapshots(self._look, clock=clock, max_age_ms=_LIVE_MAX_AGE_MS)
        self._pictures = Snapshots(self._picture, clock=clock, max_age_ms=_LIVE_MAX_AGE_MS, max_keys=64)

    async def live(self, concert_id: str) -> Snapshot:
        """The sale's numbers, encoded, at most half a second old. Raises `NotFound`, `Unavailable`."""
        return await self._live.get(concert_id)

    async def seat_states(self, performance_id: str) -> Snapshot:
        """Which seats are in which state, encoded, at most half a second old. Raises `NotFound`, `Unavailable`."""
        return await self._pictures.get(performance_id)

    async def sales(self, cursor: str | None, limit: int) -> list[Sale]:
        """The newest concerts first and how their sales stand, those before `cursor`."""
        return await self._standing(await self._catalog.concerts(cursor, limit, fresh=True))

    async def sale(self, concert_id: str) -> Sale:
        """A concert and how its sale stands. Raises `NotFound`."""
        return (await self._standing([await self._catalog.concert(concert_id)]))[0]

    async def sold_file(self, concert_id: str) -> AsyncIterator[bytes]:
        """Every ticket of a concert as a CSV file, in pieces. Raises `NotFound`, `Unavailable` before the first."""
        return await self._file(concert_id, SoldLine, self._repository.sold_lines, lambda line: line.reservation_id)

    async def ledger_file(self, concert_id: str) -> AsyncIterator[bytes]:
        """Every entry of a concert's transfers as a CSV file, in pieces. Raises as `sold_file` does."""
        return await self._file(concert_id, LedgerLine, self._repository.ledger_lines, lambda line: line.transfer_id)

    async def tickets(self, concert_id: str, cursor: str | None, limit: int) -> list[SoldTicket]:
        """Every ticket of a concert in order of sale, those after `cursor`. Raises `NotFound`."""
        await self._catalog.concert(concert_id)
        async with self._database.read(fresh=True) as session:
            return await self._repository.tickets(session, concert_id, cursor, limit)

    def on_sale(self) -> list[str]:
        """The concerts whose sale is on, the newest first."""
        return self._queue.on_sale()

    async def numbers(self, concert_id: str) -> SaleNumbers:
        """A sale in numbers, of its first performances. Raises `NotFound`, `Unavailable`."""
        performances = (await self._catalog.performances_of(concert_id))[:_PERFORMANCES_SHOWN_MAX]
        seats = await asyncio.gather(*(self._seats.numbers(each) for each in performances))
        queue = await self._queue.live(concert_id)
        return SaleNumbers(concert_id, queue, tuple(zip(performances, seats, strict=True)))

    async def audit(self, concert_id: str, *, ledger: bool = True) -> AuditReply:
        """Read the whole sale back and prove its promises. Raises `NotFound`, `Unavailable`.

        Money is proved in the whole database; who audits several sales in a row asks for the `ledger` once.

        While a sale runs, money and seat store differ for the moment between a commit and the Redis step that
        follows it; a check that fails is therefore looked at again, up to five times, before it counts as broken. A
        seat is at fault when the two differ about it at every look.
        """
        await self._catalog.concert(concert_id)
        looks: defaultdict[str, list[PerformanceSeats]] = defaultdict(list)
        checks = await self._checks(concert_id, looks, ledger)
        for _ in range(_LOOKS - 1):
            if all(check.ok for check in checks):
                break
            await asyncio.sleep(_BETWEEN_LOOKS_S)
            checks = await self._checks(concert_id, looks, ledger)
        return AuditReply(
            concert_id=concert_id,
            ok=all(check.ok for check in checks),
            checks=[CheckReply(*check) for check in checks],
            at=utc(self._clock.now_ms()),
        )

    async def _checks(
        self, concert_id: str, looks: defaultdict[str, list[PerformanceSeats]], ledger: bool
    ) -> list[Check]:
        async with self._database.read(primary=True) as session:
            money = policy.judge_ledger(await self._repository.ledger_findings(session)) if ledger else []
            sale = await self._repository.sale_findings(session, concert_id)
        checks = [*money, *policy.judge_sale(sale)]
        for performance_id in await self._catalog.performances_of(concert_id):
            looks[performance_id].append(await self._performance_seats(performance_id))
            checks += policy.judge_seats(looks[performance_id])
        # Counted before the log is read: whoever is let in meanwhile is in the log, but need not be in the count.
        admitted_total = (await self._queue.live(concert_id)).admitted_total
        replay = Replay()
        async for event in self._queue.log(concert_id):
            replay.take(event)
        return [*checks, *policy.judge_admissions(replay.result(), admitted_total)]

    async def _performance_seats(self, performance_id: str) -> PerformanceSeats:
        performance = await self._catalog.performance(performance_id)
        stored = await self._seats.stored_seats(performance_id)
        truth = await self._sold.sold_seats(performance_id)
        return PerformanceSeats(
            performance_id=performance_id,
            sold_in_database=frozenset(no for no, _ in truth),
            sold_in_store=stored.sold,
            taken_in_store=stored.taken,
            free=stored.states.free,
            held=stored.states.held,
            paying=stored.states.paying,
            sold=stored.states.sold,
            total=performance.seat_count,
        )

    async def _standing(self, concerts: Sequence[Concert]) -> list[Sale]:
        async with self._database.read(fresh=True) as session:
            standings = await self._repository.standings(session, [concert.id for concert in concerts])
        return [Sale(concert, standings[concert.id]) for concert in concerts]

    async def _file(
        self,
        concert_id: str,
        kind: type[Line],
        read: Callable[[ReadSession, str, str | None, int, int], Awaitable[list[Line]]],
        place: Callable[[Line], str],
    ) -> AsyncIterator[bytes]:
        await self._catalog.concert(concert_id)
        before_ms = self._clock.now_ms()  # or a running sale would never come to its end

        async def page(after: str | None) -> list[Line]:
            # A connection for each page: a slow client must not keep one, nor the state that it sees.
            async with self._database.read(fresh=True) as session:
                return await read(session, concert_id, after, before_ms, _EXPORT_PAGE)

        first = await page(None)

        async def pieces() -> AsyncIterator[bytes]:
            yield policy.table_head(kind._fields)
            lines = first
            while lines:
                yield policy.table_lines(lines)
                lines = await page(place(lines[-1]))

        return pieces()

    async def _picture(self, performance_id: str) -> bytes:
        performance = await self._catalog.performance(performance_id)
        as_of_ms = self._clock.now_ms()
        picture = await self._seats.picture(performance_id)
        return encode_seat_states(performance_id, performance.seat_count, picture, as_of_ms)

    async def _look(self, concert_id: str) -> bytes:
        queue = await self._queue.live(concert_id)
        seats = [await self._seats_reply(each) for each in await self._catalog.performances_of(concert_id)]
        async with self._database.read(fresh=True) as session:
            takings = await self._repository.takings(session, concert_id)
        return _encoder.encode(
            LiveReply(
                concert_id=concert_id,
                phase=queue.phase,
                waiting=queue.waiting,
                present=queue.present,
                inside=queue.inside,
                limit=queue.limit,
                admitted_total=queue.admitted_total,
                rate_per_s=queue.rate_per_s,
                serving=queue.serving,
                calling=queue.calling,
                last=queue.last,
                seats=seats,
                revenue_minor=takings.revenue_minor,
                currency=self._currency,
                reservations=takings.reservations,
                as_of_ms=queue.as_of_ms,
            )
        )

    async def _seats_reply(self, performance_id: str) -> SeatsReply:
        performance = await self._catalog.performance(performance_id)
        states = await self._seats.states(performance_id)
        return SeatsReply(
            performance_id=performance_id,
            free=states.free,
            held=states.held,
            paying=states.paying,
            sold=states.sold,
            total=performance.seat_count,
        )
