"""HTTP of the wallet."""

import msgspec
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.http.replies import reply, reply_answer
from boxoffice.http.requests import idempotency_key, page, path_id, read_json
from boxoffice.http.routes import PAGE_QUERY, Operation, Route
from boxoffice.kernel.clock import utc
from boxoffice.kernel.errors import (
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InvalidRequest,
    NotFound,
    Overloaded,
    Unavailable,
)
from boxoffice.kernel.paging import cut_page
from boxoffice.wallet.models import WalletEntry
from boxoffice.wallet.schemas import ChargeReply, ChargeRequest, EntryPage, EntryReply, WalletReply
from boxoffice.wallet.service import WalletService

_CHARGE = msgspec.json.Decoder(ChargeRequest)


class WalletResource:
    """`/wallet`"""

    def __init__(self, service: WalletService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        wallet = await self._service.wallet(fan.user_id)
        reply(resp, WalletReply(wallet.balance_minor, wallet.currency))


class EntriesResource:
    """`/wallet/entries`"""

    def __init__(self, service: WalletService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        cursor, limit = page(req)
        found = await self._service.history(fan.user_id, cursor, limit + 1)
        shown, following = cut_page(found, limit, lambda entry: entry.transfer_id)
        reply(resp, EntryPage([_entry(entry) for entry in shown], following))

    async def on_get_one(self, req: Request, resp: Response, transfer_id: str) -> None:
        fan = self._guard.signed_in(req)
        reply(resp, _entry(await self._service.entry(fan.user_id, path_id(transfer_id))))


class ChargesResource:
    """`/wallet/charges`"""

    def __init__(self, service: WalletService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_post(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        key = idempotency_key(req)
        request = await read_json(req, _CHARGE)
        answer = await self._service.charge(fan.user_id, request.amount_minor, key)
        charged = msgspec.json.decode(answer.body, type=ChargeReply)
        reply_answer(resp, answer, location=f"/api/v1/wallet/entries/{charged.id}")


def routes(service: WalletService, guard: AccountGuard) -> list[Route]:
    """The wallet's paths."""
    entries = EntriesResource(service, guard)
    return [
        Route(
            "/api/v1/wallet",
            WalletResource(service, guard),
            {"GET": Operation("The fan's balance", {200: WalletReply}, signed_in=True, errors=(Unavailable,))},
            tag="Wallet",
        ),
        Route(
            "/api/v1/wallet/entries",
            entries,
            {
                "GET": Operation(
                    "The wallet's history, newest first",
                    {200: EntryPage},
                    signed_in=True,
                    errors=(InvalidRequest, Unavailable),
                    query=PAGE_QUERY,
                )
            },
            tag="Wallet",
        ),
        Route(
            "/api/v1/wallet/entries/{transfer_id}",
            entries,
            {
                "GET": Operation(
                    "One movement of the fan's money", {200: EntryReply}, signed_in=True, errors=(NotFound, Unavailable)
                )
            },
            suffix="one",
            tag="Wallet",
        ),
        Route(
            "/api/v1/wallet/charges",
            ChargesResource(service, guard),
            {
                "POST": Operation(
                    "Top the wallet up",
                    {201: ChargeReply},
                    request=ChargeRequest,
                    signed_in=True,
                    idempotent=True,
                    location=True,
                    errors=(IdempotencyKeyRequired, InvalidRequest, IdempotencyKeyReused, Overloaded, Unavailable),
                )
            },
            tag="Wallet",
        ),
    ]


def _entry(entry: WalletEntry) -> EntryReply:
    return EntryReply(
        id=entry.transfer_id, kind=entry.kind, amount_minor=entry.amount_minor, created_at=utc(entry.created_ms)
    )
