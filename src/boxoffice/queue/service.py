"""The use cases of the queue: joining and waiting, the operator's controls, the tick of admission."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol, TypeVar

import msgspec
import structlog

from boxoffice.accounts.models import Fan
from boxoffice.accounts.service import AccountService
from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.adapters.logs import by_fan
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.snapshot import Snapshot, Snapshots
from boxoffice.adapters.tokens import TokenInvalid, Tokens
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BadQueueToken, NotFound, SaleClosed, Unavailable
from boxoffice.queue.models import (
    Joined,
    LiveNumbers,
    LogEvent,
    Place,
    PolicyChanges,
    QueuePolicy,
    SaleAction,
    StoredPolicy,
    TokenClaims,
    Unprepared,
)
from boxoffice.queue.policy import after_action, changed, numbers_before, on_sale, published, told
from boxoffice.queue.repository import QueueRepository
from boxoffice.queue.store import LOG_PAGE, QueueStore

Answer = TypeVar("Answer")

POLICY_REFRESH_MS = 1000
_ATTEMPTS = 3
_ROUNDS_MAX = 20
_log = structlog.get_logger()


class _Change(NamedTuple):
    actor_id: str
    action: str
    details: Mapping[str, object]
    decide: Callable[[QueuePolicy], QueuePolicy]


class Concerts(Protocol):
    """What the queue asks of the catalogue."""

    async def concert_exists(self, concert_id: str) -> bool: ...
    async def performances_of(self, concert_id: str) -> Sequence[str]: ...


class SoldSeats(Protocol):
    """The database's truth: every `(seat, fan)` sold of a performance."""

    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]: ...


