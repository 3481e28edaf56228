"""Decisions of the queue: which policies are sound, how far a fan has to go, and when to ask again.

Admission itself is decided in Lua, where it is atomic (`lua/admit.lua`, reasoning in `lua/calling.lua`); what it did
is proved afterwards by `replay`, over the admission log.
"""

import math
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from boxoffice.kernel.errors import Conflict, InvalidRequest
from boxoffice.queue.models import (
    LiveNumbers,
    LogEvent,
    Phase,
    Place,
    PolicyChanges,
    PollAdvice,
    QueuePolicy,
    QueueSnapshot,
    SaleAction,
    Status,
    StoredPlace,
)

LIMIT_MAX = 1_000_000
RATE_MAX_PER_S = 100_000.0
TTL_MAX_S = 86_400
SESSION_TTL_MIN_S = 5
PRESENCE_TTL_MIN_S = 2
PRESENCE_TTL_MAX_S = 3600
ETA_MAX_S = 86_400
NUMBERS_PER_EPOCH = 10_000_000
PROBLEMS_MAX = 100
MICRO = 1_000_000


class Pacing(NamedTuple):
    """How clients poll, published with every snapshot, and what calling may therefore expect of them.

    A fan `d` numbers beyond `calling` asks again after `near_ms + d * per_position_ms`, at most `far_ms`, give or
    take the share `jitter`. `notice_ms` is how long a near fan takes to notice the call: one poll, a second in the
    CDN, a tick and a snapshot, on average with room to spare.
    """

    near_ms: int = 1000
    far_ms: int = 15_000
    per_position_ms: int = 1
    per_turn_ms: int = 20
    jitter: float = 0.2
    notice_ms: int = 2000
    horizon_ms: int = 5000


class AdmissionAudit(NamedTuple):
    """What the admission log proves. No problems: the limit held, and the lowest number present always went first.

    `complete` is False when the log's beginning was trimmed away; then only what follows could be checked.
    """

    problems: list[str]
    admitted: int
    peak_inside: int
    events: int
    complete: bool


PACING = Pacing()

REBUILD_GRACE_MS = PACING.far_ms + 5000
"""How long nobody is admitted after Redis came back empty: the farthest fan's next poll, and the join after it."""

FAILOVER_GRACE_MS = PACING.near_ms + PACING.notice_ms + 2000
"""How long new numbers wait after a failover, at least: the next poll of a fan near the front, who sees the new epoch,
and the join after it. Each fan who waits adds `per_turn_ms`, up to `REBUILD_GRACE_MS`."""

_NEXT_PHASES: dict[Phase, frozenset[Phase]] = {
    "scheduled": frozenset({"open", "closed"}),
    "open": frozenset({"paused", "closed"}),
    "paused": frozenset({"open", "closed"}),
    "closed": frozenset({"open"}),
}
_ACTIONS: dict[SaleAction, tuple[Phase, frozenset[Phase]]] = {
    "open": ("open", frozenset({"scheduled", "open", "closed"})),
    "pause": ("paused", frozenset({"open", "paused"})),
    "resume": ("open", frozenset({"paused", "open"})),
    "close": ("closed", frozenset({"scheduled", "open", "paused", "closed"})),
}


def changed(policy: QueuePolicy, changes: PolicyChanges) -> QueuePolicy:
    """`policy` with `changes`. Raises `InvalidRequest` (out of bounds), `Conflict` (a phase out of order)."""
    given = {name: value for name, value in changes._asdict().items() if value is not None}
    after = policy._replace(**given)
    if after.phase != policy.phase and after.phase not in _NEXT_PHASES[policy.phase]:
        raise Conflict(f"A sale that is {policy.phase} cannot become {after.phase}.", phase=policy.phase)
    _check_whole("limit", after.limit, 1, LIMIT_MAX)
    _check_whole("session_ttl_s", after.session_ttl_s, SESSION_TTL_MIN_S, TTL_MAX_S)
    _check_whole("presence_ttl_s", after.presence_ttl_s, PRESENCE_TTL_MIN_S, PRESENCE_TTL_MAX_S)
    rate = after.admit_rate_per_s
    if not (rate == 0 or 0.001 <= rate <= RATE_MAX_PER_S):
        raise InvalidRequest(f"admit_rate_per_s is 0 (no limit of its own) or from 0.001 to {RATE_MAX_PER_S:.0f}.")
    return after._replace(admit_rate_per_s=rate_milli(rate) / 1000)


