"""What the audit and the reports read. Every method takes a session."""

from collections.abc import Sequence

from sqlalchemy import Select, Subquery, and_, case, func, literal, or_, select, union_all

from boxoffice.adapters.database import ReadSession
from boxoffice.backoffice.models import (
    LedgerFindings,
    LedgerLine,
    SaleFindings,
    SoldLine,
    SoldTicket,
    Standing,
    Takings,
)
from boxoffice.catalog.tables import concerts, performances, seats
from boxoffice.kernel.clock import utc
from boxoffice.queue.tables import queue_policies
from boxoffice.reservations.tables import payments, refunds, reservations, tickets
from boxoffice.wallet.models import revenue_account, wallet_account
from boxoffice.wallet.tables import entries, transfers, wallets


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

    async def sold_lines(
        self, session: ReadSession, concert_id: str, after: str | None, before_ms: int, limit: int
    ) -> list[SoldLine]:
        """The tickets of the next `limit` reservations by id, those after `after` and made before `before_ms`."""
        page = select(reservations.c.id, reservations.c.currency, reservations.c.cancelled_ms).where(
            reservations.c.concert_id == concert_id, reservations.c.created_ms < before_ms
        )
        if after is not None:
            page = page.where(reservations.c.id > after)
        bought = {row.id: row for row in await session.all(page.order_by(reservations.c.id).limit(limit))}
        # Table by table: joined, MariaDB reads every ticket of the performance for each page.
        sold = await session.all(
            select(tickets)
            .where(tickets.c.reservation_id.in_(list(bought)))
            .order_by(tickets.c.reservation_id, tickets.c.id)
        )
        shows = await session.all(
            select(performances.c.id, performances.c.plan_id, performances.c.starts_ms).where(
                performances.c.id.in_({ticket.performance_id for ticket in sold})
            )
        )
        show_of = {show.id: show for show in shows}
        seat_of = {}
        for plan_id in {show.plan_id for show in shows}:
            numbers = {ticket.seat_no for ticket in sold if show_of[ticket.performance_id].plan_id == plan_id}
            chairs = await session.all(select(seats).where(seats.c.plan_id == plan_id, seats.c.no.in_(numbers)))
            seat_of.update({(plan_id, chair.no): chair for chair in chairs})
        lines = []
        for ticket in sold:
            show, reservation = show_of[ticket.performance_id], bought[ticket.reservation_id]
            chair = seat_of[show.plan_id, ticket.seat_no]
            lines.append(
                SoldLine(
                    ticket_id=ticket.id,
                    reservation_id=reservation.id,
                    fan_id=ticket.user_id,
                    performance_id=show.id,
                    performance_starts_at=_moment(show.starts_ms),
                    section=chair.section,
                    row=chair.row_label,
                    seat=chair.label,
                    tier=ticket.tier,
                    price_minor=ticket.price_minor,
                    currency=reservation.currency,
                    status="valid" if ticket.active == 1 else "cancelled",
                    sold_at=_moment(ticket.created_ms),
                    cancelled_at=_moment(reservation.cancelled_ms),
                )
            )
        return lines

    async def ledger_lines(
        self, session: ReadSession, concert_id: str, after: str | None, before_ms: int, limit: int
    ) -> list[LedgerLine]:
        """Every entry of the concert's next `limit` transfers by id, those after `after`, made before `before_ms`."""
        page = select(entries.c.transfer_id).where(entries.c.account == revenue_account(concert_id)).distinct()
        if after is not None:
            page = page.where(entries.c.transfer_id > after)
        paged = page.order_by(entries.c.transfer_id).limit(limit).subquery()
        currency = select(concerts.c.currency).where(concerts.c.id == concert_id).scalar_subquery()
        statement = (
            select(
                transfers.c.id,
                entries.c.line,
                transfers.c.kind,
                entries.c.account,
                entries.c.amount_minor,
                currency,
                transfers.c.user_id,
                func.coalesce(payments.c.reservation_id, refunds.c.reservation_id, ""),
                func.coalesce(transfers.c.reverses_id, ""),
                transfers.c.created_ms,
            )
            .select_from(paged)
            .join(transfers, transfers.c.id == paged.c.transfer_id)
            .join(entries, entries.c.transfer_id == transfers.c.id)
            .outerjoin(payments, payments.c.transfer_id == transfers.c.id)
            .outerjoin(refunds, refunds.c.transfer_id == transfers.c.id)
            .where(transfers.c.created_ms < before_ms)
            .order_by(transfers.c.id, entries.c.line)
        )
        return [LedgerLine._make((*row[:9], _moment(row[9]))) for row in await session.all(statement)]

    async def standings(self, session: ReadSession, concert_ids: Sequence[str]) -> dict[str, Standing]:
        """How the sale of each of these concerts stands."""
        phases = select(queue_policies.c.concert_id, queue_policies.c.phase).where(
            queue_policies.c.concert_id.in_(concert_ids)
        )
        taken = (
            select(reservations.c.concert_id, func.sum(reservations.c.total_minor), func.count())
            .where(reservations.c.concert_id.in_(concert_ids), reservations.c.status == "confirmed")
            .group_by(reservations.c.concert_id)
        )
        sold = (
            select(performances.c.concert_id, func.count())
            .join(tickets, and_(tickets.c.performance_id == performances.c.id, tickets.c.active == 1))
            .where(performances.c.concert_id.in_(concert_ids))
            .group_by(performances.c.concert_id)
        )
        phase_of = {row[0]: row[1] for row in await session.all(phases)}
        takings_of = {row[0]: (int(row[1]), row[2]) for row in await session.all(taken)}
        sold_of = {row[0]: row[1] for row in await session.all(sold)}
        return {
            each: Standing(phase_of.get(each), *takings_of.get(each, (0, 0)), sold_of.get(each, 0))
            for each in concert_ids
        }

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


def _moment(at_ms: int | None) -> str:
    return "" if at_ms is None else utc(at_ms).isoformat(timespec="milliseconds")


async def _count(session: ReadSession, statement: Select[tuple[str]] | Select[tuple[int]]) -> int:
    return int(await session.scalar(select(func.count()).select_from(statement.subquery())))
