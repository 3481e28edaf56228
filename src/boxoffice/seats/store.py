"""Seats and holds in Redis: one method, one script. Every script is atomic, and its header names its outcomes."""

from collections.abc import Sequence
from typing import Any

from boxoffice.adapters.metrics import Metrics, NullMetrics
from boxoffice.adapters.redis import RedisClient, load_script
from boxoffice.adapters.shared_script import SharedScript
from boxoffice.kernel.clock import Clock
from boxoffice.seats.models import (
    Best,
    ClaimOutcome,
    Freed,
    HoldOutcome,
    HoldRecord,
    Mended,
    Restored,
    SeatKeys,
    SeatLayout,
    SeatNumbers,
    SeatPicture,
    SeatStates,
    Sold,
    StoredSeats,
)
from boxoffice.seats.policy import pack_seats, picture, seats_of, unpack_seats

SWEEP_MOST = 500
"""Holds that one script drops at most, so that no script runs long."""

OVERDUE_MOST = 100

_PACKAGE = "boxoffice.seats"
_HOLD = load_script(_PACKAGE, "hold")
_BEST = load_script(_PACKAGE, "best")
_READ = load_script(_PACKAGE, "read")
_RELEASE = load_script(_PACKAGE, "release")
_CLAIM = load_script(_PACKAGE, "claim")
_UNCLAIM = load_script(_PACKAGE, "unclaim")
_SELL = load_script(_PACKAGE, "sell")
_NOTE = load_script(_PACKAGE, "note")
_FREE = load_script(_PACKAGE, "free")
_SWEEP = load_script(_PACKAGE, "sweep")
_OVERDUE = load_script(_PACKAGE, "overdue")
_LAPSE = load_script(_PACKAGE, "lapse")
_AVAILABILITY = load_script(_PACKAGE, "availability")
_STATES = load_script(_PACKAGE, "states")
_PREPARE = load_script(_PACKAGE, "prepare")
_AGREED = load_script(_PACKAGE, "agreed")
_MEND = load_script(_PACKAGE, "mend")


