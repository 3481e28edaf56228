"""The audit: the whole sale is read back over HTTP and compared with what the fans know.

`read_back` fetches, `judge` decides without I/O.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from boxoffice.crowd.api import Api
from boxoffice.crowd.fan import Fan
from boxoffice.crowd.messages import SoldTicket
from boxoffice.crowd.record import Deeds, Unsettled
from boxoffice.crowd.refusal import Refused

_PAGES_MAX = 100_000
_EXAMPLES = 3
_FAULTS = ("connection_", "timeout", "overloaded", "unavailable")
_NAMELESS = ("http_", "internal_error", "unreadable_answer", "crowd_error")


class Went(NamedTuple):
    """How the crowd's day went, apart from what was bought: fans sent, how each ended, and how many were let in."""

    fans: int
    endings: Mapping[str, int]
    admitted: int


class Check(msgspec.Struct, frozen=True):
    """One thing that was proved, or was not; how many faults were counted."""

    name: str
    ok: bool
    detail: str
    faults: int = 0


class Books(NamedTuple):
    """What was read back: every ticket of the sale, and the wallet of each fan by user id (None: not to be had)."""

    tickets: Sequence[SoldTicket]
    balances: Mapping[str, int | None]


async def read_back(operator: Api, concert_ids: Iterable[str], fans: Sequence[Fan], *, at_once: int) -> Books:
    """Every ticket of the concerts, page by page, and every fan's wallet, `at_once` at a time. Raises `Refused`."""
    tickets: list[SoldTicket] = []
    for concert_id in concert_ids:
        cursor: str | None = None
        for _ in range(_PAGES_MAX):
            page = await operator.tickets(concert_id, cursor)
            tickets.extend(page.items)
            cursor = page.next
            if cursor is None:
                break
    balances: dict[str, int | None] = {}

    async def read_wallet(fan: Fan) -> None:
        try:
            balances[fan.api.user_id] = (await fan.api.wallet()).balance_minor
        except Refused:
            balances[fan.api.user_id] = None

    await for_each((fan for fan in fans if fan.api.user_id), read_wallet, at_once=at_once)
    return Books(tickets, balances)


async def settle(fans: Sequence[Fan], *, at_once: int) -> None:
    """Send every request again that never got an answer, with its key: now it is known what it did."""
    await for_each((fan for fan in fans if fan.deeds.unsettled), _settle, at_once=at_once)


async def _settle(fan: Fan) -> None:
    pending, fan.deeds.unsettled = fan.deeds.unsettled, []
    for request in pending:
        try:
            await _send_again(fan, request)
        except Refused as refused:
            if refused.lost:
                fan.deeds.unsettled.append(request)


async def _send_again(fan: Fan, request: Unsettled) -> None:
    if request.kind == "top up":
        await fan.api.top_up(request.amount_minor, request.key)
        fan.deeds.topped_up_minor += request.amount_minor
    elif request.kind == "pay":
        paid = await fan.api.pay(request.subject, request.receipt, request.key)
        fan.deeds.bought(paid, request.performance_id)
    else:
        await fan.api.cancel(request.subject, request.key)
        for purchase in fan.deeds.purchases:
            if purchase.reservation_id == request.subject:
                purchase.cancelled = True


async def server_checks(operator: Api, concert_ids: Iterable[str]) -> list[Check]:
    """What the server's own audit says of each concert. Raises `Refused`."""
    checks: list[Check] = []
    for concert_id in concert_ids:
        audit = await operator.audit(concert_id)
        checks.extend(Check(f"server: {check.name}", check.ok, check.detail) for check in audit.checks)
        if not audit.ok and all(check.ok for check in audit.checks):
            checks.append(Check("server: audit", False, f"The audit of concert {concert_id} does not hold."))
    return checks


