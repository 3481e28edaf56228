"""Requests and replies of seats and holds."""

from datetime import datetime
from typing import Annotated

import msgspec

from boxoffice.kernel.clock import utc
from boxoffice.seats.models import SEATS_PER_REQUEST_MAX, Hold

SeatNumber = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class BestAvailable(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The best seats next to each other, of one price tier or of any."""

    count: Annotated[int, msgspec.Meta(ge=1, le=SEATS_PER_REQUEST_MAX)]
    tier: Annotated[str, msgspec.Meta(min_length=1, max_length=50)] | None = None


class HoldRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Exactly one of the two: different seat numbers of the plan, or the best available."""

    seats: Annotated[list[SeatNumber], msgspec.Meta(min_length=1, max_length=SEATS_PER_REQUEST_MAX)] | None = None
    best_available: BestAvailable | None = None


class HoldReply(msgspec.Struct, frozen=True):
    """A hold. Pay before `expires_at`; keep the `receipt`, which stands for the hold should the service lose it."""

    id: str
    performance_id: str
    seats: list[int]
    total_minor: int
    currency: str
    expires_at: datetime
    receipt: str


def hold_reply(hold: Hold) -> HoldReply:
    """A hold as its owner is told."""
    return HoldReply(
        id=hold.id,
        performance_id=hold.performance_id,
        seats=list(hold.seats),
        total_minor=hold.total_minor,
        currency=hold.currency,
        expires_at=utc(hold.expires_ms),
        receipt=hold.receipt,
    )
