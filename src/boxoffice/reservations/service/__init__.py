"""Use cases of selling: pay for a hold, look at what one has, give it back, and put right what a crash left."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import structlog

from boxoffice.adapters.database import WriteSession
from boxoffice.catalog.service import CatalogService
from boxoffice.kernel.errors import AlreadyPaid, BoxofficeError, HoldExpired, NotFound, Unavailable
from boxoffice.reservations.models import CancellationCommand, PaymentCommand, Reservation, Ticket
from boxoffice.reservations.repository import ReservationRepository
from boxoffice.reservations.schemas import ReservationReply, reservation_reply
from boxoffice.reservations.service.batches import Cancellations, Payments
from boxoffice.seats.models import ClaimedHold
from boxoffice.seats.service import SeatService
from boxoffice.wallet.models import Answer
from boxoffice.wallet.policy import Ledger, request_hash
from boxoffice.wallet.service import Bank, Batch, Settlement

_COMPARISONS_MAX = 5
_log = structlog.get_logger()


class ReservationService:
    """Selling and giving back. Commit first, then Redis; what a crash leaves between the two, `reconcile` mends."""

    def __init__(
        self,
        *,
        bank: Bank,
        repository: ReservationRepository,
        catalog: CatalogService,
        seats: SeatService,
    ) -> None:
        self._database = bank.database
        self._repository = repository
        self._catalog = catalog
        self._seats = seats
        self._ids = bank.ids
        self._metrics = bank.metrics
        self._payments: Settlement[PaymentCommand] = Settlement(bank, name="payment", open_batch=self._open_payments)
        self._cancellations: Settlement[CancellationCommand] = Settlement(
            bank, name="cancellation", open_batch=self._open_cancellations
        )

    async def pay(self, user_id: str, hold_id: str, receipt: str | None, key: str) -> Answer:
        """Sell the held seats to their holder, once.

        Raises `NotFound`, `HoldExpired`, `SeatTaken`, `AlreadyPaid`, `LimitExceeded`, `InsufficientBalance`,
        `IdempotencyKeyReused`, `Overloaded`, `Unavailable` (then the same key may simply be sent again).
        """
        claimed, refusal = await self._claim(user_id, hold_id, receipt)
        command = PaymentCommand(
            user_id=user_id,
            key=key,
            # The receipt is proof, not intent: a retry may bring it along under the same key.
            request_hash=request_hash("payment", hold_id),
            hold_id=hold_id,
            claimed=claimed,
            refusal=refusal,
        )
        try:
            answer = await self._payments.submit(command)
        except Unavailable:
            # It may have been committed: the hold stays "paying", and reconciliation asks the database.
            raise
        except AlreadyPaid:
            if claimed is not None:
                await self._seats.sold(claimed, fresh=False)
            raise
        except BoxofficeError:
            if claimed is not None:
                await self._seats.unclaim(claimed)
            raise
        if claimed is not None:
            await self._seats.sold(claimed, fresh=not answer.replayed)
        return answer

    async def cancel(self, user_id: str, reservation_id: str, key: str) -> Answer:
        """Give a reservation back: the money returns to the wallet and the seats to the sale.

        Raises `NotFound`, `AlreadyCancelled`, `Conflict`, `IdempotencyKeyReused`, `Overloaded`, `Unavailable`.
        """
        command = CancellationCommand(
            user_id=user_id,
            key=key,
            request_hash=request_hash("cancellation", reservation_id),
            reservation_id=reservation_id,
        )
        reservation, tickets = await self._own(user_id, reservation_id)
        noted = await self._seats.note(reservation.performance_id)
        answer = await self._cancellations.submit(command)
        # A replay must not free the seats again: by now they may be somebody else's.
        if not answer.replayed:
            seats = [ticket.seat_no for ticket in tickets]
            await self._seats.freed(reservation.performance_id, user_id, seats, noted)
        _log.info(
            "refunded",
            hold=reservation.hold_id,
            reservation=reservation_id,
            fan=user_id,
            amount_minor=reservation.total_minor,
            replayed=answer.replayed,
        )
        return answer

    async def reconcile(self, performance_id: str) -> Counter[str]:
        """Put right what a crash left between database and seat store; what was, as `reconciled` names it."""
        mended: Counter[str] = Counter()
        overdue = await self._seats.overdue_payments(performance_id)
        if overdue:
            async with self._database.read(primary=True) as session:
                paid = await self._repository.paid_holds(session, [record.hold_id for record in overdue])
            for record in overdue:
                if record.hold_id in paid:
                    await self._seats.sold(await self._seats.claimed(record), fresh=False)
                else:
                    await self._seats.lapse(record)
                what = "paid_hold" if record.hold_id in paid else "unpaid_hold"
                self._metrics.count("reconciled", what=what)
                _log.info("reconciled", what=what, hold=record.hold_id, fan=record.fan_id)
                mended[what] += 1
        async with self._database.read(primary=True) as session:
            sold = await self._repository.sold_count(session, performance_id)
        # Counting is cheap and comparing is not: a running sale is compared seat by seat only where counts differ.
        if sold != (await self._seats.states(performance_id)).sold:
            mended += (await self._seats.mend(performance_id)).by_name()
        return mended

    async def reconcile_fully(self, performance_id: str) -> Counter[str]:
        """As `reconcile`, and compare every seat even where the counts agree.

        A comparison that a sale came between is made again, at most `_COMPARISONS_MAX` times; the next call goes on.
        """
        mended = await self.reconcile(performance_id)
        for _ in range(_COMPARISONS_MAX):
            compared = await self._seats.mend(performance_id)
            mended += compared.by_name()
            if not compared.changed:
                break
        return mended

    async def page(self, user_id: str, cursor: str | None, limit: int) -> list[ReservationReply]:
        """The fan's reservations, newest first; those before `cursor`."""
        async with self._database.read(fresh=True) as session:
            found = await self._repository.page(session, user_id, cursor, limit)
            tickets: defaultdict[str, list[Ticket]] = defaultdict(list)
            for ticket in await self._repository.tickets_of(session, [each.id for each in found]):
                tickets[ticket.reservation_id].append(ticket)
        return [await self._reply(each, tickets[each.id]) for each in found]

    async def reservation(self, user_id: str, reservation_id: str) -> ReservationReply:
        """One of the fan's own. Raises `NotFound`."""
        return await self._reply(*await self._own(user_id, reservation_id))

    async def close(self) -> None:
        """Settle what waits."""
        await self._payments.close()
        await self._cancellations.close()

    async def _own(self, user_id: str, reservation_id: str) -> tuple[Reservation, Sequence[Ticket]]:
        async with self._database.read(primary=True) as session:
            found = await self._repository.reservation(session, user_id, reservation_id)
            if found is None:
                raise NotFound
            return found, await self._repository.tickets_of(session, [found.id])

    async def _claim(
        self, user_id: str, hold_id: str, receipt: str | None
    ) -> tuple[ClaimedHold | None, BoxofficeError | None]:
        # A refusal is not the last word: the key may have an answer, or the hold a reservation.
        try:
            return await self._seats.claim(user_id, hold_id, receipt), None
        except (HoldExpired, NotFound, Unavailable) as refusal:
            return None, refusal

    async def _open_payments(
        self, session: WriteSession, commands: Sequence[PaymentCommand], ledger: Ledger
    ) -> Batch[PaymentCommand]:
        return Payments(self._repository, self._ids, await self._repository.on_sale(session, commands), ledger)

    async def _open_cancellations(
        self, session: WriteSession, commands: Sequence[CancellationCommand], ledger: Ledger
    ) -> Batch[CancellationCommand]:
        return Cancellations(self._repository, self._ids, await self._repository.held(session, commands), ledger)

    async def _reply(self, reservation: Reservation, tickets: Sequence[Ticket]) -> ReservationReply:
        return reservation_reply(reservation, tickets, await self._catalog.performance(reservation.performance_id))