def after_action(policy: QueuePolicy, action: SaleAction) -> QueuePolicy:
    """`policy` after `action`. Raises `Conflict` where it makes no sense, e.g. resuming what never opened."""
    target, allowed_from = _ACTIONS[action]
    if policy.phase not in allowed_from:
        raise Conflict(f"Cannot {action} a sale that is {policy.phase}.", phase=policy.phase)
    return policy._replace(phase=target)


def on_sale(policy: QueuePolicy) -> bool:
    """Whether fans may join: only then does a tick have something to do."""
    return policy.phase in ("open", "paused")


def rate_milli(admit_rate_per_s: float) -> int:
    """Admissions per 1,000 s, a whole number: the script's token bucket counts in integers and so is exact."""
    return round(admit_rate_per_s * 1000)


def numbers_before(epoch: int) -> int:
    """The number after which `epoch` counts on.

    Each epoch has a range of its own, so that every number given out before Redis was lost, presented late as it may
    be, is lower than every number given out since.
    """
    return (epoch - 1) * NUMBERS_PER_EPOCH


def published(concert_id: str, live: LiveNumbers) -> QueueSnapshot:
    """What everybody may see of the queue, with how to poll."""
    return QueueSnapshot(
        concert_id=concert_id,
        phase=live.phase,
        serving=live.serving,
        calling=live.calling,
        last=live.last,
        waiting=live.waiting,
        admitted=live.inside,
        limit=live.limit,
        rate_per_s=round(live.rate_per_s, 3),
        epoch=live.epoch,
        as_of_ms=live.as_of_ms,
        poll=PollAdvice(PACING.near_ms, PACING.far_ms, PACING.per_position_ms, PACING.jitter),
    )


def told(stored: StoredPlace) -> Place:
    """What a fan with a place, or admitted, is told."""
    if stored.status == "admitted":
        remaining_ms = max(0, stored.deadline_ms - stored.now_ms)
        poll_ms = max(PACING.near_ms, min(PACING.far_ms, remaining_ms))
        return Place("admitted", stored.number, 0, 0, stored.deadline_ms, poll_ms)
    if stored.status == "waiting":
        return Place("waiting", stored.number, stored.position, eta_s(stored), None, poll_after_ms(stored))
    return ended(stored.status, stored.number)


def ended(status: Status, number: int) -> Place:
    """What a fan is told whose place is over: there is nothing more to poll for."""
    return Place(status, number, None, None, None, PACING.far_ms)


def eta_s(stored: StoredPlace) -> int | None:
    """Seconds until this fan may expect to be let in; None while nobody is.

    The speed is the one measured, but never less than what the policy guarantees: in the long run each place
    changes hands once a session (Little's law with the longest stay), as far as the rate allows.
    """
    if stored.phase != "open":
        return None
    ahead = stored.turn or stored.position
    return min(ETA_MAX_S, math.ceil(ahead / speed_per_s(stored)))


def speed_per_s(stored: StoredPlace) -> float:
    """How many fans are let in a second, as far as one can tell."""
    measured = max(stored.pace_per_s, stored.limit * 1000 / stored.session_ttl_ms)
    return min(measured, stored.rate_milli / 1000) if stored.rate_milli else measured


