"""The queue's scripts on a real Valkey, driven by the test's clock."""

import asyncio
from random import Random

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.policy import PACING
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, KEYS, Gate, entries_of

TICK_MS = 200
FEW_MS = 100


# Joining


async def test_a_quiet_concert_lets_in_whoever_joins(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=2)

    place = await gate.join("ann")

    assert ("admitted", 1, clock.now_ms() + 600_000) == (place.status, place.number, place.deadline_ms)


async def test_a_fan_who_finds_nobody_waiting_but_no_room_waits(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")

    place = await gate.join("bob")

    assert (place.status, place.number, place.position) == ("waiting", 2, 1)


async def test_a_fan_is_not_let_in_past_others_who_wait(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    await gate.join("bob")
    await gate.change(limit=10)

    place = await gate.join("cid")

    assert place.status == "waiting"


async def test_two_tabs_have_one_place(gate: Gate, redis: RedisClient) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    first = await gate.join("bob")

    second = await gate.join("bob")

    assert (first.number, False, True) == (second.number, first.repeated, second.repeated)
    assert await redis.command("ZCARD", KEYS.waiting) == 1


async def test_joining_twice_at_once_gives_one_number(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")

    places = await asyncio.gather(*(gate.join("bob") for _ in range(50)))

    assert {2} == {place.number for place in places}
    assert sum(place.repeated for place in places) == 49


async def test_joining_again_while_inside_returns_the_same_admission(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1)
    first = await gate.join("ann")
    clock.advance(5000)

    again = await gate.join("ann")

    assert ("admitted", first.number, first.deadline_ms, True) == (
        again.status,
        again.number,
        again.deadline_ms,
        again.repeated,
    )


@pytest.mark.parametrize("phase", ["scheduled", "closed"])
async def test_nobody_joins_a_sale_that_is_not_on(gate: Gate, store: QueueStore, phase: str) -> None:
    await gate.open(phase=phase)

    place = await store.join(CONCERT, "ann")

    assert place is None


async def test_a_waiting_fan_who_is_not_called_has_one_entry_in_redis(gate: Gate, redis: RedisClient) -> None:
    await gate.open(limit=1)
    for n in range(30):
        await gate.join(f"fan{n}")
    await gate.tick()

    entries = await entries_of(redis, "fan29")

    assert entries == ["waiting"]


async def test_polling_before_the_call_leaves_no_trace(gate: Gate, redis: RedisClient) -> None:
    await gate.open(limit=1)
    for n in range(30):
        await gate.join(f"fan{n}")
    await gate.tick()
    events = len(await gate.log())

    await gate.poll("fan29", 30)

    assert await entries_of(redis, "fan29") == ["waiting"]
    assert events == len(await gate.log())


# Order and presence


@pytest.mark.long
async def test_a_thousand_fans_go_in_by_number_whatever_the_order_in_which_they_report(gate: Gate) -> None:
    await gate.open(limit=20, session_ttl_s=5)
    numbers = {fan: (await gate.join(fan)).number for fan in (f"fan{n}" for n in range(1000))}
    random, admitted, moved = Random(1), 20, 0
    for _ in range(400):
        live = await gate.store.numbers(CONCERT)
        waiting = {fan: number for fan, number in numbers.items() if number > live.serving}
        for fan in random.sample(sorted(waiting), min(20, len(waiting))):
            again = await gate.join(fan)  # a reconnect: another tab, another device
            moved += again.number != waiting[fan]
        called = [fan for fan, number in waiting.items() if number <= live.calling]
        for fan in random.sample(called, len(called)):
            await gate.poll(fan, waiting[fan])
        admitted += await gate.tick(1000)
        if admitted >= 1000:
            break

    assert moved == 0
    assert list(range(1, 1001)) == await gate.admitted()
    assert (await gate.audit()).problems == []


async def test_a_no_show_never_sits_on_a_place(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    away, there = await gate.join("away"), await gate.join("there")
    await gate.tick()
    await gate.poll("there", there.number)
    await gate.tick(PACING.notice_ms + FEW_MS)
    await gate.store.leave(CONCERT, "inside", 1)
    await gate.tick()

    assert (await gate.poll("there", there.number)).status == "admitted"
    assert ("waiting", away.number) == ((await gate.poll("away", away.number)).status, away.number)


async def test_those_called_together_go_in_by_number_however_they_report(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    numbers = {fan: (await gate.join(fan)).number for fan in ("ada", "bob", "cid")}
    await gate.change(limit=4)
    await gate.tick()
    for fan in ("cid", "bob", "ada"):
        await gate.poll(fan, numbers[fan])
        await gate.tick(TICK_MS)

    assert [1, numbers["ada"], numbers["bob"], numbers["cid"]] == await gate.admitted()


async def test_whoever_does_not_report_in_time_holds_nobody_up(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    numbers = {fan: (await gate.join(fan)).number for fan in ("away", "bob")}
    await gate.change(limit=2)
    await gate.tick()
    await gate.poll("bob", numbers["bob"])
    await gate.tick(TICK_MS)
    assert await gate.admitted() == [1]

    await gate.tick(PACING.notice_ms)
    await gate.tick(TICK_MS)

    assert [1, numbers["bob"]] == await gate.admitted()


async def test_a_fan_who_was_away_goes_ahead_of_all_later_numbers(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("inside")
    numbers = {fan: (await gate.join(fan)).number for fan in ("away", "bob", "cid")}
    await gate.tick()
    for fan in ("bob", "cid"):
        await gate.poll(fan, numbers[fan])
    await gate.tick(PACING.notice_ms + FEW_MS)
    await gate.store.leave(CONCERT, "inside", 1)
    await gate.tick()
    await gate.poll("away", numbers["away"])
    await gate.store.leave(CONCERT, "bob", numbers["bob"])
    await gate.tick()

    assert [1, numbers["bob"], numbers["away"]] == await gate.admitted()
    assert (await gate.audit()).problems == []


async def test_presence_lapses_and_the_place_in_the_queue_stays(gate: Gate) -> None:
    await gate.open(limit=1, presence_ttl_s=30)
    await gate.join("inside")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.tick(30_000)
    live = await gate.store.numbers(CONCERT)
    await gate.store.leave(CONCERT, "inside", 1)
    await gate.tick()

    assert (live.present, live.waiting) == (0, 1)
    assert await gate.admitted() == [1]
    assert ("waiting", bob.number) == ((await gate.poll("bob", bob.number)).status, bob.number)


async def test_a_fan_whose_presence_lapsed_since_the_last_tick_is_not_let_in(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1, presence_ttl_s=30)
    await gate.join("inside")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.store.leave(CONCERT, "inside", 1)

    admitted = await gate.tick(30_000)

    assert admitted == 0


# Inside


async def test_a_session_that_expires_frees_the_place(gate: Gate) -> None:
    await gate.open(limit=1, session_ttl_s=600)
    await gate.join("ann")
    bob = await gate.join("bob")
    await gate.tick(599_000)
    await gate.poll("bob", bob.number)
    before = await gate.tick(999)
    after = await gate.tick(1)

    assert (before, after) == (0, 1)
    assert (await gate.poll("ann", 1)).status == "expired"


async def test_an_expired_session_is_told_at_once_without_a_tick(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1, session_ttl_s=600)
    await gate.join("ann")
    clock.advance(600_000)

    place = await gate.poll("ann", 1)

    assert place.status == "expired"
    assert (await gate.store.numbers(CONCERT)).inside == 0


@pytest.mark.parametrize("end", ["leave", "expire", "depart"])
async def test_a_fan_whose_place_ended_joins_at_the_end(gate: Gate, clock: ManualClock, end: str) -> None:
    await gate.open(limit=1, session_ttl_s=600)
    await gate.join("ann")
    await gate.join("bob")
    match end:
        case "leave":
            await gate.store.leave(CONCERT, "ann", 1)
        case "depart":
            await gate.store.depart(CONCERT, "ann")
        case "expire":
            clock.advance(600_000)

    again = await gate.join("ann", presented=1)

    assert (again.status, again.number, again.repeated) == ("waiting", 3, False)


async def test_a_waiting_fan_who_leaves_and_joins_again_goes_to_the_end(gate: Gate) -> None:
    await gate.open(limit=1)
    for fan in ("ann", "bob", "cid"):
        await gate.join(fan)
    left = await gate.store.leave(CONCERT, "bob", 2)

    again = await gate.join("bob", presented=2)

    assert (left, again.number) == (True, 4)


async def test_an_old_tab_is_told_that_its_place_ended(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    await gate.join("bob")
    await gate.store.leave(CONCERT, "bob", 2)
    new = await gate.join("bob")

    assert (await gate.poll("bob", 2)).status == "left"
    assert (await gate.poll("bob", new.number)).status == "waiting"


async def test_leaving_twice_changes_nothing(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    first = await gate.store.leave(CONCERT, "ann", 1)
    second = await gate.store.leave(CONCERT, "ann", 1)

    assert (first, second) == (True, False)


async def test_a_departure_frees_the_place_and_is_told_as_left(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    departed = await gate.store.depart(CONCERT, "ann")

    assert departed
    assert (await gate.poll("ann", 1)).status == "left"
    assert (await gate.join("bob")).status == "admitted"
    assert not await gate.store.depart(CONCERT, "cid")


# The log


async def test_the_log_is_read_in_pages(gate: Gate, store: QueueStore) -> None:
    await gate.open(limit=10)
    for n in range(5):
        await gate.join(f"fan{n}")
    first = await store.log_page(CONCERT, None, 4)
    second = await store.log_page(CONCERT, first[-1].id, 100)

    assert [event.kind for event in first] == ["prepare", "present", "admit", "present"]
    assert len(second) == 7
    assert (first[2].inside, first[2].limit) == (1, 10)


async def test_polls_are_not_logged(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    bob = await gate.join("bob")
    await gate.tick()
    for _ in range(10):
        await gate.poll("bob", bob.number)

    assert [event.kind for event in await gate.log()] == ["prepare", "present", "admit", "present"]
