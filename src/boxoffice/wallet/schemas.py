"""Requests and replies of the wallet."""

from datetime import datetime
from typing import Annotated

import msgspec

from boxoffice.kernel.money import AMOUNT_MINOR_MAX


class ChargeRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How much to top up, in minor units."""

    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]


class ChargeReply(msgspec.Struct, frozen=True, kw_only=True):
    """A top-up, and the balance it led to."""

    id: str
    amount_minor: int
    balance_minor: int
    currency: str
    created_at: datetime


class WalletReply(msgspec.Struct, frozen=True):
    """What the fan has."""

    balance_minor: int
    currency: str


class EntryReply(msgspec.Struct, frozen=True, kw_only=True):
    """One movement: positive came in, negative went out. `kind` is charge, payment or refund."""

    id: str
    kind: str
    amount_minor: int
    created_at: datetime


class EntryPage(msgspec.Struct, frozen=True):
    """Newest first; `next` is the cursor of the following page, or null."""

    items: list[EntryReply]
    next: str | None
