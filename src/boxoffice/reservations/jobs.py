"""The tick that reconciles the seat store with the database."""

from boxoffice.catalog.service import CatalogService
from boxoffice.reservations.service import ReservationService

_FULL_EVERY = 30


class ReconcileJob:
    """Looks at every performance; each thirtieth time seat by seat, for errors that leave the counts equal."""

    def __init__(self, service: ReservationService, catalog: CatalogService) -> None:
        self._service = service
        self._catalog = catalog
        self._ticks = 0

    async def tick(self) -> None:
        """Reconcile once."""
        fully = self._ticks % _FULL_EVERY == 0
        self._ticks += 1
        for concert_id in await self._catalog.concert_ids():
            for performance_id in await self._catalog.performances_of(concert_id):
                if fully:
                    await self._service.reconcile_fully(performance_id)
                else:
                    await self._service.reconcile(performance_id)
