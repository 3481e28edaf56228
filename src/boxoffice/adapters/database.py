"""SQL: sessions that read and sessions that write, over MySQL, MariaDB or the embedded SQLite.

The two session types differ so that a signature tells whether a function may write. A transaction is opened and
committed by a service; a repository receives the session and does neither.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Executable, MetaData, Row, String, event, text
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.errors import Unavailable

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

Id = String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")
"""A UUID as text. Bytewise collation: ids are compared, never sorted for people."""

Token = String(200).with_variant(mysql.VARCHAR(200, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")
"""An opaque ASCII string of up to 200 characters, compared bytewise."""

Minor = BigInteger()
"""An amount in minor units."""

Milliseconds = BigInteger()
"""A moment in ms since the epoch."""

AnyRow = Row[*tuple[Any, ...]]

_CONFLICT_CODES = frozenset({1020, 1205, 1213})  # record changed, lock wait, deadlock
_ATTEMPTS_MAX = 6
_PAUSE_S = 0.002
_SELECT_ONE = text("SELECT 1")


class TransactionConflict(Exception):
    """The transaction lost against another one (unique key, deadlock, lock wait). Nothing was written; try again."""


class CommitUnknown(Unavailable):
    """The connection was lost at COMMIT: whether it took effect must be looked up before anybody is told anything."""


class ReadSession:
    """Reads within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, statement: Executable, parameters: Mapping[str, object] | None = None) -> Sequence[AnyRow]:
        """Every row."""
        return (await self._connection.execute(statement, parameters)).all()

    async def first(self, statement: Executable, parameters: Mapping[str, object] | None = None) -> AnyRow | None:
        """The first row, or None."""
        return (await self._connection.execute(statement, parameters)).first()

    async def scalar(self, statement: Executable, parameters: Mapping[str, object] | None = None) -> Any:
        """The first column of the first row, or None."""
        return (await self._connection.execute(statement, parameters)).scalar()


class WriteSession(ReadSession):
    """Reads and writes on the primary; nothing lasts unless `commit` is called."""

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None,
    ) -> int:
        """Carry out a statement (once for each of several parameter sets); the number of rows it touched."""
        return (await self._connection.execute(statement, parameters)).rowcount

    async def commit(self) -> None:
        """Make it last. Raises `CommitUnknown` when the connection is lost on the way."""
        try:
            await self._connection.commit()
        except (DBAPIError, OSError, EOFError) as error:
            if isinstance(error, DBAPIError) and _is_conflict(error):
                raise
            raise CommitUnknown("The database did not confirm in time. Try again with the same key.") from error


class Database:
    """The primary and its replicas. `write()` is the primary; `read()` a replica where there is one.

    Whatever decides asks the primary: `read(primary=True)` or `write()`. Pools are bounded; a caller who gets no
    connection within `timeout_s` seconds gets `Unavailable`.
    """

    def __init__(
        self,
        url: str,
        *,
        metrics: Metrics,
        replica_url: str | None = None,
        pool_size: int = 8,
        timeout_s: float = 5.0,
    ) -> None:
        self._metrics = metrics
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._primary = _engine(url, pool_size=pool_size, timeout_s=timeout_s, writes=False)
        # SQLite has one writer: a pool of one makes the others wait in order rather than poll a lock.
        self._writer = _engine(url, pool_size=1, timeout_s=timeout_s, writes=True) if self.is_sqlite else self._primary
        self._replica = (
            _engine(replica_url, pool_size=pool_size, timeout_s=timeout_s, writes=False) if replica_url else None
        )

    @asynccontextmanager
    async def read(self, *, primary: bool = False) -> AsyncIterator[ReadSession]:
        """One consistent view. It may lag, unless `primary`."""
        engine = self._primary if primary or self._replica is None else self._replica
        with self._translated():
            async with engine.connect() as connection:
                yield ReadSession(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction on the primary; rolled back unless the body commits.

        Raises `TransactionConflict` when it may be tried again, `Unavailable` when the primary does not answer.
        """
        with self._translated():
            async with self._writer.connect() as connection:
                yield WriteSession(connection)

    async def ping(self) -> None:
        """Raise `Unavailable` unless the primary answers."""
        async with self.read(primary=True) as session:
            await session.scalar(_SELECT_ONE)

    async def close(self) -> None:
        """Give all connections back."""
        for engine in {self._primary, self._writer, self._replica} - {None}:
            assert engine is not None
            await engine.dispose()

    @contextlib.contextmanager
    def _translated(self) -> Any:
        try:
            yield
        except IntegrityError as error:
            raise TransactionConflict(str(error.orig)) from error
        except DBAPIError as error:
            if _is_conflict(error):
                raise TransactionConflict(str(error.orig)) from error
            if error.connection_invalidated or _is_connection_trouble(error):
                self._metrics.count("store_errors", store="database")
                raise Unavailable("The database does not answer. Try again shortly.") from error
            raise
        except (PoolTimeoutError, ConnectionError) as error:
            self._metrics.count("store_errors", store="database")
            raise Unavailable("The database does not answer. Try again shortly.") from error


Item = TypeVar("Item")
Result = TypeVar("Result")


async def in_smaller_batches(
    items: Sequence[Item],
    run: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
    *,
    operation: str,
    metrics: Metrics,
    attempts: int = _ATTEMPTS_MAX,
) -> list[Result | BaseException]:
    """Carry out `run(items)`; after a conflict run it again by halves, so that one bad item sinks no neighbour.

    `run` is one transaction and must be safe to repeat: it looks up what an earlier attempt did (an unknown
    commit is resolved so). After `attempts` tries alone an item's result is `Unavailable`.
    """
    try:
        return list(await run(items))
    except (TransactionConflict, CommitUnknown) as error:
        metrics.count("database_retries", operation=operation)
        if isinstance(error, TransactionConflict) and len(items) > 1:
            # Halving ends by itself and costs no attempt, or a large batch would run out before it is apart.
            middle = len(items) // 2
            parts = [(items[:middle], attempts), (items[middle:], attempts)]
        elif attempts > 1:
            await asyncio.sleep(_PAUSE_S * (_ATTEMPTS_MAX - attempts))
            parts = [(items, attempts - 1)]
        else:
            return [Unavailable("The database is busy. Try again shortly.")] * len(items)
        results: list[Result | BaseException] = []
        for part, left in parts:
            results += await in_smaller_batches(part, run, operation=operation, metrics=metrics, attempts=left)
        return results
    except Exception as error:
        return [error] * len(items)


def _engine(url: str, *, pool_size: int, timeout_s: float, writes: bool) -> AsyncEngine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=timeout_s)
        _prepare_sqlite(engine, begin="BEGIN IMMEDIATE" if writes else "BEGIN", busy_ms=int(timeout_s * 1000))
        return engine
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout_s,
        pool_recycle=600,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": timeout_s,
            "init_command": "SET SESSION innodb_lock_wait_timeout=3, "
            "sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
        },
    )


def _prepare_sqlite(engine: AsyncEngine, *, begin: str, busy_ms: int) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that a writer locks at once
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={busy_ms}",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _is_conflict(error: DBAPIError) -> bool:
    original = error.orig
    if isinstance(error, IntegrityError):
        return True
    if original is not None and original.args and original.args[0] in _CONFLICT_CODES:
        return True
    return "database is locked" in str(original)


def _is_connection_trouble(error: DBAPIError) -> bool:
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return isinstance(code, int) and (2000 <= code < 3000 or code in {1040, 1053, 1290, 1836})
