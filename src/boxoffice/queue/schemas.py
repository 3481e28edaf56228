"""Bodies of requests and replies about the queue."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from boxoffice.kernel.clock import utc
from boxoffice.queue.models import Joined, Phase, Place, PolicyChanges, QueuePolicy, SaleAction, Status
from boxoffice.queue.policy import (
    LIMIT_MAX,
    PRESENCE_TTL_MAX_S,
    PRESENCE_TTL_MIN_S,
    RATE_MAX_PER_S,
    SESSION_TTL_MIN_S,
    TTL_MAX_S,
)


class PlaceReply(msgspec.Struct, frozen=True):
    """How a place stands.

    `position` counts from 1 over everybody who waits, 0 once admitted. `eta_s` is an estimate. Both are null where
    they have no meaning: after the place has ended, and `eta_s` while nobody is being let in.
    """

    status: Status
    number: int
    position: int | None
    eta_s: int | None
    admitted_until: datetime | None
    poll_after_ms: int

    @classmethod
    def of(cls, place: Place) -> "PlaceReply":
        """`place` as JSON shows it."""
        return cls(place.status, place.number, place.position, place.eta_s, _until(place), place.poll_after_ms)


class JoinReply(msgspec.Struct, frozen=True):
    """A place in the queue. Send `token` as `X-Queue-Token` from now on, and keep it: it proves the place.

    Once the public queue shows a later `epoch`, join again with the token: the place may have to be restored.
    """

    token: str
    number: int
    status: Status
    position: int | None
    eta_s: int | None
    poll_after_ms: int
    epoch: int
    admitted_until: datetime | UnsetType = UNSET

    @classmethod
    def of(cls, joined: Joined) -> "JoinReply":
        """`joined` as JSON shows it."""
        place = joined.place
        return cls(
            joined.token,
            place.number,
            place.status,
            place.position,
            place.eta_s,
            place.poll_after_ms,
            joined.epoch,
            _until(place) or UNSET,
        )


class PolicyChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What to change; what is left out stays. `admit_rate_per_s` of 0: as fast as places come free."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=LIMIT_MAX)] | UnsetType = UNSET
    admit_rate_per_s: Annotated[float, msgspec.Meta(ge=0, le=RATE_MAX_PER_S)] | UnsetType = UNSET
    session_ttl_s: Annotated[int, msgspec.Meta(ge=SESSION_TTL_MIN_S, le=TTL_MAX_S)] | UnsetType = UNSET
    presence_ttl_s: Annotated[int, msgspec.Meta(ge=PRESENCE_TTL_MIN_S, le=PRESENCE_TTL_MAX_S)] | UnsetType = UNSET
    phase: Phase | UnsetType = UNSET

    def changes(self) -> PolicyChanges:
        """The fields that were sent."""
        sent = {name: getattr(self, name) for name in self.__struct_fields__}
        return PolicyChanges(**{name: value for name, value in sent.items() if value is not UNSET})


class PolicyReply(msgspec.Struct, frozen=True):
    """The policy, in force at the next tick."""

    limit: int
    admit_rate_per_s: float
    session_ttl_s: int
    presence_ttl_s: int
    phase: Phase

    @classmethod
    def of(cls, policy: QueuePolicy) -> "PolicyReply":
        """`policy` as JSON shows it."""
        return cls(policy.limit, policy.admit_rate_per_s, policy.session_ttl_s, policy.presence_ttl_s, policy.phase)


class SaleChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What to do with the sale."""

    action: SaleAction


def _until(place: Place) -> datetime | None:
    return None if place.admitted_until_ms is None else utc(place.admitted_until_ms)
