"""What the audit's queries find, by planting each fault in a sound database."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import insert, text

from boxoffice.adapters.database import Database
from boxoffice.backoffice.models import LedgerFindings, SaleFindings, SoldLine, Standing, Takings
from boxoffice.backoffice.repository import BackofficeRepository
from boxoffice.kernel.ids import IdSource
from boxoffice.reservations.models import Sale
from boxoffice.reservations.policy import decide_payment
from boxoffice.reservations.repository import ReservationRepository
from boxoffice.schema import catalog
from boxoffice.wallet.policy import Ledger
from boxoffice.wallet.repository import WalletRepository
from tests.rows import CONCERT, PERFORMANCE, PLAN, add_fans, add_performance, fan_id
from tests.unit.reservations.parts import PRICE_MINOR, payment

ANN = fan_id(1)
SOUND_LEDGER = LedgerFindings(0, 0, 0, 0)
SOUND_SALE = SaleFindings(0, 0, 0, 0, 0, 0)


@pytest.fixture
async def sale(database: Database, ids: IdSource) -> Sale:
    """Ann has bought seats 3 and 4."""
    await add_fans(database, 2)
    await add_performance(database)
    repository = ReservationRepository()
    command = payment(ANN, "h1", 3, 4)
    async with database.write() as session:
        ledger = Ledger({}, currency="KRW", balance_max_minor=10_000, next_id=ids.next, now_ms=1)
        ledger.charge(ANN, 1_000)
        sale = decide_payment(command, await repository.on_sale(session, [command]), ledger, ids.next)
        await WalletRepository().post(session, ledger, {})
        await repository.add(session, [sale])
        await session.commit()
    return sale


async def plant(database: Database, statement: str, parameters: Mapping[str, Any] | None = None) -> None:
    async with database.write() as session:
        await session.execute(text(statement), parameters)
        await session.commit()


async def findings(database: Database) -> tuple[LedgerFindings, SaleFindings]:
    async with database.read() as session:
        repository = BackofficeRepository()
        return await repository.ledger_findings(session), await repository.sale_findings(session, CONCERT)


@pytest.mark.usefixtures("sale")
async def test_a_sound_sale_has_no_findings(database: Database) -> None:
    assert await findings(database) == (SOUND_LEDGER, SOUND_SALE)


@pytest.mark.usefixtures("sale")
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("UPDATE entries SET amount_minor = amount_minor + 1 WHERE account = 'cash'", {"transfers_unbalanced": 1}),
        ("UPDATE wallets SET balance_minor = balance_minor + 1", {"wallets_unexplained": 1}),
        ("DELETE FROM wallets", {"wallets_unexplained": 1}),
    ],
)
async def test_planted_faults_of_money_are_found(database: Database, fault: str, expected: dict[str, int]) -> None:
    await plant(database, fault)

    ledger, _ = await findings(database)

    assert expected.items() <= ledger._asdict().items()
    assert ledger != SOUND_LEDGER


@pytest.mark.usefixtures("sale")
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("UPDATE tickets SET price_minor = price_minor - 1 WHERE seat_no = 3", {"confirmed_wrong": 1}),
        ("UPDATE tickets SET active = NULL WHERE seat_no = 3", {"confirmed_wrong": 1}),
        ("DELETE FROM payments", {"confirmed_wrong": 1}),
        ("UPDATE payments SET amount_minor = 1", {"confirmed_wrong": 1}),
        ("UPDATE performances SET seats_per_fan = 1", {"fans_over_limit": 1}),
        (f"UPDATE tickets SET user_id = '{fan_id(2)}' WHERE seat_no = 3", {"owners_wrong": 1}),
        (f"UPDATE reservations SET user_id = '{fan_id(2)}'", {"owners_wrong": 3}),
        (f"UPDATE entries SET account = 'wallet:{fan_id(2)}' WHERE amount_minor < 0", {"owners_wrong": 1}),
        ("UPDATE reservations SET status = 'cancelled'", {"cancelled_wrong": 1}),
        (
            "UPDATE entries SET amount_minor = amount_minor + 7 WHERE account LIKE 'revenue:%'",
            {"revenue_unexplained_minor": 7},
        ),
    ],
)
async def test_planted_faults_of_a_sale_are_found(database: Database, fault: str, expected: dict[str, int]) -> None:
    await plant(database, fault)

    _, found = await findings(database)

    assert expected.items() <= found._asdict().items()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the others' users may not take a table apart
async def test_a_seat_with_two_active_tickets_is_found_where_the_key_does_not_prevent_it(
    database: Database, sale: Sale
) -> None:
    # Active tickets are marked 1; another mark slips past the unique key, as a damaged index would let it.
    ticket = sale.tickets[0]
    await plant(database, "DROP TABLE IF EXISTS spare")
    await plant(
        database,
        "CREATE TABLE spare AS SELECT * FROM tickets",
    )
    await plant(database, "DROP TABLE tickets")
    await plant(database, "ALTER TABLE spare RENAME TO tickets")
    await plant(
        database,
        "INSERT INTO tickets SELECT :id, reservation_id, user_id, performance_id, seat_no, tier, price_minor, active, "
        "created_ms FROM tickets WHERE id = :ticket",
        {"id": "other", "ticket": ticket.id},
    )

    _, found = await findings(database)

    assert found.seats_sold_twice == 1


async def test_takings_count_confirmed_reservations(database: Database, sale: Sale) -> None:
    async with database.read() as session:
        found = await BackofficeRepository().takings(session, CONCERT)

    assert found == Takings(2 * PRICE_MINOR, 1)
    assert sale.reservation.total_minor == 2 * PRICE_MINOR


async def test_a_standing_tells_what_is_sold_and_taken(database: Database, sale: Sale) -> None:
    async with database.read() as session:
        before = await BackofficeRepository().standings(session, [CONCERT, ANN])
    await plant(database, "UPDATE reservations SET status = 'cancelled'")
    await plant(database, "UPDATE tickets SET active = NULL")
    await plant(
        database,
        "INSERT INTO queue_policies (concert_id, phase, admission_limit, admit_rate_per_s, session_ttl_s, "
        "presence_ttl_s, updated_ms) VALUES (:concert, 'open', 5, 0, 60, 10, 1)",
        {"concert": CONCERT},
    )
    async with database.read() as session:
        after = await BackofficeRepository().standings(session, [CONCERT])

    assert before == {CONCERT: Standing(None, 2 * PRICE_MINOR, 1, 2), ANN: Standing(None, 0, 0, 0)}
    assert after == {CONCERT: Standing("open", 0, 0, 0)}
    assert sale.reservation.concert_id == CONCERT


async def add_seats(database: Database) -> None:
    async with database.write() as session:
        rows = [
            {
                "plan_id": PLAN,
                "no": no,
                "section": "Floor",
                "row_label": "=A",
                "label": str(no),
                "tier": "A",
                "x": 0,
                "y": 0,
            }
            for no in range(10)
        ]
        await session.execute(insert(catalog.seats), rows)
        await session.commit()


async def test_every_ticket_is_a_line_of_the_file_of_sales(database: Database, sale: Sale) -> None:
    await add_seats(database)
    await plant(database, "UPDATE tickets SET active = NULL WHERE seat_no = 4")
    await plant(database, "UPDATE reservations SET cancelled_ms = 90001")
    repository = BackofficeRepository()

    async with database.read() as session:
        lines = await repository.sold_lines(session, CONCERT, None, 2, 5)
        rest = await repository.sold_lines(session, CONCERT, lines[-1].reservation_id, 2, 5)
        too_late = await repository.sold_lines(session, CONCERT, None, 1, 5)

    assert (rest, too_late) == ([], [])
    assert [(line.ticket_id, line.section, line.row, line.seat) for line in lines] == [
        (ticket.id, "Floor", "=A", str(ticket.seat_no)) for ticket in sale.tickets
    ]
    assert lines[1] == SoldLine(
        ticket_id=sale.tickets[1].id,
        reservation_id=sale.reservation.id,
        fan_id=ANN,
        performance_id=PERFORMANCE,
        performance_starts_at="2027-01-15T08:00:00.000+00:00",
        section="Floor",
        row="=A",
        seat="4",
        tier="A",
        price_minor=PRICE_MINOR,
        currency="KRW",
        status="cancelled",
        sold_at="1970-01-01T00:00:00.001+00:00",
        cancelled_at="1970-01-01T00:01:30.001+00:00",
    )
    assert lines[0].status == "valid"


async def test_the_file_of_the_ledger_has_every_entry_of_the_concerts_transfers(database: Database, sale: Sale) -> None:
    repository = BackofficeRepository()
    async with database.read() as session:
        lines = await repository.ledger_lines(session, CONCERT, None, 2, 5)
        rest = await repository.ledger_lines(session, CONCERT, lines[-1].transfer_id, 2, 5)
        too_late = await repository.ledger_lines(session, CONCERT, None, 1, 5)

    assert (rest, too_late) == ([], [])
    assert {line.account: line.amount_minor for line in lines} == {
        f"wallet:{ANN}": -2 * PRICE_MINOR,
        f"revenue:{CONCERT}": 2 * PRICE_MINOR,
    }
    assert {(line.transfer_id, line.kind, line.reservation_id, line.currency, line.at) for line in lines} == {
        (sale.payment.transfer_id, "payment", sale.reservation.id, "KRW", "1970-01-01T00:00:00.001+00:00")
    }


async def test_tickets_come_in_order_of_sale_and_page_by_cursor(database: Database, sale: Sale) -> None:
    repository = BackofficeRepository()
    async with database.read() as session:
        first = await repository.tickets(session, CONCERT, None, 1)
        rest = await repository.tickets(session, CONCERT, first[0].id, 5)

    assert [ticket.id for ticket in (*first, *rest)] == [ticket.id for ticket in sale.tickets]
    assert {ticket.performance_id for ticket in rest} == {PERFORMANCE}
    assert all(ticket.active for ticket in first)
