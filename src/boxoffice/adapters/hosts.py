"""One database server as this instance sees it: its pools, who is using them, and what it says of itself."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import AsyncAdaptedQueuePool, TextClause, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from boxoffice.adapters.engines import Bounds, make_engine
from boxoffice.adapters.metrics import Metrics

LOOK_S = 1.0
_SLACK_S = 2.0
"""The server is to give up on a statement first; we do so this much later."""

_CLOSE_S = 1.0
_MARIADB_LOOK = "SELECT @@read_only OR @@innodb_read_only, @@global.gtid_current_pos"
_MARIADB_SEMI_SYNC = (
    "(SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'Rpl_semi_sync_master_status')"
)
_MYSQL_LOOK = "SELECT @@read_only OR @@super_read_only OR @@innodb_read_only, @@global.gtid_executed"
_MYSQL_SEMI_SYNC = (
    "(SELECT variable_value FROM performance_schema.global_status WHERE variable_name = 'Rpl_semi_sync_source_status')"
)
_MARIADB_CLOSE_LOOK = text(f"{_MARIADB_LOOK}, {_MARIADB_SEMI_SYNC}")
_MYSQL_CLOSE_LOOK = text(f"{_MYSQL_LOOK}, {_MYSQL_SEMI_SYNC}")
_MARIADB_GLANCE = text(f"{_MARIADB_LOOK}, NULL")
_MYSQL_GLANCE = text(f"{_MYSQL_LOOK}, NULL")
_MARIADB_HAS = text("SELECT MASTER_GTID_WAIT(:position, :wait_s) = 0")
_MYSQL_HAS = text("SELECT GTID_SUBSET(:position, @@global.gtid_executed)")
_MYSQL_WAIT = text("SELECT WAIT_FOR_EXECUTED_GTID_SET(:position, :wait_s) = 0")


class Look(NamedTuple):
    """What a server says of itself: whether it takes writes, and all that it has (a set of GTIDs, as text).

    `semi_sync`: whether a commit waits until a replica has it, just now.
    """

    writable: bool
    position: str
    semi_sync: bool


class Deadline:
    """The moment at which whoever uses a connection is cut off; pushed back by every statement."""

    def __init__(self, timeout: asyncio.Timeout, statement_s: float) -> None:
        self._timeout = timeout
        self._statement_s = statement_s
        self._loop = asyncio.get_running_loop()
        self._is_cut = False

    def extend(self) -> None:
        """The next statement may take its full time."""
        if not self._is_cut:
            self._timeout.reschedule(self._loop.time() + self._statement_s + _SLACK_S)

    def cut(self) -> None:
        """End it now: the user of the connection gets `TimeoutError`."""
        if not self._is_cut:
            self._is_cut = True
            self._timeout.reschedule(self._loop.time())


class Host:
    """One server. Connections wait for nothing longer than its bounds, and not at all once it has been hung up on."""

    def __init__(self, url: str, bounds: Bounds) -> None:
        parts = make_url(url)
        self.is_sqlite = parts.get_backend_name() == "sqlite"
        self.name = parts.database or "" if self.is_sqlite else f"{parts.host}:{parts.port or 3306}"
        self._bounds = bounds
        self._reader = make_engine(url, bounds, writes=False)
        self._writer = make_engine(url, bounds, writes=True)
        # A connection of its own: that the pool is busy says nothing about the server.
        self._prober = make_engine(url, bounds._replace(pool_size=1, wait_s=LOOK_S, connect_s=LOOK_S), writes=False)
        self._deadlines: set[Deadline] = set()

    def show_pools(self, metrics: Metrics, pools: Mapping[str, bool]) -> None:
        """Let `metrics` ask how full pools are: each under its name, with whether it is the one for writing."""
        for name, writes in pools.items():
            labels = {"server": self.name, "pool": name}
            metrics.sampled("database_connections", partial(self._in_use, writes), **labels)
            metrics.gauge(
                "database_connections_max", 1 if self.is_sqlite and writes else self._bounds.pool_size, **labels
            )

    def _in_use(self, writes: bool) -> float:
        # Asked of the engine each time: to dispose of it is to give it another pool.
        pool = (self._writer if writes else self._reader).pool
        return pool.checkedout() if isinstance(pool, AsyncAdaptedQueuePool) else 0

    @asynccontextmanager
    async def connection(
        self, *, writes: bool, connect_s: float | None = None
    ) -> AsyncIterator[tuple[AsyncConnection, Deadline | None]]:
        """A connection and its deadline. Raises `TimeoutError` when the deadline comes or somebody hangs up."""
        engine = self._writer if writes else self._reader
        if self.is_sqlite:
            async with engine.connect() as connection:
                yield connection, None
            return
        first_s = self._bounds.wait_s + self._bounds.connect_s if connect_s is None else connect_s
        async with asyncio.timeout(first_s) as timeout:
            deadline = Deadline(timeout, self._bounds.statement_s)
            self._deadlines.add(deadline)
            is_connected = False
            try:
                async with engine.connect() as connection:
                    is_connected = True
                    deadline.extend()
                    yield connection, deadline
            except asyncio.CancelledError:
                if not is_connected and timeout.expired() and self._is_full(engine):
                    raise PoolTimeoutError from None
                raise
            finally:
                self._deadlines.discard(deadline)

    def _is_full(self, engine: AsyncEngine) -> bool:
        pool = engine.pool
        return isinstance(pool, AsyncAdaptedQueuePool) and pool.checkedout() >= self._bounds.pool_size

    async def look(self) -> Look:
        """Ask the server what it is. Raises whatever the driver does, `TimeoutError` after 1 s."""
        async with asyncio.timeout(LOOK_S), self._prober.connect() as connection:
            return await _look(connection, _MARIADB_CLOSE_LOOK, _MYSQL_CLOSE_LOOK)

    async def has_of(self, positions: Sequence[str]) -> list[bool]:
        """Which of these positions the server has reached. Raises as `look` does."""
        async with asyncio.timeout(LOOK_S), self._prober.connect() as connection:
            return [await _has(connection, position) for position in positions]

    def hang_up(self) -> None:
        """Cut off everybody who uses this server or waits for it."""
        for deadline in list(self._deadlines):
            deadline.cut()

    async def forget(self) -> None:
        """Drop idle connections: the next ones are made anew, to whatever address the name then has."""
        await self._dispose(self._prober, self._reader, self._writer)

    async def forget_prober(self) -> None:
        """Drop the connection that looks."""
        await self._dispose(self._prober)

    async def close(self) -> None:
        """Give all connections back."""
        await self.forget()

    async def _dispose(self, *engines: AsyncEngine) -> None:
        for engine in engines:
            try:
                async with asyncio.timeout(_CLOSE_S):
                    await engine.dispose()
            except Exception:  # noqa: S112 - a server that is gone does not hear a farewell
                continue


async def look_over(connection: AsyncConnection) -> Look:
    """What the server at the other end says of itself, but for `semi_sync`, which takes it 0.1 ms to find out."""
    return await _look(connection, _MARIADB_GLANCE, _MYSQL_GLANCE)


async def reaches(connection: AsyncConnection, position: str, wait_s: float) -> bool:
    """Wait until this server has `position`, for `wait_s` at most; whether it has."""
    if is_mariadb(connection):
        return await _has(connection, position, wait_s)
    if await _has(connection, position):
        return True
    # MySQL takes whole seconds and fractions alike, but 0 for ever.
    return bool(await _ask(connection, _MYSQL_WAIT, {"position": position, "wait_s": max(wait_s, 0.001)}))


def is_mariadb(connection: AsyncConnection) -> bool:
    """Whether the server is MariaDB rather than MySQL, whatever the URL calls it."""
    return bool(getattr(connection.dialect, "is_mariadb", False))


async def _look(connection: AsyncConnection, on_mariadb: TextClause, on_mysql: TextClause) -> Look:
    statement = on_mariadb if is_mariadb(connection) else on_mysql
    read_only, position, semi_sync = (await connection.execute(statement)).one()
    return Look(not read_only, str(position or "").replace("\n", ""), semi_sync == "ON")


async def _has(connection: AsyncConnection, position: str, wait_s: float = 0) -> bool:
    if is_mariadb(connection):
        return bool(await _ask(connection, _MARIADB_HAS, {"position": position, "wait_s": wait_s}))
    return bool(await _ask(connection, _MYSQL_HAS, {"position": position}))


async def _ask(connection: AsyncConnection, statement: Any, parameters: dict[str, object]) -> Any:
    return (await connection.execute(statement, parameters)).scalar()
