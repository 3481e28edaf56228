"""Brings a database's schema up to date with Alembic."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from boxoffice.adapters.engines import prepare_sqlite
from boxoffice.kernel.errors import Unavailable
from boxoffice.settings import urls_of

_SCRIPTS = Path(__file__).parent.parent / "migrations"
_LOCK_WAIT_S = 300
_CONNECT_S = 5
_READ_ONLY = text("SELECT @@read_only OR @@innodb_read_only")
# Named for the database: the lock is the whole server's.
_LOCK = text("SELECT GET_LOCK(CONCAT('migrate ', LEFT(SHA2(DATABASE(), 256), 40)), :wait_s)")
_BEGIN = text("SELECT 1")  # SQLite's first statement begins the transaction, and that is the lock
_UNLOCK = text("SELECT RELEASE_LOCK(CONCAT('migrate ', LEFT(SHA2(DATABASE(), 256), 40)))")


def _is_news(record: logging.LogRecord) -> bool:
    """MariaDB remarks on each table that a primary key has no name of its own; the driver repeats that as a warning."""
    message = record.getMessage()
    return not (message.startswith("Name '") and message.endswith("' ignored for PRIMARY key."))


async def migrate(url: str) -> str:
    """Run every migration that is missing; the revision reached. Of several that try at once, one does.

    Of several servers in `url` the one that takes writes. Raises `Unavailable` when there is none, or when another
    one has been at it for 300 s.
    """
    engine = await _primary_of(urls_of(url))
    driver = logging.getLogger("asyncmy")
    driver.addFilter(_is_news)
    try:
        async with engine.connect() as connection:
            await _lock(connection)
            await connection.run_sync(_upgrade)
            await connection.commit()
            await _unlock(connection)
    finally:
        driver.removeFilter(_is_news)
        await engine.dispose()
    return ScriptDirectory(str(_SCRIPTS)).get_current_head() or ""


async def _primary_of(urls: list[str]) -> AsyncEngine:
    for url in urls:
        if make_url(url).get_backend_name() == "sqlite":
            engine = create_async_engine(url, poolclass=pool.NullPool)
            # The transaction is the lock. Tables that are made anew would miss what points at them.
            prepare_sqlite(engine, begin="BEGIN IMMEDIATE", busy_ms=_LOCK_WAIT_S * 1000, foreign_keys=False)
            return engine
        engine = create_async_engine(url, poolclass=pool.NullPool, connect_args={"connect_timeout": _CONNECT_S})
        try:
            async with engine.connect() as connection:
                if not (await connection.execute(_READ_ONLY)).scalar():
                    return engine
        except (DBAPIError, OSError):
            if len(urls) == 1:
                raise
    raise Unavailable("None of the databases takes writes.")


async def _lock(connection: AsyncConnection) -> None:
    # Before Alembic is woken: it keeps its context in a global, and in one process two must not overlap.
    if connection.dialect.name == "sqlite":
        await connection.execute(_BEGIN)
    elif (await connection.execute(_LOCK, {"wait_s": _LOCK_WAIT_S})).scalar() != 1:
        raise Unavailable("Another migration has been running for five minutes. Look at what it waits for.")


async def _unlock(connection: AsyncConnection) -> None:
    if connection.dialect.name != "sqlite":
        await connection.execute(_UNLOCK)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
