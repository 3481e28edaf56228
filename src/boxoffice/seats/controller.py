"""HTTP of seats: what is free, and a fan's holds."""

import msgspec
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.http.replies import SHARED_ONE_SECOND, no_content, reply, reply_snapshot
from boxoffice.http.requests import path_id, read_json
from boxoffice.http.routes import Operation, Route
from boxoffice.kernel import errors as e
from boxoffice.queue.guard import QueueGuard
from boxoffice.seats.models import Availability
from boxoffice.seats.schemas import HoldReply, HoldRequest, hold_reply
from boxoffice.seats.service import SeatService

_HOLD_REQUEST = msgspec.json.Decoder(HoldRequest)


class AvailabilityResource:
    """`/performances/{performance_id}/availability`"""

    def __init__(self, *, service: SeatService) -> None:
        self._service = service

    async def on_get(self, req: Request, resp: Response, performance_id: str) -> None:
        snapshot = await self._service.availability(path_id(performance_id))
        reply_snapshot(req, resp, snapshot, SHARED_ONE_SECOND)


class HoldsResource:
    """`/performances/{performance_id}/holds`"""

    def __init__(self, *, service: SeatService, accounts: AccountGuard, places: QueueGuard) -> None:
        self._service = service
        self._accounts = accounts
        self._places = places

    async def on_post(self, req: Request, resp: Response, performance_id: str) -> None:
        fan = self._accounts.signed_in(req)
        path_id(performance_id)
        body = await read_json(req, _HOLD_REQUEST)
        # Admission is decided by the fan's id; a token is not needed, but a wrong one says that something is wrong.
        self._places.place(req, fan, await self._service.concert_of(performance_id))
        best = body.best_available
        hold = await self._service.hold(
            fan.user_id,
            performance_id,
            seats=body.seats,
            best_count=best.count if best else None,
            best_tier=best.tier if best else None,
        )
        reply(resp, hold_reply(hold), 201, location=f"/api/v1/holds/{hold.id}")


class HoldResource:
    """`/holds/{hold_id}`"""

    def __init__(self, *, service: SeatService, accounts: AccountGuard) -> None:
        self._service = service
        self._accounts = accounts

    async def on_get(self, req: Request, resp: Response, hold_id: str) -> None:
        fan = self._accounts.signed_in(req)
        reply(resp, hold_reply(await self._service.hold_of(fan.user_id, hold_id)))

    async def on_delete(self, req: Request, resp: Response, hold_id: str) -> None:
        fan = self._accounts.signed_in(req)
        await self._service.release(fan.user_id, hold_id)
        no_content(resp)


def routes(service: SeatService, accounts: AccountGuard, places: QueueGuard) -> list[Route]:
    """Availability for all, holds for the fans inside."""
    return [
        Route(
            "/api/v1/performances/{performance_id}/availability",
            AvailabilityResource(service=service),
            {
                "GET": Operation(
                    "Which seats are taken",
                    {200: Availability},
                    errors=(e.NotFound, e.Overloaded, e.Unavailable),
                    cache=SHARED_ONE_SECOND,
                )
            },
            tag="Seats",
        ),
        Route(
            "/api/v1/performances/{performance_id}/holds",
            HoldsResource(service=service, accounts=accounts, places=places),
            {
                "POST": Operation(
                    "Hold chosen seats, or the best available next to each other: all or none",
                    {201: HoldReply},
                    request=HoldRequest,
                    errors=(
                        e.MalformedJson,
                        e.Unauthorized,
                        e.BadQueueToken,
                        e.NotAdmitted,
                        e.NotFound,
                        e.SaleClosed,
                        e.SeatTaken,
                        e.LimitExceeded,
                        e.BodyTooLarge,
                        e.UnsupportedMediaType,
                        e.InvalidRequest,
                        e.UnknownSeat,
                        e.Overloaded,
                        e.Unavailable,
                    ),
                    signed_in=True,
                    queue_token=True,
                    location=True,
                )
            },
            tag="Seats",
        ),
        Route(
            "/api/v1/holds/{hold_id}",
            HoldResource(service=service, accounts=accounts),
            {
                "GET": Operation(
                    "Look at your hold",
                    {200: HoldReply},
                    errors=(e.Unauthorized, e.NotFound, e.Overloaded, e.Unavailable),
                    signed_in=True,
                ),
                "DELETE": Operation(
                    "Give your hold back",
                    {204: None},
                    errors=(e.Unauthorized, e.NotFound, e.Conflict, e.Overloaded, e.Unavailable),
                    signed_in=True,
                ),
            },
            tag="Seats",
        ),
    ]
