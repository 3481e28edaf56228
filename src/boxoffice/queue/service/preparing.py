"""Queues that Redis does not know, or may know only in part, are made ready from the database by the first who asks."""

from collections.abc import Callable

from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.once import Once
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import NotFound
from boxoffice.queue.models import Concerts, QueuePolicy, SoldSeats, StoredPolicy
from boxoffice.queue.policy import numbers_before
from boxoffice.queue.repository import QueueRepository
from boxoffice.queue.store import QueueStore


class Preparing:
    """Gives a queue its policy, its epoch, and the fans who have had their turn."""

    def __init__(
        self,
        *,
        database: Database,
        repository: QueueRepository,
        store: QueueStore,
        catalog: Concerts,
        sold: SoldSeats,
        clock: Clock,
        metrics: Metrics,
        defaults: QueuePolicy,
        on_prepared: Callable[[str], None],
    ) -> None:
        self._database = database
        self._repository = repository
        self._store = store
        self._catalog = catalog
        self._sold = sold
        self._clock = clock
        self._metrics = metrics
        self._defaults = defaults
        self._on_prepared = on_prepared
        self._under_way: Once[None] = Once()

    async def prepare(self, concert_id: str) -> None:
        """Make the queue ready, once however many ask; where another instance is at it, ask Redis again.

        Raises `NotFound` where there is no such concert, `Unavailable`, `Overloaded`.
        """
        await self._under_way.run(concert_id, lambda: self._prepare(concert_id))

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
        if await self._store.prepare(stored, epoch=max(1, epoch)):
            self._on_prepared(concert_id)
            if epoch > 1:
                self._metrics.count("queue_rebuilds")

    async def _buyers(self, concert_id: str) -> list[str]:
        buyers: dict[str, None] = {}
        for performance_id in await self._catalog.performances_of(concert_id):
            buyers |= dict.fromkeys(fan_id for _, fan_id in await self._sold.sold_seats(performance_id))
        return list(buyers)
