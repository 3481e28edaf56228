"""Reservations, tickets, payments and refunds in SQL. Every method takes a session; none opens or commits one."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, insert, select, update

from boxoffice.adapters.database import ReadSession, WriteSession
from boxoffice.adapters.statements import into, places
from boxoffice.catalog.tables import performances
from boxoffice.reservations.models import (
    Cancellation,
    CancellationCommand,
    Held,
    OnSale,
    Payment,
    PaymentCommand,
    Reservation,
    Sale,
    Ticket,
)
from boxoffice.reservations.tables import payments, refunds, reservations, tickets

_RESERVATION = select(*(reservations.c[name] for name in Reservation._fields))
_TICKET = select(*(tickets.c[name] for name in Ticket._fields))
_OWNERS = select(reservations.c.hold_id, reservations.c.user_id).where(
    reservations.c.hold_id.in_(bindparam("holds", expanding=True))
)
_INTO_RESERVATIONS = into(reservations, *Reservation._fields)
_INTO_TICKETS = into(tickets, *Ticket._fields, "created_ms")
_INTO_PAYMENTS = into(payments, *Payment._fields)
_CANCELLABLE = _RESERVATION.where(reservations.c.id.in_(bindparam("ids", expanding=True))).order_by(reservations.c.id)
_PAYMENTS = (
    select(payments.c.reservation_id, payments.c.transfer_id, performances.c.id, performances.c.starts_ms)
    .join(reservations, reservations.c.id == payments.c.reservation_id)
    .join(performances, performances.c.id == reservations.c.performance_id)
    .where(payments.c.reservation_id.in_(bindparam("ids", expanding=True)))
)
_CANCEL = (
    update(reservations)
    .where(reservations.c.id.in_(bindparam("ids", expanding=True)))
    .values(status="cancelled", cancelled_ms=bindparam("at_ms"))
)
_DEACTIVATE = update(tickets).where(tickets.c.reservation_id.in_(bindparam("ids", expanding=True))).values(active=None)


class ReservationRepository:
    """Reads and writes of what was sold."""

    async def on_sale(self, session: WriteSession, commands: Sequence[PaymentCommand]) -> OnSale:
        """What decides these payments: sold seats, paid holds, and how many seats each fan has."""
        holds = sorted({command.hold_id for command in commands})
        owners = await session.rows(
            f"SELECT hold_id, user_id FROM reservations WHERE hold_id IN ({places(len(holds))})",  # noqa: S608
            holds,
        )
        claims = [command.claimed for command in commands if command.claimed is not None]
        if not claims:
            return OnSale(sold=set(), owner_by_hold=dict(owners), seats_by_fan={})
        shows = sorted({claim.performance.id for claim in claims})
        seats = sorted({no for claim in claims for no in claim.seats})
        fans = sorted({claim.fan_id for claim in claims})
        sold = await session.rows(
            f"SELECT performance_id, seat_no FROM tickets WHERE performance_id IN ({places(len(shows))}) "  # noqa: S608
            f"AND seat_no IN ({places(len(seats))}) AND active = 1",
            [*shows, *seats],
        )
        owned = await session.rows(
            "SELECT performance_id, user_id, count(*) FROM tickets "  # noqa: S608
            f"WHERE performance_id IN ({places(len(shows))}) AND user_id IN ({places(len(fans))}) AND active = 1 "
            "GROUP BY performance_id, user_id",
            [*shows, *fans],
        )
        return OnSale(
            sold=set(sold),
            owner_by_hold=dict(owners),
            seats_by_fan={(show, fan): count for show, fan, count in owned},
        )

    async def add(self, session: WriteSession, sales: Sequence[Sale]) -> None:
        """Write sales. A seat or hold that another transaction sold first is a conflict by its unique key."""
        await session.insert(_INTO_RESERVATIONS, [sale.reservation for sale in sales])
        await session.insert(
            _INTO_TICKETS,
            [(*ticket[:-1], 1, sale.reservation.created_ms) for sale in sales for ticket in sale.tickets],
        )
        await session.insert(_INTO_PAYMENTS, [sale.payment for sale in sales])

    async def held(self, session: WriteSession, commands: Sequence[CancellationCommand]) -> Held:
        """What decides these cancellations."""
        parameters = {"ids": sorted({command.reservation_id for command in commands})}
        found = [Reservation._make(row) for row in await session.all(_CANCELLABLE, parameters)]
        paid = await session.all(_PAYMENTS, parameters)
        return Held(
            reservations={reservation.id: reservation for reservation in found},
            payment_transfers={row[0]: row[1] for row in paid},
            starts_ms={row[2]: row[3] for row in paid},
        )

    async def cancel(self, session: WriteSession, cancellations: Sequence[Cancellation]) -> None:
        """Write cancellations: the tickets stay as history, but no longer stand in anybody's way."""
        ids = [each.reservation.id for each in cancellations]
        # One statement, as they all bear the time of their transaction: of many, each would be a round trip.
        await session.execute(_CANCEL, {"ids": ids, "at_ms": cancellations[0].reservation.cancelled_ms})
        await session.execute(_DEACTIVATE, {"ids": ids})
        await session.execute(insert(refunds), [each.refund._asdict() for each in cancellations])

    async def page(self, session: ReadSession, user_id: str, cursor: str | None, limit: int) -> list[Reservation]:
        """The fan's reservations, newest first; those before `cursor`."""
        statement = _RESERVATION.where(reservations.c.user_id == user_id)
        if cursor is not None:
            statement = statement.where(reservations.c.id < cursor)
        rows = await session.all(statement.order_by(reservations.c.id.desc()).limit(limit))
        return [Reservation._make(row) for row in rows]

    async def reservation(self, session: ReadSession, user_id: str, reservation_id: str) -> Reservation | None:
        """One of the fan's own."""
        row = await session.first(
            _RESERVATION.where(reservations.c.id == reservation_id, reservations.c.user_id == user_id)
        )
        return Reservation._make(row) if row else None

    async def tickets_of(self, session: ReadSession, reservation_ids: Sequence[str]) -> list[Ticket]:
        """The tickets of these reservations, by seat."""
        rows = await session.all(
            _TICKET.where(tickets.c.reservation_id.in_(reservation_ids)).order_by(tickets.c.seat_no)
        )
        return [Ticket._make((*row[:-1], row[-1] == 1)) for row in rows]

    async def sold_seats(self, session: ReadSession, performance_id: str) -> list[tuple[int, str]]:
        """Every sold seat of a performance with its owner: the truth that Redis is restored from."""
        rows = await session.all(
            select(tickets.c.seat_no, tickets.c.user_id).where(
                tickets.c.performance_id == performance_id, tickets.c.active == 1
            )
        )
        return [(row[0], row[1]) for row in rows]

    async def sold_count(self, session: ReadSession, performance_id: str) -> int:
        """How many seats of a performance are sold."""
        return int(
            await session.scalar(
                select(func.count()).where(tickets.c.performance_id == performance_id, tickets.c.active == 1)
            )
        )

    async def paid_holds(self, session: ReadSession, hold_ids: Sequence[str]) -> set[str]:
        """Which of these holds led to a reservation that stands."""
        rows = await session.all(_OWNERS.where(reservations.c.status == "confirmed"), {"holds": list(hold_ids)})
        return {row[0] for row in rows}
