import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import (
    AlreadyPaid,
    BoxofficeError,
    HoldExpired,
    IdempotencyKeyReused,
    InsufficientBalance,
    NotFound,
    Unavailable,
)
from boxoffice.kernel.ids import IdSource
from boxoffice.reservations.models import (
    Cancellation,
    CancellationCommand,
    Held,
    OnSale,
    PaymentCommand,
    Reservation,
    Sale,
    Ticket,
)
from boxoffice.reservations.service import ReservationService
from boxoffice.seats.models import ClaimedHold, HoldRecord, Mended, SeatStates
from boxoffice.wallet.service import Bank
from tests.rows import PERFORMANCE
from tests.standins import StandInDatabase, StandInWallets
from tests.unit.reservations.parts import StandInPerformance, claim


class StandInReservations:
    """The reservation repository in memory."""

    def __init__(self) -> None:
        self.sales: list[Sale] = []
        self.cancelled: list[str] = []

    async def on_sale(self, _session: Any, _commands: Sequence[PaymentCommand]) -> OnSale:
        return OnSale(
            sold={(ticket.performance_id, ticket.seat_no) for sale in self.sales for ticket in sale.tickets},
            owner_by_hold={sale.reservation.hold_id: sale.reservation.user_id for sale in self.sales},
            seats_by_fan={},
        )

    async def add(self, _session: Any, sales: Sequence[Sale]) -> None:
        self.sales += sales

    async def held(self, _session: Any, commands: Sequence[CancellationCommand]) -> Held:
        wanted = {command.reservation_id for command in commands}
        found = {sale.reservation.id: sale for sale in self.sales if sale.reservation.id in wanted}
        return Held(
            reservations={
                key: sale.reservation._replace(status="cancelled" if key in self.cancelled else "confirmed")
                for key, sale in found.items()
            },
            payment_transfers={key: sale.payment.transfer_id for key, sale in found.items()},
            starts_ms={PERFORMANCE: 2_000_000_000_000},
        )

    async def cancel(self, _session: Any, cancellations: Sequence[Cancellation]) -> None:
        self.cancelled += [each.reservation.id for each in cancellations]

    async def reservation(self, _session: Any, user_id: str, reservation_id: str) -> Reservation | None:
        return next(
            (
                sale.reservation
                for sale in self.sales
                if sale.reservation.id == reservation_id and sale.reservation.user_id == user_id
            ),
            None,
        )

    async def tickets_of(self, _session: Any, reservation_ids: Sequence[str]) -> list[Ticket]:
        return [ticket for sale in self.sales for ticket in sale.tickets if ticket.reservation_id in reservation_ids]

    async def paid_holds(self, _session: Any, hold_ids: Sequence[str]) -> set[str]:
        return {sale.reservation.hold_id for sale in self.sales} & set(hold_ids)

    async def sold_count(self, _session: Any, _performance_id: str) -> int:
        return sum(len(sale.tickets) for sale in self.sales if sale.reservation.id not in self.cancelled)


class StandInSeats:
    """The seat service, which remembers what it was told."""

    def __init__(self) -> None:
        self.claims: dict[str, ClaimedHold | BoxofficeError] = {}
        self.told: list[tuple[str, str]] = []
        self.mended: list[Mended] = []
        self.overdue: list[HoldRecord] = []
        self.sold_count = 0

    async def claim(self, _fan_id: str, hold_id: str, _receipt: str | None) -> ClaimedHold:
        found = self.claims.get(hold_id, HoldExpired())
        if isinstance(found, BoxofficeError):
            raise found
        return found

    async def unclaim(self, claimed: ClaimedHold) -> None:
        self.told.append(("unclaim", claimed.hold_id))

    async def sold(self, claimed: ClaimedHold, *, fresh: bool = True) -> None:
        self.told.append(("sold" if fresh else "sold again", claimed.hold_id))

    async def note(self, performance_id: str) -> str:
        return f"as {performance_id} was"

    async def freed(self, performance_id: str, _fan_id: str, seats: Sequence[int], noted: str) -> None:
        assert noted == await self.note(performance_id)
        self.told.append(("freed", f"{performance_id}:{','.join(map(str, seats))}"))

    async def overdue_payments(self, _performance_id: str) -> list[HoldRecord]:
        return self.overdue

    async def claimed(self, record: HoldRecord) -> ClaimedHold:
        return claim(record.fan_id, record.hold_id, *record.seats)

    async def lapse(self, record: HoldRecord) -> str:
        self.told.append(("lapse", record.hold_id))
        return "lapsed"

    async def states(self, _performance_id: str) -> SeatStates:
        return SeatStates(10 - self.sold_count, 0, 0, self.sold_count)

    async def mend(self, performance_id: str) -> Mended:
        self.told.append(("mend", performance_id))
        return self.mended.pop(0) if self.mended else Mended()


