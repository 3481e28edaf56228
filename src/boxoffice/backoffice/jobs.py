"""What the back office tells Prometheus by itself: the numbers of the sales that are on, and whether they are right."""

import asyncio

import structlog

from boxoffice.adapters.metrics import Metrics, Timed
from boxoffice.backoffice.models import SaleNumbers
from boxoffice.backoffice.service import BackofficeService
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BoxofficeError

SALES_SHOWN_MAX = 20
"""Every sale is a label, and Prometheus keeps each for weeks: the newest this many that are on, no others."""

_OF_A_QUEUE = ("queue_open", "queue_waiting", "queue_present", "queue_inside", "queue_limit", "queue_admitted")
_OF_SEATS = ("seats", "seats_capacity", "holds", "oldest_paying_seconds")
_log = structlog.get_logger()


class SaleGaugesJob:
    """Tells how the sales stand. One instance does, for all would say the same."""

    def __init__(self, service: BackofficeService, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics

    async def tick(self) -> None:
        """Ask once for each sale, then replace all that was told before at one moment.

        A sale whose Redis server is gone is left out. Raises what the first raises, where no sale can be reached.
        """
        on_sale = self._service.on_sale()
        asked = (self._service.numbers(each) for each in on_sale[:SALES_SHOWN_MAX])
        answers = await asyncio.gather(*asked, return_exceptions=True)
        shown = [each for each in answers if not isinstance(each, BaseException)]
        for failure in answers:
            if isinstance(failure, BaseException) and not (shown and isinstance(failure, BoxofficeError)):
                raise failure
        self.retire()
        self._metrics.gauge("sales", len(on_sale))
        self._metrics.gauge("sales_shown", len(shown))
        for sale in shown:
            self._show(sale)

    def retire(self) -> None:
        """Tell nothing any more."""
        for name in ("sales", "sales_shown", *_OF_A_QUEUE, *_OF_SEATS):
            self._metrics.forget(name)

    def _show(self, sale: SaleNumbers) -> None:
        queue = sale.queue
        told = (queue.phase == "open", queue.waiting, queue.present, queue.inside, queue.limit, queue.admitted_total)
        for name, value in zip(_OF_A_QUEUE, told, strict=True):
            self._metrics.gauge(name, float(value), concert=sale.concert_id)
        for performance_id, seats in sale.seats:
            labels = {"concert": sale.concert_id, "performance": performance_id}
            for state, count in seats.states._asdict().items():
                self._metrics.gauge("seats", count, state=state, **labels)
            self._metrics.gauge("seats_capacity", seats.capacity, **labels)
            self._metrics.gauge("holds", seats.holds_held, state="held", **labels)
            self._metrics.gauge("holds", seats.holds_paying, state="paying", **labels)
            self._metrics.gauge("oldest_paying_seconds", seats.oldest_paying_ms / 1000, **labels)


class AuditJob:
    """Audits the sales that are on, one after the other, and money in the whole database once."""

    def __init__(self, service: BackofficeService, metrics: Metrics, clock: Clock) -> None:
        self._service = service
        self._metrics = metrics
        self._clock = clock

    async def tick(self) -> None:
        """Audit once. What is broken is told even where another sale cannot be audited; it counts as ended only if all
        could be. Raises what the first raises, where none can.
        """
        broken, audited, missed = 0, 0, None
        with Timed(lambda seconds: self._metrics.gauge("audit_seconds", seconds)):
            for concert_id in self._service.on_sale()[:SALES_SHOWN_MAX]:
                try:
                    report = await self._service.audit(concert_id, ledger=not audited)
                except BoxofficeError as failure:
                    _log.warning("audit_missed", concert=concert_id, error=failure.code)
                    missed = missed or failure
                    continue
                audited += 1
                for check in report.checks:
                    if not check.ok:
                        broken += 1
                        _log.error("audit_broken", concert=concert_id, check=check.name, detail=check.detail)
        if missed and not audited:
            raise missed
        self._metrics.gauge("audit_broken", broken)
        self._metrics.gauge("audit_sales", audited)
        if not missed:
            self._metrics.gauge("audit_timestamp_seconds", self._clock.now_ms() / 1000)

    def retire(self) -> None:
        """Tell nothing any more: another instance does."""
        for name in ("audit_broken", "audit_sales", "audit_seconds", "audit_timestamp_seconds"):
            self._metrics.forget(name)