def poll_after_ms(stored: StoredPlace) -> int:
    """How long a waiting fan should wait before asking again.

    Before the call, what is asked is the public snapshot, and the interval grows with the distance to `calling`.
    After the call it is `current`, which keeps the fan present: three polls fit into the presence, so that one
    may be lost, and whoever is next to go in asks every second.
    """
    distance = stored.number - stored.calling
    if distance > 0:
        return min(PACING.far_ms, PACING.near_ms + distance * PACING.per_position_ms)
    ahead = max(0, stored.turn - 1)
    by_turn_ms = PACING.near_ms + ahead * PACING.per_turn_ms
    # Halfway to their turn at the present speed: a place must not stand empty because its fan has not looked yet.
    halfway_ms = max(PACING.near_ms, math.floor(ahead * 500 / speed_per_s(stored)))
    return min(by_turn_ms, halfway_ms, PACING.far_ms, stored.presence_ttl_ms // 3)


def _check_whole(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InvalidRequest(f"{name} is a whole number from {low} to {high}.")


def replay(events: Iterable[LogEvent]) -> AdmissionAudit:
    """Live the admission log through again and say what was wrong. See `Replay`."""
    audit = Replay()
    for event in events:
        audit.take(event)
    return audit.result()


class Replay:
    """Takes the admission log event by event, from the oldest, and keeps its own account of who is where.

    Checked at every admission: the sale is open; the fan is present, and nobody present has a lower number; the fan
    was not inside already; the count inside, by this account and by the script's, is the same and within the limit
    in force; the rate is kept (a bucket of at most one second's worth). At most `PROBLEMS_MAX` problems are kept.
    """

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._present: dict[str, int] = {}
        self._in_order: list[tuple[int, str]] = []  # heap; entries no longer in _present are skipped
        self._inside: set[str] = set()
        self._limit: int | None = None
        self._phase: str | None = None
        self._rate_milli = 0
        self._bucket_micro = 0
        self._bucket_ms = 0
        self._admitted = 0
        self._peak_inside = 0
        self._events = 0
        self._complete = False

    def take(self, event: LogEvent) -> None:
        """The next event."""
        if self._events == 0:
            self._complete = event.kind == "prepare"
        self._events += 1
        match event.kind:
            case "prepare" | "policy":
                self._limit, self._phase = event.limit, event.phase
                self._rate_milli = event.rate_milli or 0
                self._bucket_micro, self._bucket_ms = self._bucket_max(), event.at_ms
            case "present":
                self._present[event.fan_id] = event.number
                heappush(self._in_order, (event.number, event.fan_id))
            case "away":
                self._present.pop(event.fan_id, None)
            case "admit":
                self._admit(event)
            case "leave" | "expire" | "depart":
                self._present.pop(event.fan_id, None)
                self._inside.discard(event.fan_id)
            case _:
                self._problem(event, "is of an unknown kind")

    def result(self) -> AdmissionAudit:
        """What has been found so far."""
        return AdmissionAudit(list(self._problems), self._admitted, self._peak_inside, self._events, self._complete)

    def _admit(self, event: LogEvent) -> None:
        self._admitted += 1
        first = self._first_present()
        if first is not None and first[0] < event.number:
            self._problem(event, f"went ahead of number {first[0]}, who was present")
        if self._present.pop(event.fan_id, None) != event.number and self._complete:
            self._problem(event, "was let in without being present")
        if event.fan_id in self._inside:
            self._problem(event, "was let in while inside")
        self._inside.add(event.fan_id)
        inside, limit = event.inside or 0, event.limit or 0
        self._peak_inside = max(self._peak_inside, inside)
        if inside > limit:
            self._problem(event, f"made {inside} inside, above the limit of {limit}")
        if self._limit is not None and limit != self._limit:
            self._problem(event, f"was let in under a limit of {limit} while {self._limit} was in force")
        if self._phase is not None and self._phase != "open":
            self._problem(event, f"was let in while the sale was {self._phase}")
        if self._complete and inside != len(self._inside):
            self._problem(event, f"was counted as one of {inside} inside where the log gives {len(self._inside)}")
        self._spend(event)

    def _spend(self, event: LogEvent) -> None:
        if not self._rate_milli:
            return
        gained = max(0, event.at_ms - self._bucket_ms) * self._rate_milli
        self._bucket_micro = min(self._bucket_max(), self._bucket_micro + gained) - MICRO
        self._bucket_ms = event.at_ms
        if self._bucket_micro < 0:
            self._problem(event, "was let in faster than the rate allows")
            self._bucket_micro = 0

    def _bucket_max(self) -> int:
        return max(self._rate_milli * 1000, MICRO + self._rate_milli * 250)  # as in lua/admission.lua

    def _first_present(self) -> tuple[int, str] | None:
        while self._in_order and self._present.get(self._in_order[0][1]) != self._in_order[0][0]:
            heappop(self._in_order)
        return self._in_order[0] if self._in_order else None

    def _problem(self, event: LogEvent, what: str) -> None:
        if len(self._problems) < PROBLEMS_MAX:
            self._problems.append(f"{event.id}: {event.kind} of number {event.number} (fan {event.fan_id}) {what}.")
