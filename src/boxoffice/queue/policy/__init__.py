"""Decisions of the queue: which policies are sound, how far a fan has to go, and when to ask again.

Admission itself is decided in Lua, where it is atomic (`lua/admit.lua`, reasoning in `lua/calling.lua`); what it did
is proved afterwards over the admission log (`policy/audit.py`).
"""

import math
from typing import NamedTuple

from boxoffice.kernel.errors import Conflict, InvalidRequest
from boxoffice.queue.models import (
    LiveNumbers,
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


class Pacing(NamedTuple):
    """How clients poll, published with every snapshot, and what calling may therefore expect of them.

    A fan `d` numbers beyond `calling` asks again after `near_ms + d * per_position_ms`, at most `far_ms`, give or
    take the share `jitter`. `notice_ms` is how long a near fan takes at most to notice the call and to report, or
    somebody behind would go in first: the longest interval, the oldest snapshot that a cache may answer with (2 s, and
    500 ms in the instance), and 800 ms for the way and for calls that are judged together. `horizon_ms` is longer: who
    is called now can be let in no sooner where one of them is not there.
    """

    near_ms: int = 1000
    far_ms: int = 15_000
    per_position_ms: int = 1
    per_turn_ms: int = 20
    jitter: float = 0.2
    notice_ms: int = 4500
    horizon_ms: int = 5000


PACING = Pacing()

REBUILD_GRACE_MS = PACING.far_ms + 5000
"""How long nobody is admitted after Redis came back empty: the farthest fan's next poll, and the join after it."""

FAILOVER_GRACE_MS = PACING.notice_ms + 500
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
