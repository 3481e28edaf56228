"""Hashing with real argon2 at its least cost, under a clock that the test moves and threads that it holds back."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from boxoffice.adapters.password import Passwords
from boxoffice.kernel.errors import Overloaded

COST_S = 0.5
WAIT_S = 2.0


class HeldClock:
    """Stands still for the event loop; for a hashing thread, every look costs `COST_S`, and waits at the gate."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.looks = 0

    def __call__(self) -> float:
        if threading.current_thread() is not threading.main_thread():
            assert self.gate.wait(30)
            self.looks += 1
            if self.looks % 2 == 0:  # at the end of a hash
                return self.now_s + COST_S
        return self.now_s


@pytest.fixture
def clock() -> HeldClock:  # type: ignore[override]
    return HeldClock()


@pytest.fixture
def passwords(clock: HeldClock) -> Iterator[Passwords]:
    made = Passwords(time_cost=1, memory_kib=8, wait_s=WAIT_S, threads=1, monotonic_s=clock)
    yield made
    clock.gate.set()
    made.close()


async def learn(passwords: Passwords) -> None:
    """Hash until the running cost is `COST_S`."""
    for _ in range(40):
        await passwords.hash("x")


async def test_a_password_matches_its_own_hash_and_no_other(passwords: Passwords) -> None:
    encoded = await passwords.hash("correct horse")

    assert await passwords.matches("correct horse", encoded)
    assert not await passwords.matches("wrong", encoded)
    assert not await passwords.matches("correct horse", None)
    assert not await passwords.matches("correct horse", "no hash")


async def test_what_would_wait_too_long_by_the_measured_cost_is_refused_at_once(
    passwords: Passwords, clock: HeldClock
) -> None:
    await learn(passwords)
    clock.gate.clear()
    calls = []
    refusals = []
    for _ in range(8):
        calls.append(asyncio.create_task(passwords.hash("x")))
        await asyncio.sleep(0)
    for call in calls[5:]:
        with pytest.raises(Overloaded) as refusal:
            await call
        refusals.append(refusal.value.members["retry_after_s"])
    with pytest.raises(Overloaded):
        passwords.refuse_if_busy()

    assert sorted(refusals) == [1, 2, 3]
    assert not any(call.done() for call in calls[:5])

    clock.gate.set()
    assert len(await asyncio.gather(*calls[:5])) == 5
    passwords.refuse_if_busy()


async def test_before_a_hash_was_measured_its_cost_is_guessed(clock: HeldClock) -> None:
    passwords = Passwords(time_cost=3, memory_kib=65_536, wait_s=WAIT_S, threads=2, monotonic_s=clock)
    clock.gate.clear()
    calls = [asyncio.create_task(passwords.hash("x")) for _ in range(200)]
    await asyncio.sleep(0)
    passwords.close()
    clock.now_s = 10.0  # nothing has to be hashed at this cost
    clock.gate.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)

    # 2 s of two threads, at 0.2 s for each: 20 that wait, and some that run.
    assert 170 <= sum(isinstance(answer, Overloaded) for answer in answers) <= 182


async def test_whose_turn_comes_too_late_is_refused_and_nothing_is_hashed(
    passwords: Passwords, clock: HeldClock
) -> None:
    clock.gate.clear()
    calls = [asyncio.create_task(passwords.hash("x")) for _ in range(4)]
    await asyncio.sleep(0)
    clock.now_s = WAIT_S + 0.1
    clock.gate.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert [Overloaded] * 4 == [type(answer) for answer in answers]
    assert clock.looks == 4  # each looked once, at its turn
    assert await passwords.hash("x")


async def test_whose_turn_comes_just_in_time_is_answered(passwords: Passwords, clock: HeldClock) -> None:
    clock.gate.clear()
    calls = [asyncio.create_task(passwords.hash("x")) for _ in range(4)]
    await asyncio.sleep(0)
    clock.now_s = WAIT_S
    clock.gate.set()

    assert len(await asyncio.gather(*calls)) == 4


async def test_who_has_gone_before_the_turn_came_costs_nothing(passwords: Passwords, clock: HeldClock) -> None:
    clock.gate.clear()
    stays, goes, stays_too = [asyncio.create_task(passwords.hash("x")) for _ in range(3)]
    await asyncio.sleep(0)
    goes.cancel()
    await asyncio.wait({goes})
    clock.gate.set()
    await asyncio.gather(stays, stays_too)

    assert goes.cancelled()
    assert clock.looks == 4  # two for each of two hashes


async def test_one_very_slow_hash_shuts_nobody_out() -> None:
    class Asleep(HeldClock):
        def __call__(self) -> float:
            return super().__call__() * 1000

    slow = Passwords(time_cost=1, memory_kib=8, wait_s=WAIT_S, threads=1, monotonic_s=Asleep())
    for _ in range(5):
        assert await slow.hash("x")
    slow.close()
