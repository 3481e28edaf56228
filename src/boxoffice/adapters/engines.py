"""Pools of connections to one database server, with every bound set; and what an error of the driver means."""

import asyncio
import sqlite3
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

_STRICT = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"

_CONFLICTS = {
    1020: "record_changed",  # MariaDB, when a snapshot is too old to write on
    1062: "unique",
    1205: "lock_wait",
    1213: "deadlock",
    3819: "check",  # MySQL's violated CHECK comes as an operational error
    4025: "check",  # and MariaDB's
}
_GONE = frozenset({1053, 1152, 1927, 4031})  # shutting down, aborted, killed, idle for too long
_READ_ONLY = frozenset({1290, 1836})
_REFUSED = frozenset({1040, 1203, 1226})  # too many connections
_FULL = frozenset({1021, 1114})  # the disk, a table
_SQLITE_TROUBLES = ("disk is full", "disk I/O error", "readonly database", "unable to open database file")
_TOO_SLOW = frozenset({1317, 1969, 3024})  # interrupted; past max_statement_time, max_execution_time

_MODE_TRIES_MAX, _MODE_PAUSE_S = 250, 0.02


class Bounds(NamedTuple):
    """What every pool keeps to. `pool_size` connections for reading and as many for writing; the rest in seconds."""

    pool_size: int = 8
    wait_s: float = 5.0
    connect_s: float = 2.0
    statement_s: float = 10.0
    lock_wait_s: float = 3.0
    recycle_s: int = 600


def make_engine(url: str, bounds: Bounds, *, writes: bool) -> AsyncEngine:
    """A pool for `url`. One that does not write refuses to, and every transaction of it sees one state."""
    if make_url(url).get_backend_name() == "sqlite":
        # SQLite has one writer: a pool of one makes the others wait in order rather than poll a lock.
        size = 1 if writes else bounds.pool_size
        engine = create_async_engine(
            url, pool_size=size, max_overflow=0, pool_timeout=bounds.wait_s, hide_parameters=True
        )
        prepare_sqlite(engine, begin="BEGIN IMMEDIATE" if writes else "BEGIN", busy_ms=int(bounds.wait_s * 1000))
        return engine
    engine = create_async_engine(
        url,
        pool_size=bounds.pool_size,
        max_overflow=0,
        pool_timeout=bounds.wait_s,
        pool_recycle=bounds.recycle_s,
        pool_pre_ping=True,
        hide_parameters=True,  # an error is logged, and what was bound may be an address or a password's hash
        connect_args={"connect_timeout": bounds.connect_s},
    )
    _prepare_mysql(engine, bounds, writes=writes)
    return engine


def prepare_sqlite(engine: AsyncEngine, *, begin: str, busy_ms: int, foreign_keys: bool = True) -> None:
    """Durable, and with transactions that begin when and as we say."""

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that a writer locks at once
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
        _write_ahead(cursor)
        for pragma in (
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _write_ahead(cursor: Any) -> None:
    # Of several that open a new file at once one changes its mode; for the others SQLite does not wait, whatever the
    # time-out says, as it cannot tell that from a deadlock.
    for _ in range(_MODE_TRIES_MAX):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await_only(asyncio.sleep(_MODE_PAUSE_S))
    cursor.execute("PRAGMA journal_mode=WAL")


def _prepare_mysql(engine: AsyncEngine, bounds: Bounds, *, writes: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        is_mariadb = "mariadb" in connection.driver_connection.get_server_info().lower()
        # MariaDB bounds every statement; MySQL can bound a SELECT only, and our deadline the rest.
        longest = (
            f"max_statement_time={bounds.statement_s}"
            if is_mariadb
            else f"max_execution_time={int(bounds.statement_s * 1000)}"
        )
        cursor = connection.cursor()
        cursor.execute(
            f"SET SESSION innodb_lock_wait_timeout={max(1, round(bounds.lock_wait_s))}, {longest}, sql_mode='{_STRICT}'"
        )
        # Who writes wants to see what others have committed meanwhile; who reads wants one state, and no surprises.
        kind = "READ COMMITTED, READ WRITE" if writes else "REPEATABLE READ, READ ONLY"
        cursor.execute(f"SET SESSION TRANSACTION ISOLATION LEVEL {kind}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        # These connections are of no more use, nor are their neighbours: the pool forgets them all and asks anew, by
        # name, who the server is.
        if code_of(context.original_exception) in _GONE or _is_read_only(context.original_exception):
            context.is_disconnect = True


def conflict_of(error: DBAPIError) -> str | None:
    """Why the transaction lost against another one; None if it did not."""
    if "database is locked" in str(error.orig):
        return "lock_wait"
    known = _CONFLICTS.get(code_of(error.orig))
    return known or ("unique" if isinstance(error, IntegrityError) else None)


def is_trouble(error: DBAPIError) -> bool:
    """Whether the server is gone, going, full or may not write: nothing that is wrong with the statement."""
    code = code_of(error.orig)
    return (
        error.connection_invalidated
        or 2000 <= code < 3000
        or code in _GONE | _REFUSED | _TOO_SLOW | _FULL
        or any(words in str(error.orig) for words in _SQLITE_TROUBLES)
        or _is_read_only(error.orig)
    )


def is_suspicious(error: DBAPIError) -> bool:
    """Whether the error says something about the server that a probe should look into."""
    return is_trouble(error) and code_of(error.orig) not in _REFUSED | _TOO_SLOW


def code_of(error: BaseException | None) -> int:
    """The server's or the driver's number of an error; 0 where there is none."""
    code = error.args[0] if error is not None and error.args else None
    return code if isinstance(code, int) else 0


def _is_read_only(error: BaseException | None) -> bool:
    return code_of(error) in _READ_ONLY and "read" in str(error).lower()
