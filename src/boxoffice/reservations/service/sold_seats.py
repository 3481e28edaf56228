"""Which seats are sold, by the database's word."""

from collections.abc import Sequence

from boxoffice.adapters.database import Database
from boxoffice.reservations.repository import ReservationRepository


class SoldSeats:
    """The source from which the seat store is restored, and which the audit holds it against."""

    def __init__(self, *, database: Database, repository: ReservationRepository) -> None:
        self._database = database
        self._repository = repository

    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]:
        """(seat number, owner) of every active ticket, read on the primary."""
        async with self._database.read(primary=True) as session:
            return await self._repository.sold_seats(session, performance_id)
