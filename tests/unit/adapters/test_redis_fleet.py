"""The Redis client where there are several servers: Sentinel, Cluster, TLS, a user; and what happens when one dies.

TLS is tried on Redis 7 alone: the Valkey of the wheel is built without it.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient, Script
from boxoffice.kernel.errors import Unavailable
from deploy.stack.ports import free_ports
from tests.servers_redis import (
    Cluster,
    Server,
    Trio,
    certificates,
    redis_binary,
    tls_lines,
    valkey_binary,
    wait_until,
)

BINARIES = pytest.mark.parametrize("binary", [valkey_binary, redis_binary], ids=["valkey", "redis7"])
USER = ("user default off", "user app on >secret ~* &* +@all")
HANG_MAX_S = 4.5
"""Two time-outs of 2 s, and a little."""


def script(text: str) -> Script:
    return Script(text, hashlib.sha1(text.encode()).hexdigest())


INCREASE = script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[RedisClient]:
    client = RedisClient(url, metrics=NullMetrics())
    try:
        yield client
    finally:
        await client.close()


async def until_answered(client: RedisClient, key: str, *, within_s: float = 15.0) -> tuple[int, float]:
    """Try to write until it works: how often it was refused, and the longest that one try took."""
    refused, longest_s = 0, 0.0
    async with asyncio.timeout(within_s):
        while True:
            started_s = time.monotonic()
            try:
                await client.run(INCREASE, [key], [1])
            except Unavailable:
                refused += 1
            else:
                return refused, max(longest_s, time.monotonic() - started_s)
            longest_s = max(longest_s, time.monotonic() - started_s)
            await asyncio.sleep(0.02)


@pytest.fixture
def trio(tmp_path: Path) -> Iterator[Trio]:
    with Trio(valkey_binary(), tmp_path) as trio:
        assert isinstance(trio, Trio)
        yield trio


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A Cluster in which every primary has a replica."""
    with Cluster(valkey_binary(), tmp_path_factory.mktemp("doubled"), replicas=1) as cluster:
        assert isinstance(cluster, Cluster)
        yield cluster


# Ways in


@pytest.mark.parametrize("kind", ["valkey", "redis7", "cluster", "sentinel"])
async def test_calls_of_one_turn_reach_their_servers_and_each_gets_its_own_reply(
    kind: str, request: pytest.FixtureRequest
) -> None:
    async with client_of(request.getfixturevalue(f"{kind}_url")) as client:
        await client.command("FLUSHALL")
        await client.command("SCRIPT", "FLUSH")
        answers = await asyncio.gather(*(client.run(INCREASE, [f"{{c:{n}}}:k"], [n]) for n in range(200)))

    assert answers == list(range(200))


@pytest.mark.parametrize("kind", ["valkey", "redis7", "cluster", "sentinel"])
async def test_what_a_script_publishes_is_heard(kind: str, request: pytest.FixtureRequest) -> None:
    publish = script("redis.call('PUBLISH', ARGV[1], ARGV[2]) return 1")
    async with client_of(request.getfixturevalue(f"{kind}_url")) as client:
        await client.ping()
        channel = client.subscribe()
        await channel.subscribe("news")
        await client.run(publish, ["any"], ["news", "hello"])
        async with asyncio.timeout(5):
            while (message := await channel.get_message(timeout=1)) is None or message["data"] != b"hello":
                pass
        await channel.aclose()

    assert message["channel"] == b"news"


async def test_tls_and_a_user_are_honoured(tmp_path: Path) -> None:
    folder = certificates(tmp_path / "tls")
    with Server(redis_binary(), tmp_path / "s", *tls_lines(folder), *USER, tls=True) as server:
        place = f"127.0.0.1:{server.port}/0?ssl_ca_certs={folder}/ca.crt"
        async with client_of(f"rediss://app:secret@{place}") as client:
            assert await client.run(INCREASE, ["k"], [1]) == 1
        for wrong in (f"rediss://app:wrong@{place}", f"rediss://app:secret@{place.partition('?')[0]}"):
            async with client_of(wrong) as client:
                with pytest.raises(Unavailable):
                    await client.command("GET", "k")


