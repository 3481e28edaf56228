"""Plain values of the queue."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

import msgspec

Phase = Literal["scheduled", "open", "paused", "closed"]
SaleAction = Literal["open", "pause", "resume", "close"]
Status = Literal["waiting", "admitted", "expired", "left"]


class Unprepared(Exception):
    """Redis knows nothing of this concert's queue, or may lack the last of it: never asked, lost, or failed over."""


class QueueKeys(NamedTuple):
    """The keys of one concert's queue, in the order in which every script takes them.

    `lua/keys.lua` says what each is. They share a hash tag: a concert lives on one shard.
    """

    policy: str
    state: str
    waiting: str
    seen: str
    active: str
    ready: str
    numbers: str
    ended: str
    log: str
    calls: str

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, concert_id: str) -> "QueueKeys":
        return cls(*(f"{{c:{concert_id}}}:{name}" for name in cls._fields))


class Concerts(Protocol):
    """What the queue asks of the catalogue."""

    async def concert_exists(self, concert_id: str) -> bool: ...
    async def performances_of(self, concert_id: str) -> Sequence[str]: ...


class SoldSeats(Protocol):
    """The database's truth: every `(seat, fan)` sold of a performance."""

    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]: ...


class QueuePolicy(NamedTuple):
    """What the operator decides. `admit_rate_per_s` of 0: as fast as places come free."""

    phase: Phase
    limit: int
    admit_rate_per_s: float
    session_ttl_s: int
    presence_ttl_s: int


class StoredPolicy(NamedTuple):
    """A policy as the database keeps it; `version` rises with every change and orders them in Redis."""

    concert_id: str
    policy: QueuePolicy
    version: int


class PolicyChanges(NamedTuple):
    """What to change in a policy; None leaves a part as it is."""

    phase: Phase | None = None
    limit: int | None = None
    admit_rate_per_s: float | None = None
    session_ttl_s: int | None = None
    presence_ttl_s: int | None = None


class TokenClaims(NamedTuple):
    """What a queue token says: whose place, in which queue, and under which epoch it was given out."""

    fan_id: str
    concert_id: str
    number: int
    epoch: int


class StoredPlace(NamedTuple):
    """One fan's place as Redis sees it, with what it takes to say how long it will be.

    `position` counts from 1 over everybody who waits; `turn` from 1 over those present, 0 while the fan is away or
    not yet called. `pace_per_s` is the measured speed of admission. `deadline_ms` is 0 unless admitted.
    """

    status: Status
    number: int
    deadline_ms: int
    position: int
    turn: int
    calling: int
    pace_per_s: float
    phase: Phase
    limit: int
    rate_milli: int
    session_ttl_ms: int
    presence_ttl_ms: int
    epoch: int
    now_ms: int
    repeated: bool


class Place(NamedTuple):
    """A fan's place, as told to the fan. What is not known, or no longer has a meaning, is None."""

    status: Status
    number: int
    position: int | None
    eta_s: int | None
    admitted_until_ms: int | None
    poll_after_ms: int


class Joined(NamedTuple):
    """The answer to a join: the token to come back with, the place, whether the fan had it before, and the epoch."""

    token: str
    place: Place
    repeated: bool
    epoch: int = 1


class LiveNumbers(NamedTuple):
    """The queue in numbers at `as_of_ms`. `inside` counts fans inside now, `admitted_total` all who ever were."""

    phase: Phase
    limit: int
    epoch: int
    serving: int
    calling: int
    last: int
    waiting: int
    present: int
    inside: int
    admitted_total: int
    rate_per_s: float
    as_of_ms: int


class PollAdvice(msgspec.Struct, frozen=True):
    """How often to ask again while waiting, uncalled.

    A fan `d` numbers beyond `calling` waits `near_ms + d * per_position_ms`, at most `far_ms`, give or take the
    share `jitter`. Once the number is at or below `calling`, ask `tokens/current`, as its `poll_after_ms` says.
    """

    near_ms: int
    far_ms: int
    per_position_ms: int
    jitter: float


class QueueSnapshot(msgspec.Struct, frozen=True):
    """The queue as everybody sees it at `as_of_ms`.

    `serving` is the highest number let in so far; numbers up to `calling` should report now; `last` is the last one
    given out. `waiting` fans are outside, `admitted` fans inside, where there is room for `limit`. `rate_per_s` is the
    measured speed of admission. When `epoch` changes, join again and present the token: the queue is rebuilt from them.
    """

    concert_id: str
    phase: Phase
    serving: int
    calling: int
    last: int
    waiting: int
    admitted: int
    limit: int
    rate_per_s: float
    epoch: int
    as_of_ms: int
    poll: PollAdvice


class Admission(NamedTuple):
    """What one tick did, and whom it let in. `unfinished`: a bound was reached; another call would do more at once."""

    admitted: int
    expired: int
    away: int
    called: int
    unfinished: bool
    fans: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """What is counted, by the name of its outcome."""
        return {
            "admitted": self.admitted,
            "expired": self.expired,
            "away": self.away,
            "called": self.called,
            "unfinished": int(self.unfinished),
        }


class LogEvent(NamedTuple):
    """A line of the admission log. `limit`, `rate_milli` and `phase` are those in force, where the line tells them."""

    id: str
    kind: str
    fan_id: str
    number: int
    at_ms: int
    inside: int | None = None
    limit: int | None = None
    rate_milli: int | None = None
    phase: str | None = None
