"""Policies: the database has them, and every instance sees to it that Redis goes by them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from boxoffice.accounts.service import AccountService
from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import NotFound, Unavailable
from boxoffice.queue.models import Concerts, QueuePolicy, StoredPolicy, Unprepared
from boxoffice.queue.policy import on_sale
from boxoffice.queue.repository import QueueRepository
from boxoffice.queue.store import QueueStore

POLICY_REFRESH_MS = 1000
_ATTEMPTS_MAX = 3


class Change(NamedTuple):
    """What an operator wants changed, and how the audit log shall tell of it. `decide` may refuse."""

    actor_id: str
    action: str
    details: Mapping[str, object]
    decide: Callable[[QueuePolicy], QueuePolicy]


class Policies:
    """The policies of all concerts, as this instance knows them: at most `POLICY_REFRESH_MS` old while it ticks."""

    def __init__(
        self,
        *,
        database: Database,
        repository: QueueRepository,
        store: QueueStore,
        catalog: Concerts,
        accounts: AccountService,
        clock: Clock,
        metrics: Metrics,
        defaults: QueuePolicy,
    ) -> None:
        self._database = database
        self._repository = repository
        self._store = store
        self._catalog = catalog
        self._accounts = accounts
        self._clock = clock
        self._metrics = metrics
        self._defaults = defaults
        self._known: dict[str, StoredPolicy] = {}
        self._read_ms: int | None = None
        self._applied: dict[str, int] = {}

    async def policy(self, concert_id: str) -> QueuePolicy:
        """The policy in force, or about to be at the next tick. Raises `NotFound`, `Unavailable`."""
        async with self._database.read(primary=True) as session:
            stored = await self._repository.policy(session, concert_id)
        if stored is None and not await self._catalog.concert_exists(concert_id):
            raise NotFound
        return self._defaults if stored is None else stored.policy

    async def change(self, concert_id: str, change: Change) -> QueuePolicy:
        """Write a change down, and put it in force. Raises what `decide` raises, and `Unavailable`."""
        for _ in range(_ATTEMPTS_MAX):
            try:
                stored = await self._write(concert_id, change)
            except TransactionConflict:
                continue
            self._known[concert_id] = stored
            await self.apply(stored)
            return stored.policy
        raise Unavailable("The policy is being changed by others. Try again shortly.")

    def on_sale(self) -> list[str]:
        """The concerts whose sale is on; the one that was made last comes first."""
        return sorted((each for each, stored in self._known.items() if on_sale(stored.policy)), reverse=True)

    async def refresh(self) -> list[StoredPolicy]:
        """Learn, at most once a second, which sales are on. Returns what Redis may not have been told.

        Without the database, admission goes on as it was last told to. Raises `Unavailable` where it never was.
        """
        now_ms = self._clock.now_ms()
        if self._read_ms is not None and 0 <= now_ms - self._read_ms < POLICY_REFRESH_MS:
            return []
        try:
            async with self._database.read(primary=True) as session:
                policies = await self._repository.policies(session)
        except Unavailable:
            if self._read_ms is None:
                raise
            self._metrics.count("failed_open", what="queue_policies")
            return []
        self._read_ms = now_ms
        self._known = {stored.concert_id: stored for stored in policies}
        # Sales that are on are told each time: a Redis that failed over may have lost what it was told.
        return [s for s in policies if on_sale(s.policy) or self._applied.get(s.concert_id) != s.version]

    async def apply(self, stored: StoredPolicy) -> None:
        """Tell Redis, which goes by the latest that it was told. Raises `Unavailable`, `Overloaded`."""
        # Whoever next asks for a queue that Redis does not know prepares it from what the database says by then.
        with suppress(Unprepared):
            await self._store.set_policy(stored)
        self._applied[stored.concert_id] = stored.version

    def tell_again(self, concert_id: str) -> None:
        """Redis was given a policy that was read before: a change since then is told at the next refresh."""
        self._applied.pop(concert_id, None)

    async def _write(self, concert_id: str, change: Change) -> StoredPolicy:
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