class StandInCatalog:
    async def performance(self, _performance_id: str) -> StandInPerformance:
        return StandInPerformance()


class Shop:
    """A reservation service over stand-ins, with a wallet of 1,000 for ann."""

    def __init__(self, clock: ManualClock, ids: IdSource) -> None:
        self.wallets = StandInWallets()
        self.wallets.balances = {"ann": 1_000}
        self.repository = StandInReservations()
        self.seats = StandInSeats()
        self.database: Any = StandInDatabase()
        wallets: Any = self.wallets
        parts: Any = {"repository": self.repository, "seats": self.seats, "catalog": StandInCatalog()}
        bank = Bank(
            database=self.database,
            repository=wallets,
            ids=ids,
            clock=clock,
            metrics=NullMetrics(),
            currency="KRW",
            balance_max_minor=1_000_000,
        )
        self.service = ReservationService(bank=bank, **parts)

    def holds(self, user_id: str, hold_id: str, *seats: int) -> None:
        self.seats.claims[hold_id] = claim(user_id, hold_id, *seats)


@pytest.fixture
def shop(clock: ManualClock, ids: IdSource) -> Shop:
    return Shop(clock, ids)


async def test_paying_sells_the_seats_and_then_tells_the_seat_store(shop: Shop) -> None:
    shop.holds("ann", "h1", 3, 4)

    answer = await shop.service.pay("ann", "h1", None, "k")

    body = msgspec.json.decode(answer.body)
    assert answer.status == 201
    assert body["payment"]["balance_minor"] == 800
    assert [ticket["seat_no"] for ticket in body["reservation"]["tickets"]] == [3, 4]
    assert shop.seats.told == [("sold", "h1")]


