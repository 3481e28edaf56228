"""Plain values of money: wallets, transfers, and the commands that move them."""

from typing import Literal, NamedTuple

import msgspec

CASH = "cash"
"""The world outside: what is topped up comes from here."""

TransferKind = Literal["charge", "payment", "refund"]


def wallet_account(user_id: str) -> str:
    """The ledger account of a fan's wallet."""
    return f"wallet:{user_id}"


def revenue_account(concert_id: str) -> str:
    """The ledger account of a concert's takings. It has no running balance: that would queue every payment up."""
    return f"revenue:{concert_id}"


class Wallet(NamedTuple):
    """What one fan has, in minor units of `currency`."""

    user_id: str
    currency: str
    balance_minor: int


class Transfer(NamedTuple):
    """One movement of money: `lines` of (account, amount) sum to zero. It is never changed, only reversed."""

    id: str
    kind: TransferKind
    user_id: str
    reverses_id: str | None
    created_ms: int
    lines: tuple[tuple[str, int], ...]


class WalletEntry(NamedTuple):
    """One line of a fan's history: what a transfer did to their wallet."""

    transfer_id: str
    kind: TransferKind
    amount_minor: int
    created_ms: int


class MoneyCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to move money, once: `key` names the intent and `request_hash` what was asked under that key."""

    user_id: str
    key: str
    request_hash: str


class Charge(MoneyCommand, frozen=True, kw_only=True):
    """Top a wallet up by `amount_minor`."""

    amount_minor: int


class KnownKey(NamedTuple):
    """What is remembered under an idempotency key."""

    request_hash: str
    status: int
    body: str


class Answer(NamedTuple):
    """What a caller is told, byte for byte the same when the key comes again."""

    status: int
    body: bytes
    replayed: bool = False
