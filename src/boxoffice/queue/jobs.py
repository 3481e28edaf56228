"""The tick of admission."""

from boxoffice.queue.service import QueueService


class AdmissionJob:
    """Admits to every sale that is on. Any number of instances may run it."""

    def __init__(self, service: QueueService) -> None:
        self._service = service

    async def tick(self) -> None:
        """One tick."""
        await self._service.admit_due()