async def test_a_cluster_is_reached_by_tls_and_as_a_user(tmp_path: Path) -> None:
    folder = certificates(tmp_path / "tls")
    with Cluster(redis_binary(), tmp_path, *tls_lines(folder), "tls-cluster yes", *USER[1:], tls=True) as cluster:
        url = cluster.url.replace("://", "://app:secret@") + f"?ssl_ca_certs={folder}/ca.crt"
        async with client_of(url) as client:
            answers = await asyncio.gather(*(client.run(INCREASE, [f"k{n}"], [n]) for n in range(50)))

    assert url.startswith("rediss+cluster://")
    assert answers == list(range(50))


async def test_sentinels_that_speak_tls_are_asked_by_tls(tmp_path: Path) -> None:
    folder = certificates(tmp_path / "tls")
    lines = (*tls_lines(folder), "tls-replication yes")
    with Trio(redis_binary(), tmp_path, *lines, tls=True) as trio:
        async with client_of(f"{trio.url}?ssl_ca_certs={folder}/ca.crt") as client:
            answer = await client.run(INCREASE, ["k"], [1])

    assert trio.url.startswith("rediss+sentinel://")
    assert answer == 1


@BINARIES
async def test_a_user_is_honoured_behind_sentinel(binary: Callable[[], str], tmp_path: Path) -> None:
    with Trio(binary(), tmp_path, "user app on >secret ~* &* +@all") as trio:
        async with client_of(trio.url.replace("://", "://app:secret@")) as client:
            assert await client.run(INCREASE, ["k"], [1]) == 1
        async with client_of(trio.url.replace("://", "://app:wrong@")) as client:
            with pytest.raises(Unavailable):
                await client.run(INCREASE, ["k"], [1])


# Sentinel


@BINARIES
@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_a_primary_that_dies_or_stalls_is_replaced_after_a_moment_of_refusals(
    binary: Callable[[], str], how: str, tmp_path: Path
) -> None:
    with Trio(binary(), tmp_path) as trio:
        async with client_of(trio.url) as client:
            await client.run(INCREASE, ["k"], [1])
            dead = trio.primary()
            getattr(dead, how)()
            refused, longest_s = await until_answered(client, "k")
            wait_until(lambda: trio.primary() is not dead, "Not all sentinels have heard of it.")

    assert refused > 0
    assert longest_s < HANG_MAX_S


async def test_an_orderly_failover_is_followed_by_every_client(trio: Trio) -> None:
    async with client_of(trio.url) as busy, client_of(trio.url) as idle:
        for client in (busy, idle):
            await client.run(INCREASE, ["k"], [1])
        before = trio.primary()
        trio.sentinels[0].ask("SENTINEL", "FAILOVER", "boxoffice")
        wait_until(lambda: trio.primary() is not before and trio.primary().is_primary(), "No failover.")
        await asyncio.sleep(1.0)  # the old primary still takes writes; the sentinels are asked twice a second
        for client in (busy, idle):
            await client.run(INCREASE, ["k"], [1])
        counted = trio.primary().ask("GET", "k")

    assert counted == "4"


async def test_a_stalled_primary_that_wakes_up_after_a_failover_gets_no_more_writes(trio: Trio) -> None:
    async with client_of(trio.url) as client:
        await client.run(INCREASE, ["k"], [1])
        stale = trio.primary()
        stale.pause()
        await until_answered(client, "k")
        stale.resume()
        for _ in range(20):
            await client.run(INCREASE, ["k"], [1])
        wait_until(lambda: trio.primary() is not stale, "Not all sentinels have heard of it.")
        fresh = trio.primary()

    assert int(fresh.ask("GET", "k")) == 22


async def test_sentinels_may_be_down_as_long_as_one_answers(trio: Trio) -> None:
    trio.sentinels[0].kill()
    trio.sentinels[1].pause()
    async with client_of(trio.url) as client:
        async with asyncio.timeout(HANG_MAX_S):
            assert await client.run(INCREASE, ["k"], [1]) == 1


# Cluster


async def test_a_primary_of_the_cluster_that_dies_is_replaced_and_the_others_go_on(doubled: Cluster) -> None:
    async with client_of(doubled.url) as client:
        keys = {server: key_at(doubled, server) for server in doubled.servers[:3]}
        for key in keys.values():
            await client.run(INCREASE, [key], [1])
        dead, *others = keys
        dead.kill()
        refused, longest_s = await until_answered(client, keys[dead])
        for server in others:
            await client.run(INCREASE, [keys[server]], [1])
        dead.start()

    assert refused > 0
    assert longest_s < HANG_MAX_S


