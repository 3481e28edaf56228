"""The tick of reconciliation."""

from collections import Counter
from typing import Any

import pytest

from boxoffice.kernel.errors import Unavailable
from boxoffice.reservations.jobs import ReconcileJob


class StandInService:
    """Remembers what it was asked; the performances in `lost` are on a server that does not answer."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.lost: set[str] = set()

    async def reconcile(self, performance_id: str) -> Counter[str]:
        self.asked.append(performance_id)
        if performance_id in self.lost:
            raise Unavailable
        return Counter()

    async def reconcile_fully(self, performance_id: str) -> Counter[str]:
        return await self.reconcile(f"all of {performance_id}")


class StandInCatalog:
    async def concert_ids(self) -> list[str]:
        return ["a", "b", "c"]

    async def performances_of(self, concert_id: str) -> tuple[str, ...]:
        return (f"{concert_id}1", f"{concert_id}2")


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def job(service: StandInService) -> ReconcileJob:
    stand_in: Any = service
    catalog: Any = StandInCatalog()
    return ReconcileJob(stand_in, catalog)


async def test_every_performance_is_looked_at_each_thirtieth_time_seat_by_seat(
    job: ReconcileJob, service: StandInService
) -> None:
    for _ in range(31):
        await job.tick()

    everything = ["a1", "a2", "b1", "b2", "c1", "c2"]
    seat_by_seat = [f"all of {each}" for each in everything]
    assert service.asked == [*seat_by_seat, *everything * 29, *seat_by_seat]


async def test_a_concert_that_cannot_be_looked_at_keeps_those_behind_it_waiting_for_one_tick(
    job: ReconcileJob, service: StandInService
) -> None:
    await job.tick()
    service.asked.clear()
    service.lost = {"b1"}
    for _ in range(2):
        with pytest.raises(Unavailable):
            await job.tick()
    service.lost.clear()
    await job.tick()

    first, second = ["a1", "a2", "b1"], ["c1", "c2", "a1", "a2", "b1"]
    assert service.asked == [*first, *second, "c1", "c2", "a1", "a2", "b1", "b2"]
