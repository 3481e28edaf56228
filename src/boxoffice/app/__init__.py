"""The composition root: the only place that wires. Everything is built here and handed down."""

import asyncio
import secrets
from asyncio import Event
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from falcon.asgi import App

from boxoffice import __version__
from boxoffice.accounts import controller as accounts_http
from boxoffice.accounts.guard import AccountGuard
from boxoffice.accounts.jobs import RevocationListener
from boxoffice.accounts.repository import AccountRepository
from boxoffice.accounts.service import AccountService
from boxoffice.accounts.store import SessionStore
from boxoffice.adapters.database import Database
from boxoffice.adapters.engines import Bounds
from boxoffice.adapters.fence import Fences
from boxoffice.adapters.lock import Locks
from boxoffice.adapters.metrics import PrometheusMetrics
from boxoffice.adapters.password import Passwords
from boxoffice.adapters.redis import RedisClient
from boxoffice.adapters.ticker import Ticker
from boxoffice.adapters.tokens import Tokens
from boxoffice.adapters.witness import Witness
from boxoffice.app.background import tickers
from boxoffice.backoffice import controller as backoffice_http
from boxoffice.backoffice.repository import BackofficeRepository
from boxoffice.backoffice.service import BackofficeService
from boxoffice.catalog import controller as catalog_http
from boxoffice.catalog.repository import CatalogRepository
from boxoffice.catalog.service import CatalogService
from boxoffice.http.api import build_api
from boxoffice.http.docs import reference_routes
from boxoffice.http.health import health_routes
from boxoffice.http.pages import Pages, built
from boxoffice.http.routes import Route
from boxoffice.kernel.clock import Clock, SystemClock
from boxoffice.kernel.ids import IdSource
from boxoffice.queue import controller as queue_http
from boxoffice.queue.guard import QueueGuard
from boxoffice.queue.models import QueuePolicy
from boxoffice.queue.repository import QueueRepository
from boxoffice.queue.service import QueueService
from boxoffice.queue.store import QueueStore
from boxoffice.reservations import controller as reservations_http
from boxoffice.reservations.repository import ReservationRepository
from boxoffice.reservations.service import ReservationService
from boxoffice.reservations.service.sold_seats import SoldSeats
from boxoffice.seats import controller as seats_http
from boxoffice.seats.service import SeatService
from boxoffice.seats.store import SeatStore
from boxoffice.settings import Settings
from boxoffice.wallet import controller as wallet_http
from boxoffice.wallet.repository import WalletRepository
from boxoffice.wallet.service import Bank, WalletService

