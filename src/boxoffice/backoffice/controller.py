"""HTTP of the back office; operators only."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

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
from boxoffice.http.routes import Media, Operation, Query, Route
from boxoffice.kernel.errors import InvalidRequest, NotFound, Unavailable

_TICKETS_MAX = 1000


class SalesResource:
    """`/admin/sales`, `/admin/sales/{concert_id}`"""

    def __init__(self, service: BackofficeService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        self._guard.operator(req)
        cursor, limit = page(req)
        found = await self._service.sales(cursor, limit + 1)
        following = found[limit - 1].concert.id if len(found) > limit else None
        reply(resp, SalePage([sale_reply(sale) for sale in found[:limit]], following))

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
        following = found[limit - 1].id if len(found) > limit else None
        reply(resp, SoldTicketPage([SoldTicketReply(**ticket._asdict()) for ticket in found[:limit]], following))

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
    resource = ConcertOfficeResource(service, guard)
    sales, states = SalesResource(service, guard), SeatStatesResource(service, guard)
    admin = "/api/v1/admin"
    path = f"{admin}/concerts/{{concert_id}}"
    sales_page = _operation("Concerts and how their sales stand, newest first", SalePage)._replace(
        errors=(InvalidRequest, Unavailable),
        query={"cursor": "`next` of the page before", "limit": "1 to 100; 20 unless given"},
    )
    return [
        Route(f"{admin}/sales", sales, {"GET": sales_page}, tag="Back office"),
        Route(
            f"{admin}/sales/{{concert_id}}",
            sales,
            {"GET": _operation("A concert and how its sale stands", SaleReply)},
            suffix="one",
            tag="Back office",
        ),
        Route(
            f"{admin}/performances/{{performance_id}}/seat-states",
            states,
            {"GET": _operation("Which seats are held, paying and sold at this moment", SeatStatesReply)},
            tag="Back office",
        ),
        Route(
            f"{path}/live",
            resource,
            {"GET": _operation("The sale's numbers at this moment", LiveReply)},
            suffix="live",
            tag="Back office",
        ),
        Route(
            f"{path}/audit",
            resource,
            {"GET": _operation("Read the whole sale back and prove its promises", AuditReply)},
            suffix="audit",
            tag="Back office",
        ),
        Route(
            f"{path}/tickets",
            resource,
            {
                "GET": _operation("Every ticket, in order of sale", SoldTicketPage)._replace(
                    errors=(NotFound, InvalidRequest, Unavailable),
                    query={
                        "cursor": "`next` of the page before",
                        "limit": Query("100 unless given", Annotated[int, msgspec.Meta(ge=1, le=_TICKETS_MAX)]),
                    },
                )
            },
            suffix="tickets",
            tag="Back office",
        ),
        Route(
            f"{path}/sales.csv",
            resource,
            {"GET": _operation("Every ticket as a file, in order of sale", Media("text/csv"))},
            suffix="sold_file",
            tag="Back office",
        ),
        Route(
            f"{path}/ledger.csv",
            resource,
            {"GET": _operation("Every entry of the concert's transfers as a file", Media("text/csv"))},
            suffix="ledger_file",
            tag="Back office",
        ),
    ]


def _operation(summary: str, answer: Any) -> Operation:
    return Operation(summary, {200: answer}, signed_in=True, role="operator", errors=(NotFound, Unavailable))
