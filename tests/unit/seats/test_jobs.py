"""The tick of seats."""

from boxoffice.seats.jobs import SweepJob


class StandInService:
    def __init__(self) -> None:
        self.sweeps = 0

    async def sweep_due(self) -> int:
        self.sweeps += 1
        return 0


async def test_a_tick_sweeps() -> None:
    service = StandInService()

    await SweepJob(service).tick()  # type: ignore[arg-type]

    assert service.sweeps == 1
