"""The tick that reconciles the seat store with the database."""

from boxoffice.catalog.service import CatalogService
from boxoffice.reservations.service import ReservationService

_FULL_EVERY = 30


class ReconcileJob:
    """Looks at every performance; each thirtieth time seat by seat, for errors that leave the counts equal.

    A concert that cannot be looked at ends the tick, and the next one begins behind it: a Redis server that is gone
    keeps nobody waiting whose seats it does not have.
    """

    def __init__(self, service: ReservationService, catalog: CatalogService) -> None:
        self._service = service
        self._catalog = catalog
        self._ticks = 0
        self._reached: str | None = None

    async def tick(self) -> None:
        """Reconcile once. Raises what the first concert raises that cannot be looked at."""
        reconcile = self._service.reconcile if self._ticks % _FULL_EVERY else self._service.reconcile_fully
        self._ticks += 1
        concert_ids = await self._catalog.concert_ids()
        first = concert_ids.index(self._reached) + 1 if self._reached in concert_ids else 0
        for concert_id in (*concert_ids[first:], *concert_ids[:first]):
            self._reached = concert_id
            for performance_id in await self._catalog.performances_of(concert_id):
                await reconcile(performance_id)
        self._reached = None
