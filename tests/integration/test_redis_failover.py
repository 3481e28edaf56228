"""Replication is cut, Redis goes on answering, and then fails over: what it answered in between is lost, for real."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.servers_redis import Trio, valkey_binary
from tests.world import Visitor, World, world_of


@pytest.fixture
def trio(tmp_path: Path) -> Iterator[Trio]:
    with Trio(valkey_binary(), tmp_path / "redis") as trio:
        assert isinstance(trio, Trio)
        yield trio


@pytest.fixture
async def world(tmp_path: Path, trio: Trio) -> AsyncIterator[World]:
    async with world_of(tmp_path, trio.url) as world:
        yield world


async def fail_over(world: World, trio: Trio, primary: object) -> None:
    """Until the service answers again."""
    await asyncio.to_thread(trio.fail_over, primary)
    async with asyncio.timeout(15):
        while (await world.get(f"/concerts/{world.concert_id}/queue")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_numbers_that_were_lost_are_given_to_nobody_else_and_order_is_kept(world: World, trio: Trio) -> None:
    await world.change_policy(limit=1)
    inside, second, third, late, later, new = await world.visitors(6)
    before = [(await visitor.join()).json["number"] for visitor in (inside, second, third)]
    primary = trio.lose_what_follows()
    lost = [(await visitor.join()).json["number"] for visitor in (late, later)]
    await fail_over(world, trio, primary)

    newcomer = (await new.join()).json
    unknown = [(await visitor.current()).json["code"] for visitor in (late, later)]
    restored = [(await visitor.come_back()).json["number"] for visitor in (later, late)]
    kept = [(await visitor.join()).json["number"] for visitor in (inside, second, third)]

    assert unknown == ["bad_queue_token"] * 2
    assert (before, lost) == ([1, 2, 3], [4, 5])
    assert (kept, restored) == (before, [5, 4])
    assert newcomer["number"] == 10_000_001
    assert newcomer["epoch"] == 2
    assert (newcomer["status"], (await inside.current()).json["status"]) == ("waiting", "admitted")
    assert await admitted_in_turn(world, [new, later, late, third, second, inside]) == [1, 2, 3, 4, 5, 10_000_001]
    assert await world.problems() == []


async def test_after_a_failover_old_numbers_go_in_at_once_and_new_ones_wait_a_few_seconds(
    world: World, trio: Trio
) -> None:
    await world.change_policy(limit=1)
    first, second = await world.visitors(2)
    await first.join()
    await second.join()
    primary = trio.lose_what_follows()
    await fail_over(world, trio, primary)
    new = await world.visitor()
    await world.change_policy(limit=5)

    await new.join()
    await let_in(world, second)
    at_once = [(await visitor.current()).json["status"] for visitor in (second, new)]
    world.clock.advance(6_000)
    await let_in(world, new)
    afterwards = (await new.current()).json["status"]

    assert at_once == ["admitted", "waiting"]
    assert afterwards == "admitted"


async def test_who_was_let_in_and_lost_gets_back_in_within_the_limit(world: World, trio: Trio) -> None:
    await world.change_policy(limit=1)
    first, second = await world.visitors(2)
    await first.join()
    await second.join()
    primary = trio.lose_what_follows()
    await first.leave()
    await let_in(world, second)
    assert (await second.current()).json["status"] == "admitted"
    await fail_over(world, trio, primary)

    refused = (await second.hold(1)).json["code"]
    await first.leave()
    await let_in(world, second)
    held = await second.hold(1)

    assert refused == "not_admitted"
    assert held.status_code == 201
    assert await world.problems() == []


async def test_holds_and_sales_that_were_lost_are_honoured(world: World, trio: Trio) -> None:
    keeper, holder, buyer, other = [await world.inside() for _ in range(4)]
    kept = (await keeper.hold(0)).json
    primary = trio.lose_what_follows()
    lost = (await holder.hold(3, 4)).json
    await buyer.buy(5, 6)
    await fail_over(world, trio, primary)

    sold = (await other.hold(5)).json
    too_many = (await buyer.hold(7, 8, 9)).json
    by_receipt = await holder.pay(lost["id"], receipt=lost["receipt"])
    as_before = await keeper.pay(kept["id"])

    assert sold["code"] == "seat_taken"
    assert too_many["code"] == "limit_exceeded"
    assert (by_receipt.status_code, as_before.status_code) == (201, 201)
    assert (await other.hold(3)).json["code"] == "seat_taken"
    await other.buy(1, 2)
    states = await world.application.seats.states(world.performance_id)
    assert (states.free, states.held, states.paying, states.sold) == (3, 0, 0, 7)
    assert await world.problems() == []


async def let_in(world: World, visitor: Visitor) -> None:
    """Call, report, let in: two ticks."""
    await world.tick()
    await visitor.current()
    await world.tick()


async def admitted_in_turn(world: World, visitors: list[Visitor]) -> list[int]:
    """Everybody reports, one is inside at a time and leaves: their numbers in the order of admission."""
    order: list[int] = []
    waiting = list(visitors)
    for _ in range(40):
        places = [(visitor, (await visitor.current()).json) for visitor in waiting]
        for visitor, place in places:
            if place["status"] == "admitted":
                order.append(place["number"])
                waiting.remove(visitor)
                await visitor.leave()
        world.clock.advance(1_000)
        await world.tick()
    return order
