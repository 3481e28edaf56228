"""What the audit and the reports read. Every method takes a session."""

from sqlalchemy import Select, Subquery, and_, case, func, literal, or_, select, union_all

from boxoffice.adapters.database import ReadSession
from boxoffice.backoffice.models import LedgerFindings, SaleFindings, SoldTicket, Takings
from boxoffice.catalog.tables import performances
from boxoffice.reservations.tables import payments, refunds, reservations, tickets
from boxoffice.wallet.models import revenue_account, wallet_account
from boxoffice.wallet.tables import entries, wallets


class BackofficeRepository:
    """Reads across features; writes nothing."""

    async def tickets(self, session: ReadSession, concert_id: str, cursor: str | None, limit: int) -> list[SoldTicket]:
        """Every ticket of a concert in order of id, those after `cursor`."""
        statement = (
            select(*(tickets.c[name] for name in SoldTicket._fields))
            .join(performances, performances.c.id == tickets.c.performance_id)
            .where(performances.c.concert_id == concert_id)
        )
        if cursor is not None:
            statement = statement.where(tickets.c.id > cursor)
        rows = await session.all(statement.order_by(tickets.c.id).limit(limit))
        return [SoldTicket._make((*row[:-1], row[-1] == 1)) for row in rows]

    async def takings(self, session: ReadSession, concert_id: str) -> Takings:
        """Confirmed reservations of a concert and their sum."""
        row = await session.first(
            select(func.coalesce(func.sum(reservations.c.total_minor), 0), func.count()).where(
                reservations.c.concert_id == concert_id, reservations.c.status == "confirmed"
            )
        )
        assert row is not None
        return Takings(int(row[0]), row[1])

    async def ledger_findings(self, session: ReadSession) -> LedgerFindings:
        """What is wrong with money, in the whole database."""
        unbalanced = (
            select(entries.c.transfer_id).group_by(entries.c.transfer_id).having(func.sum(entries.c.amount_minor) != 0)
        )
        # One pass over both, and no join by an expression: that would compare every account with every wallet.
        wallet = literal(wallet_account("")).concat(wallets.c.user_id)
        sides = union_all(
            select(entries.c.account.label("account"), entries.c.amount_minor.label("difference_minor")).where(
                entries.c.account.like(wallet_account("%"))
            ),
            select(wallet.label("account"), (-wallets.c.balance_minor).label("difference_minor")),
        ).subquery()
        unexplained = select(sides.c.account).group_by(sides.c.account).having(func.sum(sides.c.difference_minor) != 0)
        return LedgerFindings(
            transfers_unbalanced=await _count(session, unbalanced),
            wallets_unexplained=await _count(session, unexplained),
            wallets_negative=await _count(session, select(wallets.c.user_id).where(wallets.c.balance_minor < 0)),
            ledger_sum_minor=int(await session.scalar(select(func.coalesce(func.sum(entries.c.amount_minor), 0)))),
        )

    async def sale_findings(self, session: ReadSession, concert_id: str) -> SaleFindings:
        """What is wrong with one concert's tickets, reservations and takings."""
        of_concert = (
            select(tickets, performances.c.seats_per_fan)
            .join(performances, performances.c.id == tickets.c.performance_id)
            .where(performances.c.concert_id == concert_id, tickets.c.active == 1)
            .subquery()
        )
        twice = (
            select(of_concert.c.seat_no)
            .group_by(of_concert.c.performance_id, of_concert.c.seat_no)
            .having(func.count() > 1)
        )
        over_limit = (
            select(of_concert.c.user_id)
            .group_by(of_concert.c.performance_id, of_concert.c.user_id)
            .having(func.count() > func.min(of_concert.c.seats_per_fan))
        )
        confirmed_minor = (await self.takings(session, concert_id)).revenue_minor
        posted_minor = await session.scalar(
            select(func.coalesce(func.sum(entries.c.amount_minor), 0)).where(
                entries.c.account == revenue_account(concert_id)
            )
        )
        return SaleFindings(
            seats_sold_twice=await _count(session, twice),
            confirmed_wrong=await _count(session, _wrongly_confirmed(concert_id)),
            cancelled_wrong=await _count(session, _wrongly_cancelled(concert_id)),
            fans_over_limit=await _count(session, over_limit),
            owners_wrong=await _count(session, _foreign_tickets(concert_id))
            + await _count(session, _foreign_payments(concert_id)),
            revenue_unexplained_minor=int(posted_minor) - confirmed_minor,
        )


def _wrongly_confirmed(concert_id: str) -> Select[tuple[str]]:
    active = _ticket_sums()
    return (
        select(reservations.c.id)
        .outerjoin(active, active.c.reservation_id == reservations.c.id)
        .outerjoin(payments, payments.c.reservation_id == reservations.c.id)
        .where(
            reservations.c.concert_id == concert_id,
            reservations.c.status == "confirmed",
            or_(
                func.coalesce(active.c.active_minor, -1) != reservations.c.total_minor,
                func.coalesce(payments.c.amount_minor, -1) != reservations.c.total_minor,
            ),
        )
    )


def _wrongly_cancelled(concert_id: str) -> Select[tuple[str]]:
    active = _ticket_sums()
    return (
        select(reservations.c.id)
        .outerjoin(active, active.c.reservation_id == reservations.c.id)
        .outerjoin(refunds, refunds.c.reservation_id == reservations.c.id)
        .where(
            and_(reservations.c.concert_id == concert_id, reservations.c.status == "cancelled"),
            or_(
                func.coalesce(active.c.active_count, 0) > 0,
                func.coalesce(refunds.c.amount_minor, -1) != reservations.c.total_minor,
            ),
        )
    )


def _foreign_tickets(concert_id: str) -> Select[tuple[str]]:
    return (
        select(tickets.c.id)
        .join(reservations, reservations.c.id == tickets.c.reservation_id)
        .where(
            reservations.c.concert_id == concert_id,
            or_(
                tickets.c.user_id != reservations.c.user_id,
                tickets.c.performance_id != reservations.c.performance_id,
            ),
        )
    )


def _foreign_payments(concert_id: str) -> Select[tuple[str]]:
    charged = and_(
        entries.c.transfer_id == payments.c.transfer_id,
        entries.c.account == literal(wallet_account("")).concat(reservations.c.user_id),
        entries.c.amount_minor == -payments.c.amount_minor,
    )
    return (
        select(payments.c.id)
        .join(reservations, reservations.c.id == payments.c.reservation_id)
        .outerjoin(entries, charged)
        .where(reservations.c.concert_id == concert_id, entries.c.transfer_id.is_(None))
    )


def _ticket_sums() -> Subquery:
    is_active = tickets.c.active == 1
    return (
        select(
            tickets.c.reservation_id,
            func.sum(case((is_active, tickets.c.price_minor), else_=0)).label("active_minor"),
            func.sum(case((is_active, 1), else_=0)).label("active_count"),
        )
        .group_by(tickets.c.reservation_id)
        .subquery()
    )


async def _count(session: ReadSession, statement: Select[tuple[str]] | Select[tuple[int]]) -> int:
    return int(await session.scalar(select(func.count()).select_from(statement.subquery())))