async def test_the_same_key_again_gets_the_same_bytes_though_the_hold_is_gone(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    first = await shop.service.pay("ann", "h1", None, "k")
    del shop.seats.claims["h1"]

    again = await shop.service.pay("ann", "h1", None, "k")

    assert again == (201, first.body, True)
    assert shop.wallets.balances["ann"] == 900


async def test_the_same_key_for_another_hold_is_refused_and_the_hold_given_back(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    shop.holds("ann", "h2", 4)
    await shop.service.pay("ann", "h1", None, "k")

    with pytest.raises(IdempotencyKeyReused):
        await shop.service.pay("ann", "h2", None, "k")

    assert shop.seats.told[-1] == ("unclaim", "h2")
    assert shop.wallets.balances["ann"] == 900


async def test_another_key_for_a_paid_hold_is_already_paid(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    await shop.service.pay("ann", "h1", None, "k1")
    shop.seats.claims["h1"] = HoldExpired()

    with pytest.raises(AlreadyPaid):
        await shop.service.pay("ann", "h1", None, "k2")


async def test_too_small_a_balance_gives_the_hold_back(shop: Shop) -> None:
    shop.holds("bob", "h1", 3)

    with pytest.raises(InsufficientBalance):
        await shop.service.pay("bob", "h1", None, "k")

    assert shop.seats.told == [("unclaim", "h1")]
    assert shop.repository.sales == []


async def test_in_one_batch_a_payment_that_fails_leaves_its_neighbours_alone(shop: Shop) -> None:
    shop.wallets.balances |= {"bob": 50, "cho": 100}
    for user_id, seat in (("ann", 1), ("bob", 2), ("cho", 3)):
        shop.holds(user_id, f"h-{user_id}", seat)

    outcomes = await asyncio.gather(
        *(shop.service.pay(user_id, f"h-{user_id}", None, "k") for user_id in ("ann", "bob", "cho")),
        return_exceptions=True,
    )

    assert len(shop.database.writes) == 1
    assert isinstance(outcomes[1], InsufficientBalance)
    assert [isinstance(outcome, BaseException) for outcome in outcomes] == [False, True, False]
    assert shop.wallets.balances == {"ann": 900, "bob": 50, "cho": 0}


async def test_a_lost_hold_is_expired_and_somebody_elses_is_not_found(shop: Shop) -> None:
    shop.seats.claims["h2"] = NotFound()

    with pytest.raises(HoldExpired):
        await shop.service.pay("ann", "h1", None, "k")
    with pytest.raises(NotFound):
        await shop.service.pay("ann", "h2", None, "k")


async def test_while_the_outcome_is_unknown_the_hold_is_left_to_reconciliation(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    shop.wallets.failures = [Unavailable()]

    with pytest.raises(Unavailable):
        await shop.service.pay("ann", "h1", None, "k")

    assert shop.seats.told == []


async def test_a_known_key_is_answered_while_the_seat_store_is_away(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    first = await shop.service.pay("ann", "h1", None, "k")
    shop.seats.claims["h1"] = Unavailable()

    assert (await shop.service.pay("ann", "h1", None, "k")).body == first.body


async def test_a_cancellation_refunds_and_frees_the_seats(shop: Shop) -> None:
    shop.holds("ann", "h1", 3, 4)
    await shop.service.pay("ann", "h1", None, "k")
    bought = shop.repository.sales[0].reservation.id

    answer = await shop.service.cancel("ann", bought, "c")

    assert msgspec.json.decode(answer.body)["amount_minor"] == 200
    assert shop.wallets.balances["ann"] == 1_000
    assert shop.seats.told[-1] == ("freed", f"{PERFORMANCE}:3,4")


async def test_a_replayed_cancellation_does_not_free_the_seats_again(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    await shop.service.pay("ann", "h1", None, "k")
    bought = shop.repository.sales[0].reservation.id
    await shop.service.cancel("ann", bought, "c")
    told = len(shop.seats.told)

    again = await shop.service.cancel("ann", bought, "c")

    assert again.replayed
    assert len(shop.seats.told) == told
    assert shop.wallets.balances["ann"] == 1_000


async def test_reconciling_sells_the_paid_and_lapses_the_unpaid(shop: Shop) -> None:
    shop.holds("ann", "h1", 3)
    await shop.service.pay("ann", "h1", None, "k")
    shop.seats.told.clear()
    shop.seats.sold_count = 1
    shop.seats.overdue = [
        HoldRecord("h1", "ann", "paying", 0, 1, (3,)),
        HoldRecord("h2", "bob", "paying", 0, 1, (4,)),
    ]

    await shop.service.reconcile(PERFORMANCE)

    assert shop.seats.told == [("sold again", "h1"), ("lapse", "h2")]


async def test_reconciling_compares_seat_by_seat_only_where_counts_differ(shop: Shop) -> None:
    await shop.service.reconcile(PERFORMANCE)
    assert shop.seats.told == []

    shop.seats.sold_count = 1
    await shop.service.reconcile(PERFORMANCE)
    assert shop.seats.told == [("mend", PERFORMANCE)]

    shop.seats.sold_count = 0
    await shop.service.reconcile_fully(PERFORMANCE)
    assert shop.seats.told == [("mend", PERFORMANCE)] * 2


async def test_a_comparison_that_a_sale_came_between_is_made_again_and_what_was_mended_is_told(shop: Shop) -> None:
    shop.seats.mended = [Mended(changed=True), Mended(1, 2, 0)]
    mended = await shop.service.reconcile_fully(PERFORMANCE)

    assert mended == {"seats_set": 1, "seats_freed": 2}
    assert len(shop.seats.told) == 2


async def test_comparing_again_has_an_end(shop: Shop) -> None:
    shop.seats.mended = [Mended(changed=True)] * 100
    await shop.service.reconcile_fully(PERFORMANCE)

    assert len(shop.seats.told) == 5
