"""The use cases of seats: see what is free, hold, give back; for reservations: claim, sell, free, reconcile."""

from collections.abc import Awaitable, Sequence

import msgspec
import structlog

from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.snapshot import Snapshot, Snapshots
from boxoffice.adapters.tokens import TokenInvalid, Tokens
from boxoffice.catalog.models import PerformanceView
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import Conflict, HoldExpired, NotFound, Overloaded, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.seats import policy
from boxoffice.seats.models import (
    Best,
    Catalog,
    Chosen,
    ClaimedHold,
    ClaimOutcome,
    Hold,
    HoldOutcome,
    HoldRecord,
    Mended,
    Places,
    SeatNumbers,
    SeatPicture,
    SeatStates,
    SoldSeats,
    Stage,
    StoredSeats,
    make_hold_id,
)
from boxoffice.seats.service.mender import Mender
from boxoffice.seats.service.stages import Stages
from boxoffice.seats.service.sweeper import Sweeper
from boxoffice.seats.store import SeatStore

_log = structlog.get_logger()
_encoder = msgspec.json.Encoder()


class SeatService:
    """Seats and holds.

    `hold_ttl_s`: how long seats are held. `paying_grace_s`: how long a claimed hold is left alone before
    reconciliation asks whether its payment committed. `snapshot_ms`: how old availability may be.
    """

    def __init__(
        self,
        *,
        store: SeatStore,
        catalog: Catalog,
        queue: Places,
        receipts: Tokens,
        sold: SoldSeats,
        ids: IdSource,
        clock: Clock,
        metrics: Metrics,
        hold_ttl_s: int,
        paying_grace_s: int,
        snapshot_ms: int,
    ) -> None:
        self._store = store
        self._stages = Stages(store=store, catalog=catalog, sold=sold, ids=ids)
        self._sweeper = Sweeper(store=store, catalog=catalog, clock=clock, metrics=metrics)
        self._mender = Mender(store=store, sold=sold, metrics=metrics)
        self._queue = queue
        self._receipts = receipts
        self._ids = ids
        self._clock = clock
        self._metrics = metrics
        self._hold_ttl_ms = hold_ttl_s * 1000
        self._paying_grace_ms = paying_grace_s * 1000
        self._snapshots = Snapshots(self._availability, clock=clock, max_age_ms=snapshot_ms)

    # For fans

    async def availability(self, performance_id: str) -> Snapshot:
        """Which seats are taken, encoded. Raises `NotFound`, `Unavailable`."""
        return await self._snapshots.get(performance_id)

    async def concert_of(self, performance_id: str) -> str:
        """The concert of a performance. Raises `NotFound`."""
        return (await self._stages.get(performance_id)).performance.concert_id

    async def hold(
        self,
        fan_id: str,
        performance_id: str,
        *,
        seats: Sequence[int] | None = None,
        best_count: int | None = None,
        best_tier: str | None = None,
    ) -> Hold:
        """Hold chosen seats, or the best adjacent ones, all or none.

        Raises `NotFound`, `InvalidRequest`, `UnknownSeat`, `SaleClosed`, `NotAdmitted`, `LimitExceeded`, `SeatTaken`
        (with the `seats` that are taken), `Unavailable`.
        """
        stage = await self._stages.get(performance_id)
        wish = policy.wish(stage.performance, seats, best_count, best_tier)
        hold_id = make_hold_id(performance_id, self._ids.next())
        outcome = await self._stages.ready(stage, lambda: self._attempt(stage, hold_id, fan_id, wish))
        operation = "best" if isinstance(wish, Best) else "hold"
        self._metrics.count("outcomes", operation=operation, outcome=outcome.outcome)
        if outcome.outcome != "held":
            raise policy.refusal(outcome, wish, stage.performance.seats_per_fan)
        _log.info("held", hold=hold_id, fan=fan_id, performance=performance_id, seats=len(outcome.seats))
        return policy.view(stage.performance, hold_id, fan_id, outcome, self._receipts.sign)

    async def hold_of(self, fan_id: str, hold_id: str) -> Hold:
        """The fan's own live hold. Raises `NotFound` for any other."""
        stage = await self._stages.of_hold(hold_id)
        outcome = await self._store.read(stage.keys, hold_id, fan_id)
        if outcome.outcome not in {"held", "paying"}:
            raise NotFound
        return policy.view(stage.performance, hold_id, fan_id, outcome, self._receipts.sign)

    async def release(self, fan_id: str, hold_id: str) -> None:
        """Give a hold back. Raises `NotFound` unless it is the fan's own, `Conflict` while it is being paid."""
        stage = await self._stages.of_hold(hold_id)
        outcome = await self._store.release(stage.keys, hold_id, fan_id)
        self._metrics.count("outcomes", operation="release", outcome=outcome)
        if outcome == "paying":
            raise Conflict("A payment for this hold is under way.")
        if outcome != "released":
            raise NotFound
        _log.info("released", hold=hold_id, fan=fan_id)

    # For reservations: around a payment

    async def claim(self, fan_id: str, hold_id: str, receipt: str | None = None) -> ClaimedHold:
        """Keep a hold from lapsing while it is paid; every claim ends with `unclaim` or `sold`.

        Where Redis does not answer, or has been lost since the hold was made, a live receipt stands for the hold.
        Raises `NotFound`; `HoldExpired` for a hold that lapsed, was released or is sold already (look for a
        reservation with its id); `Unavailable` where Redis does not answer and no receipt helps.
        """
        stage = await self._stages.of_hold(hold_id)
        try:
            outcome = await self._store.claim(stage.keys, hold_id, fan_id, self._paying_grace_ms)
        except (Unavailable, Overloaded):
            unknown = ClaimOutcome("unprepared", now_ms=self._clock.now_ms())
            vouched = self._vouched(stage.performance, fan_id, hold_id, receipt, unknown)
            if vouched is None:
                raise
            self._metrics.count("failed_open", what="claim")
            return vouched
        claimed: ClaimedHold | None = None
        if outcome.outcome == "claimed":
            claimed = ClaimedHold(hold_id, stage.performance, outcome.seats, fan_id, by_receipt=False)
        elif outcome.outcome in {"unknown", "unprepared"}:
            claimed = self._vouched(stage.performance, fan_id, hold_id, receipt, outcome)
        word = "by_receipt" if claimed is not None and claimed.by_receipt else outcome.outcome
        self._metrics.count("outcomes", operation="claim", outcome=word)
        if claimed is not None:
            return claimed
        raise NotFound if outcome.outcome == "not_yours" else HoldExpired

    async def unclaim(self, claimed: ClaimedHold) -> None:
        """The payment came to nothing: the hold goes back to its deadline. Never raises for a lost Redis."""
        if claimed.by_receipt:
            return
        stage = await self._stages.get(claimed.performance.id)
        try:
            await self._store.unclaim(stage.keys, claimed.hold_id, claimed.fan_id)
        except (Unavailable, Overloaded):
            self._left_to_reconcile("unclaim", claimed.hold_id)

    async def sold(self, claimed: ClaimedHold, *, fresh: bool = True) -> None:
        """The payment is committed: the seats stay taken, and a fan who holds nothing more leaves the queue.

        May be repeated, and come late: a hold that Redis no longer knows is left alone, for its seats may be somebody
        else's. Where the sale is `fresh`, the database is then asked what is sold. Never raises for a lost Redis, for
        the sale stands; reconciliation does it later.
        """
        stage = await self._stages.get(claimed.performance.id)
        try:
            sold = await self._stages.ready(
                stage, lambda: self._store.sell(stage.keys, claimed.hold_id, claimed.fan_id)
            )
            if not sold.known and fresh:
                await self.mend(claimed.performance.id)
            if sold.still_held == 0 and (sold.known or fresh):
                await self._queue.depart(stage.performance.concert_id, claimed.fan_id)
        except (Unavailable, Overloaded):
            self._left_to_reconcile("sold", claimed.hold_id)

    async def note(self, performance_id: str) -> str:
        """What `freed` wants to know from before a refund is committed. Never raises for a lost Redis."""
        stage = await self._stages.get(performance_id)
        try:
            return await self._store.note(stage.keys)
        except (Unavailable, Overloaded):
            return ""

    async def freed(self, performance_id: str, fan_id: str, seats: Sequence[int], noted: str) -> None:
        """A refund is committed: its seats are free. Call it once only; what is lost on the way, `mend` finds.

        It may come late: where others may have the seats by now, the database is asked.
        """
        stage = await self._stages.get(performance_id)
        try:
            freed = await self._stages.ready(
                stage, lambda: self._store.free(stage.keys, stage.layout, fan_id, seats, noted)
            )
            if freed.late:
                await self.mend(performance_id)
        except (Unavailable, Overloaded):
            self._left_to_reconcile("freed", performance_id)

    # For jobs and reconciliation

    async def sweep_due(self) -> int:
        """Drop lapsed holds of the next performances in turn. Returns how many holds."""
        return await self._sweeper.sweep_due()

    async def overdue_payments(self, performance_id: str) -> list[HoldRecord]:
        """Claimed holds past their grace: for each, is there a reservation with its id? Then `sold`, else `lapse`."""
        return await self._store.overdue((await self._stages.get(performance_id)).keys)

    async def lapse(self, record: HoldRecord) -> str:
        """End an overdue claim that came to nothing: held | lapsed | paying (claimed again since) | unknown."""
        return await self._store.lapse((await self._stages.of_hold(record.hold_id)).keys, record.hold_id)

    async def claimed(self, record: HoldRecord) -> ClaimedHold:
        """An overdue hold in the form that `sold` takes."""
        stage = await self._stages.of_hold(record.hold_id)
        return ClaimedHold(record.hold_id, stage.performance, record.seats, record.fan_id, by_receipt=False)

    async def mend(self, performance_id: str) -> Mended:
        """Make what Redis calls sold agree with the database; `changed`: too much was sold meanwhile, do it again."""
        return await self._mender.mend(await self._stages.get(performance_id))

    async def states(self, performance_id: str) -> SeatStates:
        """Seats by state. Raises `NotFound`, `Unavailable`."""
        return (await self.stored_seats(performance_id)).states

    async def numbers(self, performance_id: str) -> SeatNumbers:
        """Seats and holds in numbers. Raises `NotFound`, `Unavailable`."""
        stage = await self._stages.get(performance_id)
        limits = {"capacity": stage.performance.seat_count, "grace_ms": self._paying_grace_ms}
        return await self._stages.ready(stage, lambda: self._store.numbers(stage.keys, **limits))

    async def picture(self, performance_id: str) -> SeatPicture:
        """Which seats are held, paying and sold, all of one moment. Raises `NotFound`, `Unavailable`."""
        stage = await self._stages.get(performance_id)
        return await self._stages.ready(stage, lambda: self._store.picture(stage.keys, stage.layout))

    async def stored_seats(self, performance_id: str) -> StoredSeats:
        """Seats by state, and which are taken and sold, all of one moment. Raises `NotFound`, `Unavailable`."""
        stage = await self._stages.get(performance_id)
        return await self._stages.ready(stage, lambda: self._store.states(stage.keys))

    # Inside

    async def _availability(self, performance_id: str) -> bytes:
        stage = await self._stages.get(performance_id)
        version, taken = await self._stages.ready(stage, lambda: self._store.availability(stage.keys))
        return _encoder.encode(policy.availability(stage.performance, stage.layout, version, taken))

    def _attempt(self, stage: Stage, hold_id: str, fan_id: str, wish: Chosen | Best) -> Awaitable[HoldOutcome | None]:
        limits = {"ttl_ms": self._hold_ttl_ms, "seats_per_fan": stage.performance.seats_per_fan}
        if isinstance(wish, Best):
            return self._store.best(stage.keys, stage.layout, hold_id=hold_id, fan_id=fan_id, wish=wish, **limits)
        return self._store.hold(stage.keys, stage.layout, hold_id=hold_id, fan_id=fan_id, seats=wish.seats, **limits)

    def _vouched(
        self, performance: PerformanceView, fan_id: str, hold_id: str, receipt: str | None, unknown: ClaimOutcome
    ) -> ClaimedHold | None:
        if receipt is None:
            return None
        try:
            claims = self._receipts.verify(receipt)
        except TokenInvalid:
            return None
        vouched = policy.vouches(
            claims,
            hold_id=hold_id,
            performance_id=performance.id,
            fan_id=fan_id,
            now_ms=unknown.now_ms,
            epoch=unknown.epoch,
        )
        return ClaimedHold(hold_id, performance, vouched.seats, fan_id, by_receipt=True) if vouched else None

    def _left_to_reconcile(self, operation: str, subject: str) -> None:
        self._metrics.count("outcomes", operation=operation, outcome="left_to_reconcile")
        _log.warning("left_to_reconcile", operation=operation, subject=subject)
