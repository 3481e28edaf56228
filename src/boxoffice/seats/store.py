"""Seats and holds in Redis: one method, one script. Every script is atomic, and its header names its outcomes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import structlog

from boxoffice.adapters.metrics import Metrics, NullMetrics
from boxoffice.adapters.redis import RedisClient, load_script
from boxoffice.adapters.shared_script import SharedScript
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import NotFound, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.seats.models import (
    Best,
    Catalog,
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
    SoldSeats,
    Stage,
    StoredSeats,
    performance_of,
)
from boxoffice.seats.policy import digest, layout_of, pack_seats, picture, restored, seats_of, unpack_seats

SWEEP_MOST = 500
"""Holds that one script drops at most, so that no script runs long."""

OVERDUE_MOST = 100
PREPARE_ATTEMPTS = 5
STAGES_MAX = 1024

Answer = TypeVar("Answer")
_log = structlog.get_logger()

_PACKAGE = "boxoffice.seats"
_hold = load_script(_PACKAGE, "hold")
_best = load_script(_PACKAGE, "best")
_read = load_script(_PACKAGE, "read")
_release = load_script(_PACKAGE, "release")
_claim = load_script(_PACKAGE, "claim")
_unclaim = load_script(_PACKAGE, "unclaim")
_sell = load_script(_PACKAGE, "sell")
_note = load_script(_PACKAGE, "note")
_free = load_script(_PACKAGE, "free")
_sweep = load_script(_PACKAGE, "sweep")
_overdue = load_script(_PACKAGE, "overdue")
_lapse = load_script(_PACKAGE, "lapse")
_availability = load_script(_PACKAGE, "availability")
_states = load_script(_PACKAGE, "states")
_prepare = load_script(_PACKAGE, "prepare")
_agreed = load_script(_PACKAGE, "agreed")
_mend = load_script(_PACKAGE, "mend")


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
        self._claims = SharedScript(redis, _claim, name="claim", metrics=metrics, head=lambda: (self._now(),))
        self._sales = SharedScript(redis, _sell, name="sell", metrics=metrics)

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
        arguments = (self._now(), hold_id, fan_id, ttl_ms, seats_per_fan, packed, len(seats))
        word, *rest = await self._redis.run(_hold, keys.with_queue, arguments)
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
        arguments = (self._now(), hold_id, fan_id, ttl_ms, seats_per_fan, wish.count, first, last)
        word, *rest = await self._redis.run(_best, keys.with_queue, arguments)
        seats = tuple(range(rest[2], rest[2] + wish.count)) if word == b"held" else ()
        return _hold_outcome(word, rest, seats)

    async def read(self, keys: SeatKeys, hold_id: str, fan_id: str) -> HoldOutcome:
        """The hold of this owner: held | paying | unknown | not_yours | lapsed."""
        word, *rest = await self._redis.run(_read, keys.own, (self._now(), hold_id, fan_id))
        if not rest:
            return HoldOutcome(word.decode())
        return HoldOutcome(word.decode(), rest[0], rest[1].decode(), unpack_seats(rest[2].decode()))

    async def release(self, keys: SeatKeys, hold_id: str, fan_id: str) -> str:
        """Give a hold back: released | unknown | not_yours | paying."""
        return _word(await self._redis.run(_release, keys.own, (hold_id, fan_id)))

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
        return _word(await self._redis.run(_unclaim, keys.own, (self._now(), hold_id, fan_id)))

    async def sell(self, keys: SeatKeys, hold_id: str, fan_id: str) -> Sold | None:
        """A hold that the database has sold; one that is not here changes nothing. None: unprepared."""
        word, *rest = await self._sales.run(keys.own, (hold_id, fan_id))
        return None if word == b"unprepared" else Sold(word == b"sold", int(rest[0]))

    async def note(self, keys: SeatKeys) -> str:
        """What `free` wants to know from before the commit of a refund; empty: unprepared."""
        answer = await self._redis.run(_note, keys.own)
        return "" if answer[0] == b"unprepared" else answer[1].decode()

    async def free(
        self, keys: SeatKeys, layout: SeatLayout, fan_id: str, seats: Sequence[int], noted: str
    ) -> Freed | None:
        """Seats that the database has refunded, unless a comparison has freed any since `noted`. None: unprepared."""
        word, *rest = await self._redis.run(_free, keys.own, (fan_id, pack_seats(layout.run_of, seats), noted))
        if word == b"unprepared":
            return None
        return Freed(0, late=True) if word == b"late" else Freed(int(rest[0]))

    async def sweep(self, keys: SeatKeys) -> int:
        """Drop lapsed holds, at most `SWEEP_MOST`. Returns how many."""
        return int((await self._redis.run(_sweep, keys.own, (self._now(), SWEEP_MOST)))[1])

    async def overdue(self, keys: SeatKeys) -> list[HoldRecord]:
        """Claimed holds past their grace, at most `OVERDUE_MOST`, longest first."""
        _, *rest = await self._redis.run(_overdue, keys.own, (self._now(), OVERDUE_MOST))
        return [_record(hold.decode(), record.decode()) for hold, record in zip(rest[::2], rest[1::2], strict=True)]

    async def lapse(self, keys: SeatKeys, hold_id: str) -> str:
        """End a claim past its grace: held | lapsed | paying (claimed again since) | unknown."""
        return _word(await self._redis.run(_lapse, keys.own, (self._now(), hold_id)))

    async def availability(self, keys: SeatKeys) -> tuple[int, bytes] | None:
        """Version and bitmap of taken seats; None: unprepared."""
        answer = await self._redis.run(_availability, keys.own, (self._now(), SWEEP_MOST))
        return None if answer[0] == b"unprepared" else (answer[1], answer[2])

    async def states(self, keys: SeatKeys) -> StoredSeats | None:
        """Seats by state, and which are taken and sold; None: unprepared."""
        answer = await self._redis.run(_states, keys.own, (self._now(), SWEEP_MOST))
        if answer[0] == b"unprepared":
            return None
        return StoredSeats(SeatStates(*answer[1:5]), seats_of(answer[5]), seats_of(answer[6]))

    async def picture(self, keys: SeatKeys, layout: SeatLayout) -> SeatPicture | None:
        """Which seats are in which state; None: unprepared."""
        answer = await self._redis.run(_states, keys.own, (self._now(), SWEEP_MOST))
        if answer[0] == b"unprepared":
            return None
        taken, sold, paying = answer[5] or b"", answer[6] or b"", answer[10].decode()
        return picture(SeatStates(*answer[1:5]), taken, sold, paying, layout.bitmap_bytes)

    async def numbers(self, keys: SeatKeys, *, capacity: int, grace_ms: int) -> SeatNumbers | None:
        """Seats and holds in numbers; None: unprepared. `grace_ms` is what payments claimed their holds with."""
        answer = await self._redis.run(_states, keys.own, (self._now(), SWEEP_MOST))
        if answer[0] == b"unprepared":
            return None
        held, paying, left_ms = answer[7:10]
        oldest_ms = max(0, grace_ms - left_ms) if paying else 0
        return SeatNumbers(capacity, SeatStates(*answer[1:5]), held, paying, oldest_ms)

    async def prepare(self, keys: SeatKeys, layout: SeatLayout, epoch: str, truth: Restored) -> str:
        """Set a performance up with what is sold of it: prepared | already (another instance was first)."""
        arguments = (epoch, len(layout.run_of), layout.run_count, layout.packed, truth.bitmap, _fans(truth))
        return _word(await self._redis.run(_prepare, keys.own, arguments))

    async def agreed(self, keys: SeatKeys) -> tuple[int, str] | None:
        """The version of what is sold, and what was agreed on when last compared; None: unprepared."""
        answer = await self._redis.run(_agreed, keys.own)
        return None if answer[0] == b"unprepared" else (answer[1], answer[2].decode())

    async def mend(
        self, keys: SeatKeys, layout: SeatLayout, sold_version: int, truth: Restored, agreed: str, *, epoch: str = ""
    ) -> Mended:
        """Make what is sold agree with `truth`, unless something was sold or freed since `sold_version`.

        With an `epoch`, what is there then counts as complete: for after a failover.
        """
        arguments = (sold_version, truth.bitmap, _fans(truth), agreed, layout.run_count, epoch)
        word, *rest = await self._redis.run(_mend, keys.own, arguments)
        return Mended(*rest) if word == b"mended" else Mended(changed=True)

    def _now(self) -> int:
        return 0 if self._clock is None else self._clock.now_ms()


class Stages:
    """Performances as the store needs them: packed once, and restored in Redis from the database where it is lost."""

    def __init__(self, *, store: SeatStore, catalog: Catalog, sold: SoldSeats, ids: IdSource) -> None:
        self._store = store
        self._catalog = catalog
        self._sold = sold
        self._ids = ids
        self._made: dict[str, Stage] = {}
        self._preparing: dict[str, asyncio.Task[None]] = {}

    async def of_hold(self, hold_id: str) -> Stage:
        """The performance that a hold id carries. Raises `NotFound`."""
        performance_id = performance_of(hold_id)
        if performance_id is None:
            raise NotFound
        return await self.get(performance_id)

    async def get(self, performance_id: str) -> Stage:
        """A performance. Raises `NotFound`."""
        performance = await self._catalog.performance(performance_id)
        stage = self._made.get(performance_id)
        if stage is None or stage.performance is not performance:
            stage = Stage(performance, SeatKeys(performance.concert_id, performance_id), layout_of(performance))
            while len(self._made) >= STAGES_MAX:
                self._made.pop(next(iter(self._made)))
            self._made[performance_id] = stage
        return stage

    async def ready(self, stage: Stage, attempt: Callable[[], Awaitable[Answer | None]]) -> Answer:
        """Call until the answer is not None: the first call after a loss restores the performance, then repeats.

        Raises `Unavailable` when Redis forgets faster than we restore.
        """
        for _ in range(PREPARE_ATTEMPTS):
            answer = await attempt()
            if answer is not None:
                return answer
            await self._prepare(stage)
        raise Unavailable

    async def _prepare(self, stage: Stage) -> None:
        # However many wait for it, this instance reads the database once.
        preparing = self._preparing.get(stage.performance.id)
        if preparing is None:
            preparing = asyncio.get_running_loop().create_task(self._restore(stage))
            self._preparing[stage.performance.id] = preparing
            preparing.add_done_callback(lambda _: self._preparing.pop(stage.performance.id, None))
        await asyncio.shield(preparing)

    async def _restore(self, stage: Stage) -> None:
        # A sale committed after this read finds Redis unprepared and repeats its own step, or finds it prepared:
        # prepare.lua is one step, and gives way where another instance was first. So nothing sold is missed.
        noted = await self._store.agreed(stage.keys)
        sold = await self._sold.sold_seats(stage.performance.id)
        truth, epoch = restored(stage.layout, sold), self._ids.next()
        if noted is None:
            outcome = await self._store.prepare(stage.keys, stage.layout, epoch, truth)
        else:
            # Redis failed over: the holds that are still there stay, and only what is sold is brought in.
            mended = await self._store.mend(stage.keys, stage.layout, noted[0], truth, digest(sold), epoch=epoch)
            outcome = "changed" if mended.changed else "adopted"
        _log.info("seats_prepared", performance=stage.performance.id, sold=len(sold), outcome=outcome)


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
