"""HTTP of the back office; operators only."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.backoffice.schemas import (
    AuditReply,
    LiveReply,
    SalePage,
    SaleReply,
    SeatStatesReply,
    SoldTicketPage,
    SoldTicketReply,
    sale_reply,
)
from boxoffice.backoffice.service import BackofficeService
from boxoffice.http.replies import PRIVATE, reply, reply_bytes
from boxoffice.http.requests import page, path_id
from boxoffice.http.routes import PAGE_QUERY, Media, Operation, Query, Route
from boxoffice.kernel.errors import InvalidRequest, NotFound, Unavailable
from boxoffice.kernel.paging import cut_page

_TICKETS_MAX = 1000
_TAG = "Back office"


class SalesResource:
    """`/admin/sales`, `/admin/sales/{concert_id}`"""

    def __init__(self, service: BackofficeService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        self._guard.operator(req)
        cursor, limit = page(req)
        found = await self._service.sales(cursor, limit + 1)
        shown, following = cut_page(found, limit, lambda sale: sale.concert.id)
        reply(resp, SalePage([sale_reply(sale) for sale in shown], following))

    async def on_get_one(self, req: Request, resp: Response, concert_id: str) -> None:
        self._guard.operator(req)
        reply(resp, sale_reply(await self._service.sale(path_id(concert_id))))


class SeatStatesResource:
    """`/admin/performances/{performance_id}/seat-states`"""

    def __init__(self, service: BackofficeService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response, performance_id: str) -> None:
        self._guard.operator(req)
        reply_bytes(resp, (await self._service.seat_states(path_id(performance_id))).body)


class ConcertOfficeResource:
    """`/admin/concerts/{id}/live`, `/audit`, `/tickets`, `/sales.csv` and `/ledger.csv`"""

    def __init__(self, service: BackofficeService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get_live(self, req: Request, resp: Response, concert_id: str) -> None:
        self._guard.operator(req)
        reply_bytes(resp, (await self._service.live(path_id(concert_id))).body)

    async def on_get_audit(self, req: Request, resp: Response, concert_id: str) -> None:
        self._guard.operator(req)
        reply(resp, await self._service.audit(path_id(concert_id)))

    async def on_get_tickets(self, req: Request, resp: Response, concert_id: str) -> None:
        self._guard.operator(req)
        cursor, limit = page(req, default=100, most=_TICKETS_MAX)
        found = await self._service.tickets(path_id(concert_id), cursor, limit + 1)
        shown, following = cut_page(found, limit, lambda ticket: ticket.id)
        reply(resp, SoldTicketPage([SoldTicketReply(**ticket._asdict()) for ticket in shown], following))

    async def on_get_sold_file(self, req: Request, resp: Response, concert_id: str) -> None:
        self._guard.operator(req)
        _reply_file(resp, await self._service.sold_file(path_id(concert_id)), f"sales-{concert_id}.csv")

    async def on_get_ledger_file(self, req: Request, resp: Response, concert_id: str) -> None:
        self._guard.operator(req)
        _reply_file(resp, await self._service.ledger_file(path_id(concert_id)), f"ledger-{concert_id}.csv")


def _reply_file(resp: Response, pieces: AsyncIterator[bytes], name: str) -> None:
    resp.stream = pieces
    resp.content_type = "text/csv; charset=utf-8"
    resp.set_header("Cache-Control", PRIVATE)
    resp.set_header("Content-Disposition", f'attachment; filename="{name}"')


def routes(service: BackofficeService, guard: AccountGuard) -> list[Route]:
    """The paths of the back office."""
    sales, states = SalesResource(service, guard), SeatStatesResource(service, guard)
    concert = ConcertOfficeResource(service, guard)
    admin = "/api/v1/admin"
    one = f"{admin}/concerts/{{concert_id}}"
    every_sale = _look("Concerts and how their sales stand, newest first", SalePage)._replace(
        errors=(InvalidRequest, Unavailable), query=PAGE_QUERY
    )
    one_sale = _look("A concert and how its sale stands", SaleReply)
    seat_states = _look("Which seats are held, paying and sold at this moment", SeatStatesReply)
    live = _look("The sale's numbers at this moment", LiveReply)
    audit = _look("Read the whole sale back and prove its promises", AuditReply)
    tickets = _look("Every ticket, in order of sale", SoldTicketPage)._replace(
        errors=(NotFound, InvalidRequest, Unavailable),
        query={
            **PAGE_QUERY,
            "limit": Query("100 unless given", Annotated[int, msgspec.Meta(ge=1, le=_TICKETS_MAX)]),
        },
    )
    sold_file = _look("Every ticket as a file, in order of sale", Media("text/csv"))
    ledger_file = _look("Every entry of the concert's transfers as a file", Media("text/csv"))
    return [
        Route(f"{admin}/sales", sales, {"GET": every_sale}, tag=_TAG),
        Route(f"{admin}/sales/{{concert_id}}", sales, {"GET": one_sale}, suffix="one", tag=_TAG),
        Route(f"{admin}/performances/{{performance_id}}/seat-states", states, {"GET": seat_states}, tag=_TAG),
        Route(f"{one}/live", concert, {"GET": live}, suffix="live", tag=_TAG),
        Route(f"{one}/audit", concert, {"GET": audit}, suffix="audit", tag=_TAG),
        Route(f"{one}/tickets", concert, {"GET": tickets}, suffix="tickets", tag=_TAG),
        Route(f"{one}/sales.csv", concert, {"GET": sold_file}, suffix="sold_file", tag=_TAG),
        Route(f"{one}/ledger.csv", concert, {"GET": ledger_file}, suffix="ledger_file", tag=_TAG),
    ]


def _look(summary: str, answer: type | Media) -> Operation:
    return Operation(summary, {200: answer}, signed_in=True, role="operator", errors=(NotFound, Unavailable))
