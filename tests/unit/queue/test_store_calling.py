"""How far the queue calls: never so little that a free place waits, never the whole queue at once."""

import asyncio

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.queue.policy import PACING
from tests.queues import CONCERT, KEYS, Gate

TICK_MS = 200


async def crowd(gate: Gate, count: int) -> dict[int, str]:
    """`count` fans join; those who wait, by number."""
    places = []
    for start in range(0, count, 500):
        fans = [f"fan{n}" for n in range(start, min(count, start + 500))]
        places += list(zip(fans, await asyncio.gather(*(gate.join(fan) for fan in fans)), strict=True))
    return {place.number: fan for fan, place in places if place.status == "waiting"}


async def report(gate: Gate, waiting: dict[int, str]) -> None:
    """Everybody who is called reports."""
    calling = (await gate.store.numbers(CONCERT)).calling
    await asyncio.gather(*(gate.poll(fan, number) for number, fan in waiting.items() if number <= calling))


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_a_small_limit_calls_only_a_few_of_a_long_queue(gate: Gate, limit: int) -> None:
    await gate.open(limit=limit)
    waiting = await crowd(gate, 500)
    most = 0
    for _ in range(100):
        await report(gate, waiting)
        await gate.tick(TICK_MS)
        live = await gate.store.numbers(CONCERT)
        most = max(most, live.calling - live.serving)

    assert 0 < most <= 3 * limit + 2


@pytest.mark.long
async def test_free_places_never_wait_while_called_fans_report(gate: Gate) -> None:
    await gate.open(limit=50, session_ttl_s=30)
    waiting = await crowd(gate, 600)
    empty_ticks = 0
    for _ in range(1200):
        await report(gate, waiting)
        await gate.tick(TICK_MS)
        live = await gate.store.numbers(CONCERT)
        for number in [number for number in waiting if number <= live.serving]:
            del waiting[number]
        if live.waiting:
            empty_ticks += live.inside < live.limit
        else:
            break

    # Sessions that lapse between two ticks are replaced at the second tick, always from the stock.
    assert empty_ticks == 0
    assert (await gate.audit()).problems == []


async def test_a_limit_raised_from_ten_to_a_thousand_calls_enough_at_once(gate: Gate) -> None:
    await gate.open(limit=10)
    waiting = await crowd(gate, 3000)
    await gate.tick(TICK_MS)
    await gate.change(limit=1000)
    await gate.tick(TICK_MS)
    await report(gate, waiting)
    await gate.tick(TICK_MS)

    live = await gate.store.numbers(CONCERT)

    assert live.inside == 1000
    assert live.calling < 1500


@pytest.mark.long
async def test_calling_runs_past_ten_thousand_no_shows_within_a_minute(gate: Gate) -> None:
    await gate.open(limit=1)
    await crowd(gate, 10_001)
    last = await gate.join("there")
    await gate.store.leave(CONCERT, "fan0", 1)
    started_ms, admitted, furthest_call = gate.clock.now_ms(), 0, 0
    while not admitted and gate.clock.now_ms() - started_ms < 60_000:
        before = (await gate.store.numbers(CONCERT)).calling
        admitted = await gate.tick(TICK_MS)
        after = (await gate.store.numbers(CONCERT)).calling
        furthest_call = max(furthest_call, after - before)
        if after >= last.number:
            await gate.poll("there", last.number)

    elapsed_ms = gate.clock.now_ms() - started_ms

    assert admitted == 1
    assert elapsed_ms < 55_000
    assert furthest_call <= 5000  # never the whole queue


async def test_a_service_so_busy_that_nobody_seems_to_report_does_not_call_everybody(
    gate: Gate, redis: RedisClient
) -> None:
    await gate.open(limit=20)
    await crowd(gate, 9000)
    await gate.tick()
    await gate.poll("fan20", 21)  # one has got through; the others' reports are on their way
    await redis.command("HSET", KEYS.state, "stride", 1024)
    for _ in range(PACING.notice_ms // TICK_MS - 1):
        await gate.tick(TICK_MS)

    assert (await gate.store.numbers(CONCERT)).calling <= 21 + 2000


async def test_fans_called_a_moment_ago_are_waited_for(gate: Gate) -> None:
    await gate.open(limit=1)
    await crowd(gate, 50)
    await gate.tick()
    called = (await gate.store.numbers(CONCERT)).calling
    for _ in range(PACING.notice_ms // TICK_MS - 1):
        await gate.tick(TICK_MS)

    assert (await gate.store.numbers(CONCERT)).calling == called


async def test_a_few_no_shows_at_the_head_cost_two_rounds_of_calling(gate: Gate) -> None:
    await gate.open(limit=1)
    await crowd(gate, 6)
    last = await gate.join("there")
    await gate.store.leave(CONCERT, "fan0", 1)
    started_ms, admitted = gate.clock.now_ms(), 0
    while not admitted and gate.clock.now_ms() - started_ms < 60_000:
        admitted = await gate.tick(TICK_MS)
        if (await gate.store.numbers(CONCERT)).calling >= last.number:
            await gate.poll("there", last.number)

    assert gate.clock.now_ms() - started_ms <= 2 * PACING.notice_ms + 5 * TICK_MS


async def test_a_rate_calls_no_more_than_it_can_let_in_soon(gate: Gate) -> None:
    await gate.open(limit=5000, admit_rate_per_s=10)
    waiting = await crowd(gate, 2000)
    await gate.tick()
    for _ in range(50):
        await report(gate, waiting)
        await gate.tick(TICK_MS)
    live = await gate.store.numbers(CONCERT)

    assert live.admitted_total >= 100
    assert live.calling - live.serving <= 10 + 10 * PACING.horizon_ms // 1000 + 2


async def test_whoever_joins_when_everybody_is_called_is_present_at_once(gate: Gate) -> None:
    await gate.open(limit=2)
    await crowd(gate, 3)
    await gate.change(limit=5)
    await gate.tick()

    place = await gate.join("late")

    assert (place.status, place.turn) == ("waiting", 1)
    await gate.tick(PACING.notice_ms + 100)
    assert await gate.tick(TICK_MS) == 1


async def test_nobody_is_called_while_the_sale_is_paused(gate: Gate) -> None:
    await gate.open(limit=1, phase="paused")
    await crowd(gate, 10)
    await gate.tick()

    assert (await gate.store.numbers(CONCERT)).calling == 0


async def test_calling_goes_on_after_a_clock_that_jumped_back(gate: Gate) -> None:
    await gate.open(limit=1)
    await crowd(gate, 40)
    await gate.tick()
    called = (await gate.store.numbers(CONCERT)).calling
    await gate.tick(-3_600_000)
    await gate.tick(TICK_MS)

    assert (await gate.store.numbers(CONCERT)).calling > called


@pytest.mark.long
async def test_half_the_crowd_missing_leaves_no_place_empty_for_long(gate: Gate) -> None:
    await gate.open(limit=20, session_ttl_s=20)
    waiting = {number: fan for number, fan in (await crowd(gate, 1000)).items() if number % 2}
    empty_ms = 0
    for _ in range(500):
        await report(gate, waiting)
        await gate.tick(TICK_MS)
        live = await gate.store.numbers(CONCERT)
        for number in [number for number in waiting if number <= live.serving]:
            del waiting[number]
        if not waiting:
            break
        empty_ms += TICK_MS * (live.limit - live.inside)

    # Of all place-milliseconds offered in the 100 s, at most one in fifty was empty.
    assert empty_ms <= 20 * 500 * TICK_MS / 50
    assert (await gate.audit()).problems == []
