"""What seats do by themselves."""

from boxoffice.seats.service import SeatService


class SweepJob:
    """Gives lapsed holds free. Nothing depends on it: every script that needs free seats sweeps for itself."""

    def __init__(self, service: SeatService) -> None:
        self._service = service

    async def tick(self) -> None:
        await self._service.sweep_due()
