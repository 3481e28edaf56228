import pytest

from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.kernel.ids import IdSource
from boxoffice.reservations.models import CancellationCommand, Sale
from boxoffice.reservations.policy import decide_cancellation, decide_payment
from boxoffice.reservations.repository import ReservationRepository
from boxoffice.wallet.policy import Ledger
from boxoffice.wallet.repository import WalletRepository
from tests.rows import PERFORMANCE, STARTS_MS, add_fans, add_performance, fan_id
from tests.unit.reservations.parts import payment

ANN, BOB = fan_id(1), fan_id(2)


@pytest.fixture
async def fans(database: Database, ids: IdSource) -> None:
    await add_fans(database, 2)
    await add_performance(database)
    async with database.write() as session:
        ledger = Ledger({}, currency="KRW", balance_max_minor=10_000, next_id=ids.next, now_ms=1)
        ledger.charge(ANN, 1_000)
        ledger.charge(BOB, 1_000)
        await WalletRepository().post(session, ledger, {})
        await session.commit()


async def sell(database: Database, ids: IdSource, user_id: str, hold_id: str, *seats: int) -> Sale:
    """Sell seats by way of the real policy and both repositories."""
    wallets, repository = WalletRepository(), ReservationRepository()
    command = payment(user_id, hold_id, *seats)
    async with database.write() as session:
        locked = await wallets.lock_wallets(session, [user_id])
        ledger = Ledger(locked, currency="KRW", balance_max_minor=10_000, next_id=ids.next, now_ms=2)
        on_sale = await repository.on_sale(session, [command])
        sale = decide_payment(command, on_sale, ledger, ids.next)
        await wallets.post(session, ledger, locked)
        await repository.add(session, [sale])
        await session.commit()
    return sale


@pytest.mark.usefixtures("fans")
async def test_what_is_sold_is_seen_by_the_next_payment(database: Database, ids: IdSource) -> None:
    await sell(database, ids, ANN, "h1", 3, 4)

    async with database.write() as session:
        found = await ReservationRepository().on_sale(session, [payment(BOB, "h2", 4, 5), payment(ANN, "h1", 3)])

    assert found.sold == {(PERFORMANCE, 3), (PERFORMANCE, 4)}
    assert found.owner_by_hold == {"h1": ANN}
    assert found.seats_by_fan == {(PERFORMANCE, ANN): 2}


@pytest.mark.usefixtures("fans")
async def test_the_database_refuses_a_second_active_ticket_for_a_seat(database: Database, ids: IdSource) -> None:
    sale = await sell(database, ids, ANN, "h1", 3)
    ticket = sale.tickets[0]._replace(id=ids.next())
    other = sale.reservation._replace(id=ids.next(), hold_id="h2")
    again = Sale(
        other,
        sale.payment._replace(id=ids.next(), reservation_id=other.id),
        (ticket._replace(reservation_id=other.id),),
    )

    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await ReservationRepository().add(session, [again])
            await session.commit()


@pytest.mark.usefixtures("fans")
async def test_the_database_refuses_a_second_reservation_for_a_hold(database: Database, ids: IdSource) -> None:
    sale = await sell(database, ids, ANN, "h1", 3)
    again = Sale(sale.reservation._replace(id=ids.next()), sale.payment._replace(id=ids.next()), ())

    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await ReservationRepository().add(session, [again])


@pytest.mark.usefixtures("fans")
async def test_a_cancelled_seat_can_be_sold_again_and_again(database: Database, ids: IdSource) -> None:
    repository = ReservationRepository()
    for turn in range(3):
        sale = await sell(database, ids, ANN, f"h{turn}", 3)
        command = CancellationCommand(user_id=ANN, key="k", request_hash="x", reservation_id=sale.reservation.id)
        async with database.write() as session:
            held = await repository.held(session, [command])
            ledger = Ledger({}, currency="KRW", balance_max_minor=10_000, next_id=ids.next, now_ms=3)
            cancellation = decide_cancellation(command, held, ledger, ids.next)
            locked = await WalletRepository().lock_wallets(session, [ANN])
            await WalletRepository().post(session, ledger, locked)
            await repository.cancel(session, [cancellation])
            await session.commit()

    async with database.read() as session:
        assert await repository.sold_seats(session, PERFORMANCE) == []
        (latest, *_) = await repository.page(session, ANN, None, 10)
        assert (latest.status, latest.cancelled_ms) == ("cancelled", 3)
        assert [ticket.active for ticket in await repository.tickets_of(session, [latest.id])] == [False]


@pytest.mark.usefixtures("fans")
async def test_what_decides_a_cancellation_is_fetched_whole(database: Database, ids: IdSource) -> None:
    sale = await sell(database, ids, ANN, "h1", 3)
    command = CancellationCommand(user_id=ANN, key="k", request_hash="x", reservation_id=sale.reservation.id)

    async with database.write() as session:
        held = await ReservationRepository().held(session, [command])

    assert held.reservations == {sale.reservation.id: sale.reservation}
    assert held.payment_transfers == {sale.reservation.id: sale.payment.transfer_id}
    assert held.starts_ms == {PERFORMANCE: STARTS_MS}


@pytest.mark.usefixtures("fans")
async def test_reservations_page_newest_first_and_only_to_their_owner(database: Database, ids: IdSource) -> None:
    sales = [await sell(database, ids, ANN, f"h{seat}", seat) for seat in range(3)]
    await sell(database, ids, BOB, "h9", 9)
    repository = ReservationRepository()

    async with database.read() as session:
        first = await repository.page(session, ANN, None, 2)
        rest = await repository.page(session, ANN, first[-1].id, 2)

        assert [each.id for each in (*first, *rest)] == [sale.reservation.id for sale in reversed(sales)]
        assert await repository.reservation(session, BOB, sales[0].reservation.id) is None
        assert (await repository.reservation(session, ANN, sales[0].reservation.id)) == sales[0].reservation


@pytest.mark.usefixtures("fans")
async def test_the_truth_about_sold_seats_names_their_owners(database: Database, ids: IdSource) -> None:
    await sell(database, ids, ANN, "h1", 3, 4)
    await sell(database, ids, BOB, "h2", 5)
    repository = ReservationRepository()

    async with database.read() as session:
        assert sorted(await repository.sold_seats(session, PERFORMANCE)) == [(3, ANN), (4, ANN), (5, BOB)]
        assert await repository.sold_count(session, PERFORMANCE) == 3
        assert await repository.paid_holds(session, ["h1", "h2", "h3"]) == {"h1", "h2"}
        assert (await repository.reservation(session, ANN, ids.next())) is None