if TYPE_CHECKING:
    from boxoffice.adapters.traces import Traces


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything that one instance consists of. `start` sets the jobs going; `close` drains and hangs up.

    While `stopping` is set, `/readyz` tells the load balancer to send nobody.
    """

    settings: Settings
    routes: list[Route]
    api: App[Any, Any]
    database: Database
    redis: RedisClient
    metrics: PrometheusMetrics
    accounts: AccountService
    catalog: CatalogService
    queue: QueueService
    seats: SeatService
    wallet: WalletService
    reservations: ReservationService
    backoffice: BackofficeService
    passwords: Passwords
    revocations: RevocationListener
    stopping: Event
    traces: "Traces | None" = None
    tickers: list[Ticker] = field(default_factory=list)

    async def start(self) -> None:
        """Begin the background jobs."""
        await self.revocations.start()
        for ticker in self.tickers:
            ticker.start()

    async def close(self) -> None:
        """Stop the jobs, carry out what waits, and give every connection back."""
        for ticker in self.tickers:
            await ticker.close()
        await self.revocations.close()
        await self.accounts.close()
        await self.wallet.close()
        await self.reservations.close()
        self.passwords.close()
        await self.redis.close()
        await self.database.close()
        if self.traces is not None:
            await asyncio.to_thread(self.traces.close)


def build(
    settings: Settings, *, clock: Clock | None = None, random_bits: Callable[[int], int] = secrets.randbits
) -> Application:
    """Wire one instance. A `clock` that is handed in also drives Redis's scripts, so that a test moves all time."""
    script_clock, clock = clock, clock or SystemClock()
    ids = IdSource(clock, random_bits)
    metrics = PrometheusMetrics()
    instance = ids.next()
    traces = _traces(settings, instance)
    database = _database(settings, metrics, traces)
    redis = RedisClient(settings.redis_url, metrics=metrics, traces=traces)
    passwords = Passwords(
        time_cost=settings.password_time_cost,
        memory_kib=settings.password_memory_kib,
        wait_s=settings.password_wait_s,
    )

    sessions = SessionStore(redis, clock=script_clock)
    accounts = AccountService(
        database=database,
        repository=AccountRepository(),
        sessions=sessions,
        passwords=passwords,
        tokens=Tokens(settings.secret, kind="access", clock=clock),
        ids=ids,
        clock=clock,
        metrics=metrics,
        access_token_ttl_s=settings.access_token_ttl_s,
        refresh_token_ttl_s=settings.refresh_token_ttl_s,
        sessions_max=settings.sessions_per_account,
        login_attempts=settings.login_attempts,
        login_window_s=settings.login_window_s,
    )
    catalog = CatalogService(
        database=database,
        repository=CatalogRepository(),
        accounts=accounts,
        ids=ids,
        clock=clock,
        metrics=metrics,
        currency=settings.currency,
        seats_per_fan=settings.seats_per_fan,
        snapshot_ms=settings.snapshot_ms,
    )
    reservation_repository = ReservationRepository()
    sold = SoldSeats(database=database, repository=reservation_repository)
    queue = QueueService(
        database=database,
        repository=QueueRepository(),
        store=QueueStore(redis, clock=script_clock, metrics=metrics),
        catalog=catalog,
        sold=sold,
        accounts=accounts,
        tokens=Tokens(settings.secret, kind="queue", clock=clock, remember_signed=True),
        clock=clock,
        metrics=metrics,
        defaults=QueuePolicy(
            phase="scheduled",
            limit=settings.admission_limit,
            admit_rate_per_s=0,
            session_ttl_s=settings.session_ttl_s,
            presence_ttl_s=settings.presence_ttl_s,
        ),
        token_ttl_s=settings.queue_token_ttl_s,
        snapshot_ms=settings.snapshot_ms,
    )
    seats = SeatService(
        store=SeatStore(redis, clock=script_clock, metrics=metrics),
        catalog=catalog,
        queue=queue,
        receipts=Tokens(settings.secret, kind="receipt", clock=clock),
        sold=sold,
        ids=ids,
        clock=clock,
        metrics=metrics,
        hold_ttl_s=settings.hold_ttl_s,
        paying_grace_s=settings.paying_grace_s,
        snapshot_ms=settings.snapshot_ms,
    )
    bank = Bank(
        database=database,
        repository=WalletRepository(),
        ids=ids,
        clock=clock,
        metrics=metrics,
        currency=settings.currency,
        balance_max_minor=settings.wallet_balance_max_minor,
        traces=traces,
    )
    wallet = WalletService(bank=bank, key_ttl_s=settings.idempotency_key_ttl_s)
    reservations = ReservationService(bank=bank, repository=reservation_repository, catalog=catalog, seats=seats)
    backoffice = BackofficeService(
        database=database,
        repository=BackofficeRepository(),
        catalog=catalog,
        queue=queue,
        seats=seats,
        sold=sold,
        clock=clock,
        currency=settings.currency,
    )

    stopping = Event()
    witness = Witness(redis=redis, database=database, clock=clock)
    guard, places = AccountGuard(accounts), QueueGuard(queue)
    routes = [
        *accounts_http.routes(accounts, guard, proxies=settings.proxies),
        *catalog_http.routes(catalog, guard),
        *queue_http.routes(queue, guard, places),
        *seats_http.routes(seats, guard, places),
        *wallet_http.routes(wallet, guard),
        *reservations_http.routes(reservations, guard),
        *backoffice_http.routes(backoffice, guard),
        *health_routes(
            redis=redis,
            database=database,
            alone=witness.is_alone,
            clock=clock,
            exposition=metrics.exposition,
            stopping=stopping.is_set,
        ),
    ]
    routes += reference_routes(routes, version=__version__)
    pages = Pages(built())
    return Application(
        settings=settings,
        routes=routes,
        api=build_api(routes, pages, metrics=metrics, instance=instance, log_one_in=settings.log_one_in, traces=traces),
        database=database,
        redis=redis,
        metrics=metrics,
        accounts=accounts,
        catalog=catalog,
        queue=queue,
        seats=seats,
        wallet=wallet,
        reservations=reservations,
        backoffice=backoffice,
        passwords=passwords,
        stopping=stopping,
        traces=traces,
        revocations=RevocationListener(accounts, metrics=metrics),
        tickers=tickers(
            settings,
            catalog=catalog,
            queue=queue,
            seats=seats,
            wallet=wallet,
            reservations=reservations,
            backoffice=backoffice,
            locks=Locks(redis, Fences(database), owner=ids.next, clock=script_clock),
            witness=witness,
            clock=clock,
            metrics=metrics,
        ),
    )


def _database(settings: Settings, metrics: PrometheusMetrics, traces: "Traces | None") -> Database:
    return Database(
        settings.database_url,
        metrics=metrics,
        traces=traces,
        replica_url=settings.replica_url,
        bounds=Bounds(
            pool_size=settings.database_pool,
            wait_s=settings.database_wait_s,
            statement_s=settings.database_statement_s,
            lock_wait_s=settings.database_lock_wait_s,
            recycle_s=settings.database_recycle_s,
        ),
        lag_max_s=settings.replica_lag_s,
    )


def _traces(settings: Settings, instance: str) -> "Traces | None":
    if settings.traces_url is None:
        return None
    # OpenTelemetry is loaded by those who want it: it takes as long as the rest of the start.
    from boxoffice.adapters.traces import Traces  # noqa: PLC0415

    return Traces(settings.traces_url, instance=instance, version=__version__)