async def test_a_stalled_node_holds_up_nobody_on_the_others(tmp_path: Path) -> None:
    with Cluster(valkey_binary(), tmp_path) as cluster:
        stalled, other, _ = cluster.servers
        async with client_of(cluster.url) as client:
            await client.run(INCREASE, [key_at(cluster, stalled)], [1])
            stalled.pause()
            waiting = asyncio.create_task(client.run(INCREASE, [key_at(cluster, stalled)], [1]))
            await asyncio.sleep(0)
            started_s = time.monotonic()
            await client.run(INCREASE, [key_at(cluster, other)], [1])
            took_s = time.monotonic() - started_s
            with pytest.raises(Unavailable):
                await waiting
            refused_at_s = time.monotonic()
            with pytest.raises(Unavailable):
                await client.run(INCREASE, [key_at(cluster, stalled)], [1])
            again_s = time.monotonic() - refused_at_s
            stalled.resume()
            await until_answered(client, key_at(cluster, stalled))

    assert took_s < 1.0
    assert again_s < 0.1


async def test_a_slot_that_moves_takes_its_calls_along(tmp_path: Path) -> None:
    with Cluster(valkey_binary(), tmp_path) as cluster:
        source, target, _ = cluster.servers
        async with client_of(cluster.url) as client:
            key = key_at(cluster, source)
            slot = int(source.ask("CLUSTER", "KEYSLOT", key))
            names = {server: server.ask("CLUSTER", "MYID") for server in (source, target)}
            assert await client.run(INCREASE, [key], [5]) == 5
            target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", names[source])
            source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", names[target])
            here = await client.run(INCREASE, [key], [1])
            source.ask("MIGRATE", "127.0.0.1", target.port, key, 0, 5000)
            asked = await asyncio.gather(*(client.run(INCREASE, [key], [1]) for _ in range(3)))
            for server in (target, source):
                server.ask("CLUSTER", "SETSLOT", slot, "NODE", names[target])
            moved = await asyncio.gather(*(client.run(INCREASE, [key], [1]) for _ in range(3)))
            kept = target.ask("GET", key)

    assert (here, sorted(asked), sorted(moved), kept) == (6, [7, 8, 9], [10, 11, 12], "12")


async def test_keys_of_two_slots_are_an_error_of_ours_and_not_an_outage(cluster_url: str) -> None:
    async with client_of(cluster_url) as client:
        with pytest.raises(Exception, match="slot"):
            await client.run(INCREASE, ["a", "b"], [1])
        assert await client.command("ECHO", "still there") == b"still there"


# Nobody there


@pytest.mark.parametrize("url", ["redis+sentinel://127.0.0.1:{0},127.0.0.1:{1}/x", "redis+cluster://127.0.0.1:{0}"])
async def test_servers_that_are_not_there_are_unavailable_soon(url: str) -> None:
    async with client_of(url.format(*free_ports(2))) as client, asyncio.timeout(HANG_MAX_S):
        answers = await asyncio.gather(*(client.command("GET", "k") for _ in range(3)), return_exceptions=True)
        with pytest.raises(Unavailable):
            client.subscribe()

    assert [type(answer) for answer in answers] == [Unavailable] * 3


async def test_a_stalled_server_refuses_at_once_after_the_first_time_out_and_is_found_again(tmp_path: Path) -> None:
    with Server(valkey_binary(), tmp_path / "s") as server:
        async with client_of(server.url) as client:
            await client.run(INCREASE, ["k"], [1])
            server.pause()
            started_s = time.monotonic()
            answers = await asyncio.gather(
                *(client.run(INCREASE, ["k"], [1]) for _ in range(6000)), return_exceptions=True
            )
            took_s = time.monotonic() - started_s
            server.resume()
            await until_answered(client, "k")

    assert {type(answer) for answer in answers} == {Unavailable}
    assert took_s < HANG_MAX_S


def key_at(cluster: Cluster, server: Server) -> str:
    """A key that lives on this primary."""
    mine = {
        slot
        for first, last, owner, *_ in cluster.servers[1].ask("CLUSTER", "SLOTS")
        if int(owner[1]) == server.port
        for slot in range(int(first), int(last) + 1)
    }
    keys = (f"{{c:{number}}}:k" for number in range(1000))
    return next(key for key in keys if int(cluster.servers[1].ask("CLUSTER", "KEYSLOT", key)) in mine)
