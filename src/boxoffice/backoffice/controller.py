"""HTTP of the back office; operators only."""

from typing import Annotated

import msgspec
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.backoffice.schemas import AuditReply, LiveReply, SoldTicketPage, SoldTicketReply
from boxoffice.backoffice.service import BackofficeService
from boxoffice.http.replies import reply, reply_bytes
from boxoffice.http.requests import page, path_id
from boxoffice.http.routes import Operation, Query, Route
from boxoffice.kernel.errors import InvalidRequest, NotFound, Unavailable

_TICKETS_MAX = 1000


class ConcertOfficeResource:
    """`/admin/concerts/{id}/live`, `/audit` and `/tickets`"""

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


def routes(service: BackofficeService, guard: AccountGuard) -> list[Route]:
    """The paths of the back office."""
    resource = ConcertOfficeResource(service, guard)
    path = "/api/v1/admin/concerts/{concert_id}"
    return [
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
    ]


def _operation(summary: str, answer: type) -> Operation:
    return Operation(summary, {200: answer}, signed_in=True, role="operator", errors=(NotFound, Unavailable))
