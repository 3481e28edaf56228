"""Makes what Redis calls sold agree with the database."""

from boxoffice.adapters.metrics import Metrics
from boxoffice.seats import policy
from boxoffice.seats.models import Mended, SoldSeats, Stage
from boxoffice.seats.store import SeatStore

_ATTEMPTS_MAX = 5


class Mender:
    """Compares seat by seat: the database is read first, and its word counts unless it is stale by then."""

    def __init__(self, *, store: SeatStore, sold: SoldSeats, metrics: Metrics) -> None:
        self._store = store
        self._sold = sold
        self._metrics = metrics

    async def mend(self, stage: Stage) -> Mended:
        """Put right what differs. Raises `Unavailable`, `Overloaded`.

        `changed`: in each of `_ATTEMPTS_MAX` attempts something was sold or freed while the database was read; do it
        again later.
        """
        mended = Mended(changed=True)
        for _ in range(_ATTEMPTS_MAX):
            mended = await self._attempt(stage)
            if not mended.changed:
                break
        for what, count in mended.by_name().items():
            self._metrics.count("reconciled", count, what=what)
        return mended

    async def _attempt(self, stage: Stage) -> Mended:
        noted = await self._store.agreed(stage.keys)
        if noted is None:
            return Mended()  # Redis knows nothing of it, and will start from the database.
        sold_version, agreed = noted
        sold = await self._sold.sold_seats(stage.performance.id)
        digest = policy.digest(sold)
        if agreed == f"{sold_version} {digest}":
            return Mended()
        return await self._store.mend(
            stage.keys, stage.layout, sold_version, policy.restored(stage.layout, sold), digest
        )
