"""What selling and giving back bring to a settlement: each batch decides purely, and then writes what it decided."""

import msgspec

from boxoffice.adapters.database import WriteSession
from boxoffice.kernel.clock import utc
from boxoffice.kernel.ids import IdSource
from boxoffice.reservations import policy
from boxoffice.reservations.models import Cancellation, CancellationCommand, Held, OnSale, PaymentCommand, Sale
from boxoffice.reservations.repository import ReservationRepository
from boxoffice.reservations.schemas import PaymentReceipt, PaymentReply, RefundReply, reservation_reply
from boxoffice.wallet.models import Answer
from boxoffice.wallet.policy import Ledger


class Payments:
    """One batch of payments: decided purely, then written."""

    def __init__(self, repository: ReservationRepository, ids: IdSource, on_sale: OnSale, ledger: Ledger) -> None:
        self._repository = repository
        self._ids = ids
        self._on_sale = on_sale
        self._ledger = ledger
        self._sales: list[Sale] = []

    def decide(self, command: PaymentCommand) -> Answer:
        """The answer to one payment. Raises what `decide_payment` raises."""
        sale = policy.decide_payment(command, self._on_sale, self._ledger, self._ids.next)
        assert command.claimed is not None
        self._sales.append(sale)
        receipt = PaymentReceipt(
            id=sale.payment.id,
            amount_minor=sale.payment.amount_minor,
            currency=self._ledger.currency,
            balance_minor=self._ledger.balance(command.user_id),
            created_at=utc(sale.payment.created_ms),
        )
        reply = PaymentReply(receipt, reservation_reply(sale.reservation, sale.tickets, command.claimed.performance))
        return Answer(201, msgspec.json.encode(reply))

    async def write(self, session: WriteSession) -> None:
        """Write the sales beside the ledger."""
        await self._repository.add(session, self._sales)


class Cancellations:
    """One batch of cancellations: decided purely, then written."""

    def __init__(self, repository: ReservationRepository, ids: IdSource, held: Held, ledger: Ledger) -> None:
        self._repository = repository
        self._ids = ids
        self._held = held
        self._ledger = ledger
        self._cancellations: list[Cancellation] = []

    def decide(self, command: CancellationCommand) -> Answer:
        """The answer to one cancellation. Raises what `decide_cancellation` raises."""
        cancellation = policy.decide_cancellation(command, self._held, self._ledger, self._ids.next)
        self._cancellations.append(cancellation)
        reply = RefundReply(
            id=cancellation.refund.id,
            reservation_id=cancellation.reservation.id,
            amount_minor=cancellation.refund.amount_minor,
            currency=self._ledger.currency,
            balance_minor=self._ledger.balance(command.user_id),
            created_at=utc(cancellation.refund.created_ms),
        )
        return Answer(201, msgspec.json.encode(reply))

    async def write(self, session: WriteSession) -> None:
        """Write the cancellations beside the ledger."""
        await self._repository.cancel(session, self._cancellations)
