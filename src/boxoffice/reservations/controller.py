"""HTTP of payments and reservations."""

import msgspec
import structlog
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.http.replies import reply, reply_answer
from boxoffice.http.requests import idempotency_key, page, path_id, read_json
from boxoffice.http.routes import PAGE_QUERY, Operation, Route
from boxoffice.kernel import errors as e
from boxoffice.kernel.paging import cut_page
from boxoffice.reservations.schemas import PaymentReply, PaymentRequest, RefundReply, ReservationPage, ReservationReply
from boxoffice.reservations.service import ReservationService

_log = structlog.get_logger()
_PAYMENT = msgspec.json.Decoder(PaymentRequest)


class _Bought(msgspec.Struct, frozen=True):
    id: str


class _Charged(msgspec.Struct, frozen=True):
    amount_minor: int


class _Paid(msgspec.Struct, frozen=True):
    """Of an answer that may be a remembered one, as much as its headers and its line in the log need."""

    payment: _Charged
    reservation: _Bought


_PAID = msgspec.json.Decoder(_Paid)
_MONEY = (e.IdempotencyKeyRequired, e.InvalidRequest, e.IdempotencyKeyReused, e.Overloaded, e.Unavailable)


class PaymentsResource:
    """`/payments`"""

    def __init__(self, service: ReservationService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_post(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        key = idempotency_key(req)
        request = await read_json(req, _PAYMENT)
        answer = await self._service.pay(fan.user_id, request.hold_id, request.receipt, key)
        bought = _PAID.decode(answer.body)
        _log.info(
            "paid",
            hold=request.hold_id,
            reservation=bought.reservation.id,
            fan=fan.user_id,
            amount_minor=bought.payment.amount_minor,
            replayed=answer.replayed,
        )
        reply_answer(resp, answer, location=f"/api/v1/reservations/{bought.reservation.id}")


class ReservationsResource:
    """`/reservations`, `/reservations/{id}` and its cancellation"""

    def __init__(self, service: ReservationService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        cursor, limit = page(req)
        found = await self._service.page(fan.user_id, cursor, limit + 1)
        shown, following = cut_page(found, limit, lambda reservation: reservation.id)
        reply(resp, ReservationPage(list(shown), following))

    async def on_get_one(self, req: Request, resp: Response, reservation_id: str) -> None:
        fan = self._guard.signed_in(req)
        reply(resp, await self._service.reservation(fan.user_id, path_id(reservation_id)))

    async def on_post_cancellation(self, req: Request, resp: Response, reservation_id: str) -> None:
        fan = self._guard.signed_in(req)
        key = idempotency_key(req)
        answer = await self._service.cancel(fan.user_id, path_id(reservation_id), key)
        reply_answer(resp, answer, location=f"/api/v1/reservations/{reservation_id}")


def routes(service: ReservationService, guard: AccountGuard) -> list[Route]:
    """The paths of selling."""
    reservations = ReservationsResource(service, guard)
    return [
        Route(
            "/api/v1/payments",
            PaymentsResource(service, guard),
            {
                "POST": Operation(
                    "Pay for a hold from the wallet",
                    {201: PaymentReply},
                    request=PaymentRequest,
                    signed_in=True,
                    idempotent=True,
                    location=True,
                    errors=(
                        *_MONEY,
                        e.NotFound,
                        e.InsufficientBalance,
                        e.HoldExpired,
                        e.SeatTaken,
                        e.AlreadyPaid,
                        e.LimitExceeded,
                    ),
                )
            },
            tag="Reservations",
        ),
        Route(
            "/api/v1/reservations",
            reservations,
            {
                "GET": Operation(
                    "The fan's reservations, newest first",
                    {200: ReservationPage},
                    signed_in=True,
                    errors=(e.InvalidRequest, e.Unavailable),
                    query=PAGE_QUERY,
                )
            },
            tag="Reservations",
        ),
        Route(
            "/api/v1/reservations/{reservation_id}",
            reservations,
            {
                "GET": Operation(
                    "One reservation with its tickets",
                    {200: ReservationReply},
                    signed_in=True,
                    errors=(e.NotFound, e.Unavailable),
                )
            },
            suffix="one",
            tag="Reservations",
        ),
        Route(
            "/api/v1/reservations/{reservation_id}/cancellation",
            reservations,
            {
                "POST": Operation(
                    "Give a reservation back for a refund to the wallet",
                    {201: RefundReply},
                    signed_in=True,
                    idempotent=True,
                    location=True,
                    errors=(*_MONEY, e.NotFound, e.AlreadyCancelled, e.Conflict),
                )
            },
            suffix="cancellation",
            tag="Reservations",
        ),
    ]
