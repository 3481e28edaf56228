"""HTTP of the queue."""

import msgspec
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.accounts.models import Fan
from boxoffice.http.replies import SHARED_ONE_SECOND, no_content, reply, reply_snapshot
from boxoffice.http.requests import path_id, read_json
from boxoffice.http.routes import Operation, Route
from boxoffice.kernel import errors as e
from boxoffice.queue.guard import HEADER, QueueGuard
from boxoffice.queue.models import QueueSnapshot
from boxoffice.queue.schemas import JoinReply, PlaceReply, PolicyChange, PolicyReply, SaleChange
from boxoffice.queue.service import QueueService

_POLICY_CHANGE = msgspec.json.Decoder(PolicyChange)
_SALE_CHANGE = msgspec.json.Decoder(SaleChange)

_CONCERT = "/api/v1/concerts/{concert_id}"
_ADMIN = "/api/v1/admin/concerts/{concert_id}"


class TokensResource:
    """`/concerts/{concert_id}/queue/tokens`"""

    def __init__(self, service: QueueService, accounts: AccountGuard) -> None:
        self._service = service
        self._accounts = accounts

    async def on_post(self, req: Request, resp: Response, concert_id: str) -> None:
        fan = self._accounts.signed_in(req)
        joined = await self._service.join(fan, path_id(concert_id), req.get_header(HEADER))
        location = f"{_CONCERT.format(concert_id=concert_id)}/queue/tokens/current"
        reply(resp, JoinReply.of(joined), 200 if joined.repeated else 201, location=location)


class QueueResource:
    """`/concerts/{concert_id}/queue`"""

    def __init__(self, service: QueueService) -> None:
        self._service = service

    async def on_get(self, req: Request, resp: Response, concert_id: str) -> None:
        reply_snapshot(req, resp, await self._service.snapshot(path_id(concert_id)))


class CurrentTokenResource:
    """`/concerts/{concert_id}/queue/tokens/current`"""

    def __init__(self, service: QueueService, accounts: AccountGuard, guard: QueueGuard) -> None:
        self._service = service
        self._accounts = accounts
        self._guard = guard

    async def on_get(self, req: Request, resp: Response, concert_id: str) -> None:
        token = self._guard.token(req)
        place = await self._service.current(path_id(concert_id), token, self._fan(req))
        reply(resp, PlaceReply.of(place))

    async def on_delete(self, req: Request, resp: Response, concert_id: str) -> None:
        token = self._guard.token(req)
        await self._service.leave(path_id(concert_id), token, self._fan(req))
        no_content(resp)

    def _fan(self, req: Request) -> Fan | None:
        # The token alone speaks for the place; whoever signs the request as well must be its owner.
        return None if req.get_header("Authorization") is None else self._accounts.signed_in(req)


class PolicyResource:
    """`/admin/concerts/{concert_id}/queue/policy`"""

    def __init__(self, service: QueueService, accounts: AccountGuard) -> None:
        self._service = service
        self._accounts = accounts

    async def on_get(self, req: Request, resp: Response, concert_id: str) -> None:
        self._accounts.operator(req)
        reply(resp, PolicyReply.of(await self._service.policy(path_id(concert_id))))

    async def on_put(self, req: Request, resp: Response, concert_id: str) -> None:
        operator = self._accounts.operator(req)
        change = await read_json(req, _POLICY_CHANGE)
        policy = await self._service.change_policy(operator, path_id(concert_id), change.changes())
        reply(resp, PolicyReply.of(policy))


class SaleResource:
    """`/admin/concerts/{concert_id}/sale`"""

    def __init__(self, service: QueueService, accounts: AccountGuard) -> None:
        self._service = service
        self._accounts = accounts

    async def on_post(self, req: Request, resp: Response, concert_id: str) -> None:
        operator = self._accounts.operator(req)
        change = await read_json(req, _SALE_CHANGE)
        policy = await self._service.change_phase(operator, path_id(concert_id), change.action)
        reply(resp, PolicyReply.of(policy))


def routes(service: QueueService, accounts: AccountGuard, guard: QueueGuard) -> list[Route]:
    """The paths of the queue."""
    join = Operation(
        "Join the queue, or come back to the place one has. Without Redis's memory of it, an earlier "
        "X-Queue-Token restores the place",
        {201: JoinReply, 200: JoinReply},
        errors=(e.Unauthorized, e.NotFound, e.SaleClosed, e.Overloaded, e.Unavailable),
        signed_in=True,
        location=True,
    )
    look = Operation(
        "The queue, the same for everybody",
        {200: QueueSnapshot, 304: None},
        errors=(e.NotFound, e.Overloaded, e.Unavailable),
        cache=SHARED_ONE_SECOND,
    )
    current = Operation(
        "How a place stands; from a fan who was called, this is also the report that they are there",
        {200: PlaceReply},
        errors=(e.BadQueueToken, e.NotFound, e.Overloaded, e.Unavailable),
        queue_token=True,
    )
    leave = Operation(
        "Give a place up",
        {204: None},
        errors=(e.BadQueueToken, e.NotFound, e.Overloaded, e.Unavailable),
        queue_token=True,
    )
    refusals = (e.Unauthorized, e.Forbidden, e.NotFound, e.Unavailable)
    show = Operation("The policy of the queue", {200: PolicyReply}, errors=refusals, signed_in=True, role="operator")
    change = Operation(
        "Change the policy; in force at the next tick",
        {200: PolicyReply},
        request=PolicyChange,
        errors=(*refusals, e.Conflict, e.InvalidRequest),
        signed_in=True,
        role="operator",
    )
    sale = Operation(
        "Open, pause, resume or close the sale",
        {200: PolicyReply},
        request=SaleChange,
        errors=(*refusals, e.Conflict, e.InvalidRequest),
        signed_in=True,
        role="operator",
    )
    tag, current_path = "Queue", f"{_CONCERT}/queue/tokens/current"
    return [
        Route(f"{_CONCERT}/queue", QueueResource(service), {"GET": look}, tag=tag),
        Route(f"{_CONCERT}/queue/tokens", TokensResource(service, accounts), {"POST": join}, tag=tag),
        Route(
            current_path,
            CurrentTokenResource(service, accounts, guard),
            {"GET": current, "DELETE": leave},
            tag=tag,
        ),
        Route(f"{_ADMIN}/queue/policy", PolicyResource(service, accounts), {"GET": show, "PUT": change}, tag=tag),
        Route(f"{_ADMIN}/sale", SaleResource(service, accounts), {"POST": sale}, tag=tag),
    ]
