"""What an operator's policy does to admission: limit, phase and rate."""

import pytest

from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import StoredPolicy
from tests.queues import CONCERT, OPEN, Gate

MINUTE_MS = 60_000


# The operator's controls


async def test_a_lowered_limit_throws_nobody_out_and_lets_nobody_in_until_below(gate: Gate) -> None:
    await gate.open(limit=3)
    for fan in ("ann", "bob", "cid"):
        await gate.join(fan)
    dan = await gate.join("dan")
    await gate.tick()
    await gate.change(limit=1)
    admitted = []
    for fan, number in (("ann", 1), ("bob", 2), ("cid", 3)):
        await gate.poll("dan", dan.number)
        admitted.append(await gate.tick())
        await gate.store.leave(CONCERT, fan, number)
    inside_before = (await gate.store.numbers(CONCERT)).inside
    await gate.poll("dan", dan.number)
    admitted.append(await gate.tick())

    assert admitted == [0, 0, 0, 1]
    assert inside_before == 0
    assert (await gate.audit()).problems == []


async def test_a_raised_limit_takes_effect_at_the_next_tick(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    numbers = {fan: (await gate.join(fan)).number for fan in ("bob", "cid")}
    await gate.tick()
    for fan, number in numbers.items():
        await gate.poll(fan, number)
    await gate.change(limit=3)

    admitted = await gate.tick()

    assert admitted == 2


async def test_a_pause_stops_admission_and_keeps_places(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.join("ann")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.change(phase="paused")
    await gate.store.leave(CONCERT, "ann", 1)
    paused = await gate.tick()
    joined = await gate.join("cid")
    await gate.change(phase="open")
    resumed = await gate.tick()

    assert (paused, resumed) == (0, 1)
    assert (joined.status, joined.number) == ("waiting", 3)
    assert (await gate.poll("bob", bob.number)).status == "admitted"


async def test_nobody_is_let_in_by_joining_a_paused_sale(gate: Gate) -> None:
    await gate.open(limit=5, phase="paused")

    place = await gate.join("ann")

    assert place.status == "waiting"


async def test_the_later_of_two_policies_that_cross_stays(gate: Gate) -> None:
    await gate.open(limit=1)
    await gate.store.set_policy(StoredPolicy(CONCERT, OPEN._replace(limit=7), 9))
    await gate.store.set_policy(StoredPolicy(CONCERT, OPEN._replace(limit=3), 8))

    assert (await gate.store.numbers(CONCERT)).limit == 7


# The rate


@pytest.mark.long
@pytest.mark.parametrize("rate", [0.05, 0.3, 1.0, 1.1, 2.5, 7.0])
async def test_the_rate_is_kept_exactly(gate: Gate, rate: float) -> None:
    await gate.open(limit=1000, admit_rate_per_s=rate, presence_ttl_s=3600)
    await gate.join("first")
    for n in range(220):
        await gate.join(f"fan{n}")
    await gate.tick()
    admitted = 1
    for second in range(1, 31):
        live = await gate.store.numbers(CONCERT)
        for number in range(live.serving + 1, min(live.calling, live.last) + 1):
            await gate.poll(f"fan{number - 2}", number)
        for _ in range(5):
            admitted += await gate.tick(200)
        # The bucket held one admission at the start, which joining took; then it fills at the rate.
        assert 1 + int(second * rate + 1e-9) == admitted
    assert (await gate.audit()).problems == []


async def test_what_is_saved_up_is_at_most_one_second_of_the_rate(gate: Gate) -> None:
    await gate.open(limit=1000, admit_rate_per_s=3, presence_ttl_s=3600)
    await gate.join("first")
    numbers = {f"fan{n}": (await gate.join(f"fan{n}")).number for n in range(10)}
    await gate.tick()
    for fan, number in numbers.items():
        await gate.poll(fan, number)

    admitted = await gate.tick(MINUTE_MS)

    assert admitted == 3


async def test_a_clock_that_jumps_back_does_not_stop_the_rate(gate: Gate) -> None:
    await gate.open(limit=1000, admit_rate_per_s=1, presence_ttl_s=3600)
    await gate.join("first")
    bob = await gate.join("bob")
    await gate.tick()
    await gate.poll("bob", bob.number)
    await gate.tick(-10 * MINUTE_MS)

    admitted = await gate.tick(1000)

    assert admitted == 1


async def test_the_pace_is_measured_and_fades(gate: Gate, clock: ManualClock) -> None:
    await gate.open(limit=1000)
    for n in range(600):
        await gate.join(f"fan{n}")
        clock.advance(100)
    busy = (await gate.store.numbers(CONCERT)).rate_per_s
    clock.advance(2 * MINUTE_MS)
    quiet = (await gate.store.numbers(CONCERT)).rate_per_s

    assert 9.0 < busy < 10.5
    assert quiet < 0.1