def judge_day(went: Went, purchases: int, seats_free: int) -> list[Check]:
    """A crowd that got nowhere proves nothing: every fan came to an end of their own, and where seats are left the sale
    sold some."""
    faults = [f"{count} by {word}" for word, count in went.endings.items() if word.startswith(_FAULTS)]
    astray = went.fans - sum(went.endings.values())
    if astray:
        faults.append(f"{astray} without an end")
    closed = set(went.endings) == {"sale_closed"}
    idle = (
        []
        if purchases or closed or not seats_free
        else [f"{seats_free} seats are free, {went.admitted} fans were let in"]
    )
    return [
        _check("no fan was lost to a fault", faults, f"{went.fans} fans"),
        _check("the sale sold", idle, f"{purchases} payments, {went.admitted} fans let in"),
    ]


def judge(
    books: Books, fans: Mapping[str, Deeds], *, codes: Iterable[str] = (), findings: Sequence[str] = ()
) -> list[Check]:
    """Compare what was read back with the books of the fans (by user id).

    `codes` are all the words under which something was refused or ended; `findings` what fans saw that must not be.
    """
    active = [ticket for ticket in books.tickets if ticket.active]
    return [
        _check("no seat has two active tickets", _doubled(active), f"{len(active)} active tickets"),
        _check("every 201 has its tickets", _missing(active, fans), f"{_purchases(fans)} payments"),
        _check("no ticket lacks a 201", _unexplained(active, fans), f"{len(fans)} fans"),
        _check("each wallet is top-ups - payments + refunds", _wrong_wallets(books, fans), f"{len(fans)} wallets"),
        _check("every request that moves money was answered", _unanswered(fans), ""),
        _check("every refusal has its name", [code for code in codes if code.startswith(_NAMELESS)], ""),
        _check("fans saw nothing that must not be", findings, ""),
    ]


def _check(name: str, faults: Sequence[str], otherwise: str) -> Check:
    if not faults:
        return Check(name, True, otherwise)
    return Check(name, False, f"{len(faults)}: " + "; ".join(faults[:_EXAMPLES]), len(faults))


def _doubled(active: Sequence[SoldTicket]) -> list[str]:
    owners = Counter((ticket.performance_id, ticket.seat_no) for ticket in active)
    return [f"seat {no} of performance {performance}" for (performance, no), count in owners.items() if count > 1]


def _missing(active: Sequence[SoldTicket], fans: Mapping[str, Deeds]) -> list[str]:
    there = {(ticket.user_id, ticket.reservation_id, ticket.performance_id, ticket.seat_no) for ticket in active}
    return [
        f"seat {no} of reservation {purchase.reservation_id}"
        for user_id, deeds in fans.items()
        for purchase in deeds.purchases
        if not purchase.cancelled
        for no in purchase.seats
        if (user_id, purchase.reservation_id, purchase.performance_id, no) not in there
    ]


def _unexplained(active: Sequence[SoldTicket], fans: Mapping[str, Deeds]) -> list[str]:
    paid = {
        (purchase.reservation_id, no)
        for deeds in fans.values()
        for purchase in deeds.purchases
        if not purchase.cancelled
        for no in purchase.seats
    }
    return [
        f"ticket {ticket.id}"
        for ticket in active
        if ticket.user_id in fans and (ticket.reservation_id, ticket.seat_no) not in paid
    ]


def _wrong_wallets(books: Books, fans: Mapping[str, Deeds]) -> list[str]:
    return [
        f"user {user_id} has {books.balances.get(user_id)}, not {deeds.balance_minor()}"
        for user_id, deeds in fans.items()
        if books.balances.get(user_id) != deeds.balance_minor()
    ]


def _unanswered(fans: Mapping[str, Deeds]) -> list[str]:
    return [f"{request.kind} {request.key}" for deeds in fans.values() for request in deeds.unsettled]


def _purchases(fans: Mapping[str, Deeds]) -> int:
    return sum(len(deeds.purchases) for deeds in fans.values())


async def for_each(fans: Iterable[Fan], act: Callable[[Fan], Coroutine[None, None, None]], *, at_once: int) -> None:
    """Let `act` see every fan, `at_once` of them at a time."""
    queue = iter(fans)
    while batch := list(islice(queue, at_once)):
        await asyncio.gather(*(act(fan) for fan in batch))
