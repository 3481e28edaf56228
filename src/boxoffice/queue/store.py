"""The queue in Redis: one method, one script."""

from collections.abc import Sequence
from typing import Any, cast

from boxoffice.adapters.metrics import Metrics, NullMetrics
from boxoffice.adapters.redis import Argument, RedisClient, Script, load_script
from boxoffice.adapters.shared_script import SharedScript
from boxoffice.kernel.clock import Clock
from boxoffice.queue.models import (
    Admission,
    LiveNumbers,
    LogEvent,
    QueueKeys,
    StoredPlace,
    StoredPolicy,
    Unprepared,
)
from boxoffice.queue.policy import FAILOVER_GRACE_MS, PACING, REBUILD_GRACE_MS, numbers_before, rate_milli

_PACKAGE = "boxoffice.queue"
_JOIN = load_script(_PACKAGE, "join")
_CURRENT = load_script(_PACKAGE, "current")
_LEAVE = load_script(_PACKAGE, "leave")
_DEPART = load_script(_PACKAGE, "depart")
_ADMIT = load_script(_PACKAGE, "admit")
_SNAPSHOT = load_script(_PACKAGE, "snapshot")
_SET_POLICY = load_script(_PACKAGE, "set_policy")
_PREPARE = load_script(_PACKAGE, "prepare")
_BAR = load_script(_PACKAGE, "bar")

LOG_PAGE = 2000
_BAR_PAGE = 1000


class QueueStore:
    """Runs the queue's scripts. Without a clock, every script goes by the server's own time.

    Every method raises `Unavailable` or `Overloaded` when Redis cannot be asked, and all but `prepare`, `bar`
    and `log_page` raise `Unprepared` when Redis does not know the concert's policy; `join` and `admit` also when it
    may have lost some of what it gave out.
    """

    def __init__(self, redis: RedisClient, *, clock: Clock | None = None, metrics: Metrics | None = None) -> None:
        self._redis = redis
        self._clock = clock
        # Those who have paid come in crowds, with every batch that is settled.
        self._departures = SharedScript(
            redis, _DEPART, name="depart", metrics=metrics or NullMetrics(), head=lambda: (self._now_ms(),)
        )

    async def join(self, concert_id: str, fan_id: str, presented: int = 0) -> StoredPlace | None:
        """The fan's place, new or known; None when the sale is not open to joining. `presented`: see join.lua."""
        reply = await self._run(_JOIN, concert_id, fan_id, presented)
        return None if reply[0] == b"closed" else _place(reply)

    async def current(self, concert_id: str, fan_id: str, number: int, epoch: int) -> StoredPlace | None:
        """How the place stands, marking a called fan present; None when Redis does not know it (any more)."""
        reply = await self._run(_CURRENT, concert_id, fan_id, number, epoch)
        return None if reply[0] in (b"stale", b"unknown") else _place(reply)

    async def leave(self, concert_id: str, fan_id: str, number: int) -> bool:
        """End the place; False when it had ended before."""
        return cast(bytes, await self._run(_LEAVE, concert_id, fan_id, number)) == b"left"

    async def depart(self, concert_id: str, fan_id: str) -> bool:
        """Give the fan's place inside free; False when they were not inside."""
        reply = await self._departures.run(QueueKeys.of(concert_id), (fan_id,))
        return cast(bytes, _known(concert_id, reply)) == b"departed"

    async def admit(self, concert_id: str) -> Admission:
        """One tick of admission."""
        reply = await self._run(
            _ADMIT,
            concert_id,
            PACING.notice_ms,
            round((PACING.far_ms - PACING.near_ms) * (1 + PACING.jitter)),
            PACING.per_position_ms * (1 + PACING.jitter),
            PACING.horizon_ms,
        )
        fans = tuple(fan.decode() for fan in reply[5])
        return Admission(reply[1], reply[2], reply[3], reply[4], reply[0] == b"unfinished", fans)

    async def numbers(self, concert_id: str) -> LiveNumbers:
        """The queue in numbers."""
        reply = await self._run(_SNAPSHOT, concert_id)
        return LiveNumbers._make([reply[0].decode(), *reply[1:10], float(reply[10]), reply[11]])

    async def set_policy(self, stored: StoredPolicy) -> None:
        """Put a policy in force, unless a later version is."""
        await self._run(_SET_POLICY, stored.concert_id, *_policy_arguments(stored))

    async def prepare(self, stored: StoredPolicy, *, epoch: int) -> bool:
        """Give a queue its policy and epoch that is unknown, or in doubt; False when somebody was faster.

        In any epoch but the first, fans present their tokens in a grace: nobody is let in where all was lost, and
        only old numbers where Redis failed over.
        """
        grace_ms = REBUILD_GRACE_MS if epoch > 1 else 0
        arguments = (
            *_policy_arguments(stored),
            epoch,
            numbers_before(epoch),
            grace_ms,
            FAILOVER_GRACE_MS,
            PACING.per_turn_ms,
        )
        return cast(bytes, await self._run(_PREPARE, stored.concert_id, *arguments)) == b"prepared"

    async def bar(self, concert_id: str, fan_ids: Sequence[str], *, upto: int) -> None:
        """Let no token with a number up to `upto` give these fans a place back. Before `prepare`, or it is too late."""
        for at in range(0, len(fan_ids), _BAR_PAGE):
            await self._redis.run(_BAR, QueueKeys.of(concert_id), (upto, *fan_ids[at : at + _BAR_PAGE]))

    async def log_page(self, concert_id: str, after: str | None, count: int = LOG_PAGE) -> Sequence[LogEvent]:
        """Up to `count` events of the admission log that follow the event `after` (None: from the oldest kept)."""
        start = "-" if after is None else f"({after}"
        entries = await self._redis.command("XRANGE", QueueKeys.of(concert_id).log, start, "+", "COUNT", count)
        return [_event(entry_id, fields) for entry_id, fields in entries]

    async def _run(self, script: Script, concert_id: str, *arguments: Argument) -> Any:
        return _known(concert_id, await self._redis.run(script, QueueKeys.of(concert_id), (self._now_ms(), *arguments)))

    def _now_ms(self) -> int:
        return 0 if self._clock is None else self._clock.now_ms()


def _known(concert_id: str, reply: Any) -> Any:
    if reply == b"unprepared" or reply == [b"unprepared"]:
        raise Unprepared(concert_id)
    return reply


def _policy_arguments(stored: StoredPolicy) -> tuple[Argument, ...]:
    policy = stored.policy
    return (
        policy.phase,
        policy.limit,
        rate_milli(policy.admit_rate_per_s),
        policy.session_ttl_s * 1000,
        policy.presence_ttl_s * 1000,
        stored.version,
    )


def _place(reply: Sequence[Any]) -> StoredPlace:
    status, pace, phase = reply[0].decode(), float(reply[6]), reply[7].decode()
    return StoredPlace._make([status, *reply[1:6], pace, phase, *reply[8:14], reply[14] == 1])


def _event(entry_id: bytes, fields: Any) -> LogEvent:
    pairs = fields.items() if isinstance(fields, dict) else zip(fields[::2], fields[1::2], strict=True)
    words = {name.decode(): value.decode() for name, value in pairs}
    return LogEvent(
        entry_id.decode(),
        words["k"],
        words["f"],
        int(words["n"]),
        int(words["at"]),
        _whole(words.get("inside")),
        _whole(words.get("limit")),
        _whole(words.get("rate_milli")),
        words.get("phase"),
    )


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)
