import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from boxoffice.adapters.migrate import migrate
from boxoffice.schema import metadata
from tests.conftest import Servers
from tests.servers import FLAVOURS, Pair


@pytest.fixture(params=["sqlite", *FLAVOURS])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a schema, as the user who may make one."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/m.db"
        return
    servers: Servers = request.getfixturevalue("servers")
    server = servers.get(request.param)
    server.sql("CREATE DATABASE bare CHARACTER SET utf8mb4", "GRANT ALL ON bare.* TO migrator@'%'")
    yield server.url("migrator", database="bare")
    server.sql("DROP DATABASE bare")


async def test_the_migrations_make_the_schema_that_the_code_expects(bare_url: str) -> None:
    await migrate(bare_url)

    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    engine = create_async_engine(bare_url)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


async def test_migrating_twice_changes_nothing(bare_url: str) -> None:
    assert await migrate(bare_url) == await migrate(bare_url)


async def test_migrating_warns_of_nothing(bare_url: str, caplog: pytest.LogCaptureFixture) -> None:
    await migrate(bare_url)

    assert [record.getMessage() for record in caplog.records if record.name == "asyncmy"] == []


async def test_of_eight_that_migrate_at_once_one_does_and_all_are_content(bare_url: str) -> None:
    reached = await asyncio.gather(*(migrate(bare_url) for _ in range(8)))

    engine = create_async_engine(bare_url)
    async with engine.connect() as connection:
        versions = (await connection.execute(text("SELECT version_num FROM alembic_version"))).all()
    await engine.dispose()

    assert len(set(reached)) == 1
    assert versions == [(reached[0],)]


async def test_of_two_servers_the_one_that_takes_writes_is_migrated(pair: Pair) -> None:
    urls = ",".join(each.url("migrator") for each in (pair.replica, pair.primary))

    assert await migrate(urls)


async def test_the_user_that_the_service_runs_as_can_not_migrate(pair: Pair) -> None:
    pair.primary.sql("CREATE DATABASE bare", "GRANT SELECT, INSERT, UPDATE, DELETE ON bare.* TO app@'%'")
    try:
        with pytest.raises(DBAPIError, match="denied"):
            await migrate(pair.primary.url(database="bare"))
    finally:
        pair.primary.sql("DROP DATABASE bare")
