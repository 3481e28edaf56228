"""What an instance does by itself: what every instance does, and what one of them does for all."""

from functools import partial

from boxoffice.adapters.lock import Locks
from boxoffice.adapters.loop_lag import LOOK_EVERY_S, LoopLag
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.runner import SoleRunner
from boxoffice.adapters.ticker import Ticker
from boxoffice.adapters.witness import EVERY_S, Witness
from boxoffice.backoffice.jobs import AuditJob, SaleGaugesJob
from boxoffice.backoffice.service import BackofficeService
from boxoffice.catalog.service import CatalogService
from boxoffice.kernel.clock import Clock
from boxoffice.queue.jobs import AdmissionJob
from boxoffice.queue.service import QueueService
from boxoffice.reservations.jobs import ReconcileJob
from boxoffice.reservations.service import ReservationService
from boxoffice.seats.jobs import SweepJob
from boxoffice.seats.service import SeatService
from boxoffice.settings import Settings
from boxoffice.wallet.jobs import RetentionJob
from boxoffice.wallet.service import WalletService

_RETENTION_S = 60
_ALONE_AGAIN_S = 5
"""After how long an instance that lost a job's lock, or failed at the job, stands by for it again."""


def tickers(
    settings: Settings,
    *,
    catalog: CatalogService,
    queue: QueueService,
    seats: SeatService,
    wallet: WalletService,
    reservations: ReservationService,
    backoffice: BackofficeService,
    locks: Locks,
    witness: Witness,
    clock: Clock,
    metrics: Metrics,
) -> list[Ticker]:
    """Every job with its interval, not yet started."""
    tick_s = settings.tick_ms / 1000
    return [
        Ticker("admission", AdmissionJob(queue).tick, interval_s=tick_s, metrics=metrics),
        Ticker("witness", witness.tick, interval_s=EVERY_S, metrics=metrics),
        Ticker("sweep", SweepJob(seats).tick, interval_s=tick_s, metrics=metrics),
        Ticker("loop_lag", LoopLag(metrics).tick, interval_s=LOOK_EVERY_S, metrics=metrics),
        *(
            Ticker(name, runner.run, interval_s=_ALONE_AGAIN_S, metrics=metrics)
            for name, runner in _sole(
                settings,
                reconcile=ReconcileJob(reservations, catalog),
                retention=RetentionJob(wallet),
                gauges=SaleGaugesJob(backoffice, metrics),
                audit=AuditJob(backoffice, metrics, clock),
                locks=locks,
                metrics=metrics,
            )
        ),
    ]


def _sole(
    settings: Settings,
    *,
    reconcile: ReconcileJob,
    retention: RetentionJob,
    gauges: SaleGaugesJob,
    audit: AuditJob,
    locks: Locks,
    metrics: Metrics,
) -> list[tuple[str, SoleRunner]]:
    """Of these one in the whole service is enough, and the instances agree on which; see `SoleRunner`."""
    alone = partial(SoleRunner, locks=locks, metrics=metrics)
    sole = [
        ("reconcile", alone("reconcile", lambda _: reconcile.tick(), interval_s=settings.reconcile_s)),
        ("retention", alone("retention", retention.tick, interval_s=_RETENTION_S)),
        ("gauges", alone("gauges", lambda _: gauges.tick(), interval_s=settings.gauges_s, retire=gauges.retire)),
    ]
    if settings.audit_s:
        auditing = alone("audit", lambda _: audit.tick(), interval_s=settings.audit_s, retire=audit.retire)
        sole.append(("audit", auditing))
    return sole
