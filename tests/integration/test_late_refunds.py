"""A refund is committed, its instance stalls before it tells Redis, and meanwhile the seat is sold again."""

import asyncio
from typing import Any

import pytest

from tests.world import World


async def test_a_refund_that_reaches_redis_late_leaves_the_next_owner_of_the_seat_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan, other, third = await world.inside(), await world.inside(), await world.inside()
    bought = await fan.buy(3)
    committed, let_go = asyncio.Event(), asyncio.Event()
    freed = world.application.seats.freed

    async def stalled(*words: Any) -> None:
        committed.set()
        await let_go.wait()
        await freed(*words)

    monkeypatch.setattr(world.application.seats, "freed", stalled)
    cancelling = asyncio.create_task(fan.cancel(bought))
    await committed.wait()
    await world.application.reservations.reconcile(world.performance_id)
    await other.buy(3)
    let_go.set()
    await cancelling

    assert (await third.hold(3)).json["code"] == "seat_taken"
    states = await world.application.seats.states(world.performance_id)
    assert (states.free, states.sold) == (9, 1)
    await fan.join()
    assert (await fan.hold(5, 6, 7, 8)).status_code == 201
    assert (await fan.hold(9)).json["code"] == "limit_exceeded"
    assert await world.problems() == []