class SeatStore:
    """Seats and holds of every performance.

    Deadlines follow Redis's clock; a test hands in its own. Every method raises `Unavailable` and `Overloaded`, and
    after `Unavailable` the script may or may not have run. None means that Redis knows nothing of the performance, or,
    from `hold` and `best`, that it may have lost the last of it in a failover: have it restored and call again.
    """

    def __init__(self, redis: RedisClient, *, clock: Clock | None = None, metrics: Metrics | None = None) -> None:
        self._redis = redis
        self._clock = clock
        # What payments need comes in crowds, with every batch that is settled.
        metrics = metrics or NullMetrics()
        self._claims = SharedScript(redis, _CLAIM, name="claim", metrics=metrics, head=lambda: (self._now_ms(),))
        self._sales = SharedScript(redis, _SELL, name="sell", metrics=metrics)

    async def hold(
        self,
        keys: SeatKeys,
        layout: SeatLayout,
        *,
        hold_id: str,
        fan_id: str,
        ttl_ms: int,
        seats_per_fan: int,
        seats: tuple[int, ...],
    ) -> HoldOutcome | None:
        """Hold `seats`, all or none: held | closed | not_admitted | limit | taken; None: unprepared."""
        packed = pack_seats(layout.run_of, seats)
        arguments = (self._now_ms(), hold_id, fan_id, ttl_ms, seats_per_fan, packed, len(seats))
        word, *rest = await self._redis.run(_HOLD, keys.with_queue, arguments)
        if word == b"taken":
            return HoldOutcome("taken", seats=tuple(rest))
        return _hold_outcome(word, rest, seats)

    async def best(
        self,
        keys: SeatKeys,
        layout: SeatLayout,
        *,
        hold_id: str,
        fan_id: str,
        ttl_ms: int,
        seats_per_fan: int,
        wish: Best,
    ) -> HoldOutcome | None:
        """Hold the best adjacent seats: held | closed | not_admitted | limit | none | again; None: unprepared."""
        first, last = (0, layout.run_count - 1) if wish.tier is None else layout.tier_runs[wish.tier]
        arguments = (self._now_ms(), hold_id, fan_id, ttl_ms, seats_per_fan, wish.count, first, last)
        word, *rest = await self._redis.run(_BEST, keys.with_queue, arguments)
        seats = tuple(range(rest[2], rest[2] + wish.count)) if word == b"held" else ()
        return _hold_outcome(word, rest, seats)

    async def read(self, keys: SeatKeys, hold_id: str, fan_id: str) -> HoldOutcome:
        """The hold of this owner: held | paying | unknown | not_yours | lapsed."""
        word, *rest = await self._redis.run(_READ, keys.own, (self._now_ms(), hold_id, fan_id))
        if not rest:
            return HoldOutcome(word.decode())
        return HoldOutcome(word.decode(), rest[0], rest[1].decode(), unpack_seats(rest[2].decode()))

    async def release(self, keys: SeatKeys, hold_id: str, fan_id: str) -> str:
        """Give a hold back: released | unknown | not_yours | paying."""
        return _word(await self._redis.run(_RELEASE, keys.own, (hold_id, fan_id)))

    async def claim(self, keys: SeatKeys, hold_id: str, fan_id: str, grace_ms: int) -> ClaimOutcome:
        """Keep a hold from lapsing while it is paid: claimed | unprepared | unknown | not_yours | lapsed."""
        word, *rest = await self._claims.run(keys.own, (hold_id, fan_id, grace_ms))
        match word:
            case b"claimed":
                return ClaimOutcome("claimed", seats=unpack_seats(rest[0].decode()))
            case b"unknown":
                return ClaimOutcome("unknown", now_ms=rest[0], epoch=rest[1].decode())
            case b"unprepared":
                return ClaimOutcome("unprepared", now_ms=rest[0])
        return ClaimOutcome(word.decode())

    async def unclaim(self, keys: SeatKeys, hold_id: str, fan_id: str) -> str:
        """A payment came to nothing: held | paying (another one goes on) | lapsed | unknown."""
        return _word(await self._redis.run(_UNCLAIM, keys.own, (self._now_ms(), hold_id, fan_id)))

    async def sell(self, keys: SeatKeys, hold_id: str, fan_id: str) -> Sold | None:
        """A hold that the database has sold; one that is not here changes nothing. None: unprepared."""
        word, *rest = await self._sales.run(keys.own, (hold_id, fan_id))
        return None if word == b"unprepared" else Sold(word == b"sold", int(rest[0]))

    async def note(self, keys: SeatKeys) -> str:
        """What `free` wants to know from before the commit of a refund; empty: unprepared."""
        answer = await self._redis.run(_NOTE, keys.own)
        return "" if answer[0] == b"unprepared" else answer[1].decode()

    async def free(
        self, keys: SeatKeys, layout: SeatLayout, fan_id: str, seats: Sequence[int], noted: str
    ) -> Freed | None:
        """Seats that the database has refunded, unless a comparison has freed any since `noted`. None: unprepared."""
        word, *rest = await self._redis.run(_FREE, keys.own, (fan_id, pack_seats(layout.run_of, seats), noted))
        if word == b"unprepared":
            return None
        return Freed(0, late=True) if word == b"late" else Freed(int(rest[0]))

    async def sweep(self, keys: SeatKeys) -> int:
        """Drop lapsed holds, at most `SWEEP_MOST`. Returns how many."""
        return int((await self._redis.run(_SWEEP, keys.own, (self._now_ms(), SWEEP_MOST)))[1])

    async def overdue(self, keys: SeatKeys) -> list[HoldRecord]:
        """Claimed holds past their grace, at most `OVERDUE_MOST`, longest first."""
        _, *rest = await self._redis.run(_OVERDUE, keys.own, (self._now_ms(), OVERDUE_MOST))
        return [_record(hold.decode(), record.decode()) for hold, record in zip(rest[::2], rest[1::2], strict=True)]

    async def lapse(self, keys: SeatKeys, hold_id: str) -> str:
        """End a claim past its grace: held | lapsed | paying (claimed again since) | unknown."""
        return _word(await self._redis.run(_LAPSE, keys.own, (self._now_ms(), hold_id)))

    async def availability(self, keys: SeatKeys) -> tuple[int, bytes] | None:
        """Version and bitmap of taken seats; None: unprepared."""
        answer = await self._redis.run(_AVAILABILITY, keys.own, (self._now_ms(), SWEEP_MOST))
        return None if answer[0] == b"unprepared" else (answer[1], answer[2])

    async def states(self, keys: SeatKeys) -> StoredSeats | None:
        """Seats by state, and which are taken and sold; None: unprepared."""
        answer = await self._look(keys)
        if answer is None:
            return None
        return StoredSeats(SeatStates(*answer[1:5]), seats_of(answer[5]), seats_of(answer[6]))

    async def picture(self, keys: SeatKeys, layout: SeatLayout) -> SeatPicture | None:
        """Which seats are in which state; None: unprepared."""
        answer = await self._look(keys)
        if answer is None:
            return None
        taken, sold, paying = answer[5] or b"", answer[6] or b"", answer[10].decode()
        return picture(SeatStates(*answer[1:5]), taken, sold, paying, layout.bitmap_bytes)

    async def numbers(self, keys: SeatKeys, *, capacity: int, grace_ms: int) -> SeatNumbers | None:
        """Seats and holds in numbers; None: unprepared. `grace_ms` is what payments claimed their holds with."""
        answer = await self._look(keys)
        if answer is None:
            return None
        held, paying, left_ms = answer[7:10]
        oldest_ms = max(0, grace_ms - left_ms) if paying else 0
        return SeatNumbers(capacity, SeatStates(*answer[1:5]), held, paying, oldest_ms)

    async def prepare(self, keys: SeatKeys, layout: SeatLayout, epoch: str, truth: Restored) -> str:
        """Set a performance up with what is sold of it: prepared | already (another instance was first)."""
        arguments = (epoch, len(layout.run_of), layout.run_count, layout.packed, truth.bitmap, _fans(truth))
        return _word(await self._redis.run(_PREPARE, keys.own, arguments))

    async def agreed(self, keys: SeatKeys) -> tuple[int, str] | None:
        """The version of what is sold, and what was agreed on when last compared; None: unprepared."""
        answer = await self._redis.run(_AGREED, keys.own)
        return None if answer[0] == b"unprepared" else (answer[1], answer[2].decode())

    async def mend(
        self, keys: SeatKeys, layout: SeatLayout, sold_version: int, truth: Restored, agreed: str, *, epoch: str = ""
    ) -> Mended:
        """Make what is sold agree with `truth`, unless something was sold or freed since `sold_version`.

        With an `epoch`, what is there then counts as complete: for after a failover.
        """
        arguments = (sold_version, truth.bitmap, _fans(truth), agreed, layout.run_count, epoch)
        word, *rest = await self._redis.run(_MEND, keys.own, arguments)
        return Mended(*rest) if word == b"mended" else Mended(changed=True)

    async def _look(self, keys: SeatKeys) -> list[Any] | None:
        answer: list[Any] = await self._redis.run(_STATES, keys.own, (self._now_ms(), SWEEP_MOST))
        return None if answer[0] == b"unprepared" else answer

    def _now_ms(self) -> int:
        return 0 if self._clock is None else self._clock.now_ms()


def _hold_outcome(word: bytes, rest: list[Any], seats: tuple[int, ...]) -> HoldOutcome | None:
    match word:
        case b"unprepared":
            return None
        case b"held":
            return HoldOutcome("held", rest[0], rest[1].decode(), seats)
        case b"limit":
            return HoldOutcome("limit", has=rest[0])
    return HoldOutcome(word.decode())


def _word(answer: list[bytes]) -> str:
    return answer[0].decode()


def _record(hold_id: str, record: str) -> HoldRecord:
    fan_id, status, deadline_ms, claims, seats = record.split("|")
    return HoldRecord(hold_id, fan_id, status, int(deadline_ms), int(claims), unpack_seats(seats))


def _fans(truth: Restored) -> str:
    return " ".join(f"{fan_id} {count}" for fan_id, count in truth.fans.items())