class QueueService:
    """The waiting queues of all concerts: places in Redis, policies and epochs in the database.

    A queue that Redis does not know is prepared from the database by the first who asks. Every method raises
    `NotFound` where there is no such concert, `Unavailable` or `Overloaded` where a store cannot be asked.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: QueueRepository,
        store: QueueStore,
        catalog: Concerts,
        sold: SoldSeats,
        accounts: AccountService,
        tokens: Tokens,
        clock: Clock,
        metrics: Metrics,
        defaults: QueuePolicy,
        token_ttl_s: int,
        snapshot_ms: int,
    ) -> None:
        self._database = database
        self._repository = repository
        self._store = store
        self._catalog = catalog
        self._sold = sold
        self._accounts = accounts
        self._tokens = tokens
        self._clock = clock
        self._metrics = metrics
        self._defaults = defaults
        self._token_ttl_ms = token_ttl_s * 1000
        self._snapshots = Snapshots(self._snapshot_body, clock=clock, max_age_ms=snapshot_ms)
        self._preparing: dict[str, asyncio.Task[None]] = {}
        self._policies: dict[str, StoredPolicy] = {}
        self._policies_read_ms: int | None = None
        self._applied: dict[str, int] = {}

    # A fan's way through the queue

    async def join(self, fan: Fan, concert_id: str, presented: str | None = None) -> Joined:
        """Give the fan a place, or the one they have. Raises `SaleClosed` unless the sale is open or paused.

        `presented` is a queue token from an earlier join: it restores a place that Redis has lost. One that is no
        longer any good is no obstacle, and no help.
        """
        number = 0
        with suppress(BadQueueToken):
            number = self.claims(concert_id, presented, fan).number if presented else 0
        stored = await self._prepared(concert_id, lambda: self._store.join(concert_id, fan.user_id, number))
        if stored is None:
            self._metrics.count("outcomes", operation="join", outcome="closed")
            raise SaleClosed
        self._metrics.count("outcomes", operation="join", outcome="repeated" if stored.repeated else stored.status)
        if stored.status == "admitted" and not stored.repeated:
            _log.info("admitted", concert=concert_id, fan=fan.user_id)
        claims = {"sub": fan.user_id, "con": concert_id, "num": stored.number, "epo": stored.epoch}
        token = self._tokens.sign(claims, expires_ms=self._clock.now_ms() + self._token_ttl_ms)
        return Joined(token, told(stored), stored.repeated, stored.epoch)

    async def snapshot(self, concert_id: str) -> Snapshot:
        """The queue as everybody sees it: `QueueSnapshot` as JSON, computed once however many ask."""
        return await self._snapshots.get(concert_id)

    async def current(self, concert_id: str, token: str, fan: Fan | None = None) -> Place:
        """How the token's place stands; asking marks a called fan present. Raises `BadQueueToken`."""
        claims = self.claims(concert_id, token, fan)
        stored = await self._prepared(
            concert_id, lambda: self._store.current(concert_id, claims.fan_id, claims.number, claims.epoch)
        )
        if stored is None:
            raise BadQueueToken("This place was lost. Join again and present this token to have it back.")
        return told(stored)

    async def leave(self, concert_id: str, token: str, fan: Fan | None = None) -> None:
        """Give the token's place up, for good. Doing so again changes nothing. Raises `BadQueueToken`."""
        claims = self.claims(concert_id, token, fan)
        left = await self._prepared(concert_id, lambda: self._store.leave(concert_id, claims.fan_id, claims.number))
        self._metrics.count("outcomes", operation="leave", outcome="left" if left else "gone")

    async def depart(self, concert_id: str, fan_id: str) -> bool:
        """Give the fan's place inside free, as they have bought; False when they were not inside."""
        return await self._prepared(concert_id, lambda: self._store.depart(concert_id, fan_id))

    def claims(self, concert_id: str, token: str, fan: Fan | None = None) -> TokenClaims:
        """What the token says. Raises `BadQueueToken`: not ours, expired, or of another concert or fan."""
        try:
            raw = self._tokens.verify(token)
            claims = TokenClaims(str(raw["sub"]), str(raw["con"]), int(raw["num"]), int(raw["epo"]))
        except (TokenInvalid, KeyError, ValueError, TypeError) as error:
            raise BadQueueToken from error
        if claims.concert_id != concert_id or (fan is not None and claims.fan_id != fan.user_id):
            raise BadQueueToken
        by_fan(claims.fan_id)
        return claims

    # The operator's controls

    async def policy(self, concert_id: str) -> QueuePolicy:
        """The policy in force, or about to be at the next tick."""
        async with self._database.read(primary=True) as session:
            stored = await self._repository.policy(session, concert_id)
        if stored is None and not await self._catalog.concert_exists(concert_id):
            raise NotFound
        return self._defaults if stored is None else stored.policy

    async def change_policy(self, actor: Fan, concert_id: str, changes: PolicyChanges) -> QueuePolicy:
        """Change parts of the policy, in force at the next tick. Raises `InvalidRequest`, `Conflict`."""
        details = {name: value for name, value in changes._asdict().items() if value is not None}
        change = _Change(actor.user_id, "queue.policy", details, lambda before: changed(before, changes))
        return await self._change(concert_id, change)

    async def change_phase(self, actor: Fan, concert_id: str, action: SaleAction) -> QueuePolicy:
        """Open, pause, resume or close the sale. Doing what is done changes nothing. Raises `Conflict`."""
        change = _Change(actor.user_id, f"sale.{action}", {}, lambda before: after_action(before, action))
        return await self._change(concert_id, change)

    def on_sale(self) -> list[str]:
        """The concerts whose sale is on, as of the last second; the one that was made last comes first."""
        return sorted((each for each, stored in self._policies.items() if on_sale(stored.policy)), reverse=True)

    async def live(self, concert_id: str) -> LiveNumbers:
        """The queue in numbers, exact at `as_of_ms`."""
        return await self._prepared(concert_id, lambda: self._store.numbers(concert_id))

    async def log(self, concert_id: str) -> AsyncIterator[LogEvent]:
        """The admission log from the oldest event kept, read in pages."""
        after: str | None = None
        while page := await self._store.log_page(concert_id, after, LOG_PAGE):
            for event in page:
                yield event
            after = page[-1].id

    # The tick

    async def admit_due(self) -> int:
        """Admit to every sale that is on; the number of fans let in. Safe to run on any number of instances at once.

        One concert's failure does not keep the others waiting; the first is raised when all are done.
        """
        await self._refresh_policies()
        due = [concert_id for concert_id, stored in self._policies.items() if on_sale(stored.policy)]
        results = await asyncio.gather(*(self._admit(concert_id) for concert_id in due), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in results if isinstance(result, int))

    async def _admit(self, concert_id: str) -> int:
        admitted = 0
        for _ in range(_ROUNDS_MAX):
            done = await self._prepared(concert_id, lambda: self._store.admit(concert_id))
            admitted += done.admitted
            for outcome, amount in done.counts().items():
                if amount:
                    self._metrics.count("outcomes", amount, operation="admit", outcome=outcome)
            for fan_id in done.fans:
                _log.info("admitted", concert=concert_id, fan=fan_id)
            if not done.unfinished:
                break
        return admitted

    async def _refresh_policies(self) -> None:
        """Learn which sales are on, and put right what was committed but never reached Redis.

        Without the database, admission goes on as it was last told to.
        """
        now_ms = self._clock.now_ms()
        if self._policies_read_ms is not None and 0 <= now_ms - self._policies_read_ms < POLICY_REFRESH_MS:
            return
        try:
            async with self._database.read(primary=True) as session:
                policies = await self._repository.policies(session)
        except Unavailable:
            if self._policies_read_ms is None:
                raise
            self._metrics.count("failed_open", what="queue_policies")
            return
        self._policies_read_ms = now_ms
        self._policies = {stored.concert_id: stored for stored in policies}
        # Sales that are on are told each time: a Redis that failed over may have lost what it was told.
        outdated = [s for s in policies if on_sale(s.policy) or self._applied.get(s.concert_id) != s.version]
        await asyncio.gather(*(self._apply(stored) for stored in outdated))

    # Between the database and Redis

    async def _change(self, concert_id: str, change: _Change) -> QueuePolicy:
        # Asked first, so that Redis knows the queue under its old phase: otherwise opening a sale for the first time
        # could not be told from preparing one that was open before, whose numbers are lost.
        await self.live(concert_id)
        for _ in range(_ATTEMPTS):
            try:
                stored = await self._write_change(concert_id, change)
            except TransactionConflict:
                continue
            self._policies[concert_id] = stored
            await self._apply(stored)
            self._snapshots.forget(concert_id)
            return stored.policy
        raise Unavailable("The policy is being changed by others. Try again shortly.")

    async def _write_change(self, concert_id: str, change: _Change) -> StoredPolicy:
        now_ms = self._clock.now_ms()
        async with self._database.write() as session:
            known = await self._repository.policy_to_change(session, concert_id)
            before = known or StoredPolicy(concert_id, self._defaults, 0)
            after = StoredPolicy(concert_id, change.decide(before.policy), max(now_ms, before.version + 1))
            write = self._repository.update_policy if known else self._repository.insert_policy
            await write(session, after)
            if after.policy.phase == "open" and await self._repository.epoch(session, concert_id) == 0:
                await self._repository.insert_epoch(session, concert_id, 1, now_ms)
            await self._accounts.record(session, change.actor_id, change.action, concert_id, change.details)
            await session.commit()
        return after

    async def _apply(self, stored: StoredPolicy) -> None:
        # Whoever next asks for a queue that Redis does not know prepares it from what the database says by then.
        with suppress(Unprepared):
            await self._store.set_policy(stored)
        self._applied[stored.concert_id] = stored.version

    async def _prepared(self, concert_id: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        for _ in range(_ATTEMPTS):
            try:
                return await ask()
            except Unprepared:
                await self._prepare_once(concert_id)
        raise Unavailable("The queue is being prepared. Try again shortly.")

    async def _prepare_once(self, concert_id: str) -> None:
        task = self._preparing.get(concert_id)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._prepare(concert_id))
            self._preparing[concert_id] = task
            task.add_done_callback(lambda _: self._preparing.pop(concert_id, None))
        await asyncio.shield(task)  # a caller who gives up must not take it from the others

    async def _prepare(self, concert_id: str) -> None:
        if not await self._catalog.concert_exists(concert_id):
            raise NotFound
        try:
            async with self._database.write() as session:
                known = await self._repository.policy_to_change(session, concert_id)
                stored = known or StoredPolicy(concert_id, self._defaults, 0)
                epoch = await self._repository.epoch(session, concert_id)
                if stored.policy.phase != "scheduled":
                    epoch += 1
                    await self._repository.insert_epoch(session, concert_id, epoch, self._clock.now_ms())
                    await session.commit()
        except TransactionConflict:
            return  # another instance is preparing it; the caller asks again
        if epoch > 1:
            # Whoever has bought has had their turn; Redis may have lost that with the rest. Before anybody can join.
            await self._store.bar(concert_id, await self._buyers(concert_id), upto=numbers_before(epoch))
        if await self._store.prepare(stored, epoch=max(1, epoch)) and epoch > 1:
            self._metrics.count("queue_rebuilds")

    async def _buyers(self, concert_id: str) -> list[str]:
        buyers: dict[str, None] = {}
        for performance_id in await self._catalog.performances_of(concert_id):
            buyers |= dict.fromkeys(fan_id for _, fan_id in await self._sold.sold_seats(performance_id))
        return list(buyers)

    async def _snapshot_body(self, concert_id: str) -> bytes:
        return msgspec.json.encode(published(concert_id, await self.live(concert_id)))
