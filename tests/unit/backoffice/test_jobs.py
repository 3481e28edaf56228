"""What is told of the sales when not all of them can be asked."""

from types import SimpleNamespace
from typing import Any

import pytest

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.backoffice.jobs import AuditJob, SaleGaugesJob
from boxoffice.backoffice.models import Check, SaleNumbers
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Unavailable
from boxoffice.queue.models import LiveNumbers

QUEUE = LiveNumbers("open", 9, 1, 5, 5, 5, 0, 0, 3, 5, 0.0, 0)
GONE = "c1"
"""The first sale: its Redis server does not answer."""


class StandInService:
    """Two sales; `broken` of the second one's promises are."""

    def __init__(self, *sales: str, broken: int = 0) -> None:
        self.sales = sales
        self.broken = broken
        self.ledgers: list[str] = []

    def on_sale(self) -> list[str]:
        return list(self.sales)

    async def numbers(self, concert_id: str) -> SaleNumbers:
        self._reach(concert_id)
        return SaleNumbers(concert_id, QUEUE, ())

    async def audit(self, concert_id: str, *, ledger: bool) -> Any:
        self._reach(concert_id)
        if ledger:
            self.ledgers.append(concert_id)
        return SimpleNamespace(checks=[Check("seats", False, "two owners")] * self.broken)

    def _reach(self, concert_id: str) -> None:
        if concert_id == GONE:
            raise Unavailable


class Gauges(NullMetrics):
    """What is told, by name and concert."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], float] = {}

    def gauge(self, name: str, value: float, /, **labels: str) -> None:
        self.told[name, labels.get("concert", "")] = value

    def forget(self, name: str, /) -> None:
        self.told = {key: value for key, value in self.told.items() if key[0] != name}


async def test_a_sale_that_cannot_be_reached_hides_no_other() -> None:
    metrics = Gauges()
    job = SaleGaugesJob(StandInService(GONE, "c2"), metrics)  # type: ignore[arg-type]

    await job.tick()

    inside = {key: value for key, value in metrics.told.items() if key[0] == "queue_inside"}
    assert inside == {("queue_inside", "c2"): 3}
    assert (metrics.told["sales", ""], metrics.told["sales_shown", ""]) == (2, 1)


async def test_what_is_broken_is_told_although_another_sale_cannot_be_audited(clock: ManualClock) -> None:
    metrics, service = Gauges(), StandInService(GONE, "c2", broken=2)

    await AuditJob(service, metrics, clock).tick()  # type: ignore[arg-type]

    assert (metrics.told["audit_broken", ""], metrics.told["audit_sales", ""]) == (2, 1)
    assert ("audit_timestamp_seconds", "") not in metrics.told  # so that somebody is told in the end
    assert service.ledgers == ["c2"]


async def test_where_no_sale_can_be_reached_another_instance_may_try(clock: ManualClock) -> None:
    metrics, service = Gauges(), StandInService(GONE)
    jobs = (SaleGaugesJob(service, metrics), AuditJob(service, metrics, clock))  # type: ignore[arg-type]

    for job in jobs:
        with pytest.raises(Unavailable):
            await job.tick()
    assert {name for name, _ in metrics.told} == {"audit_seconds"}
