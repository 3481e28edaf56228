"""Snapshots, on a clock that the test drives."""

import asyncio

import pytest

from boxoffice.adapters.snapshot import Snapshots
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Unavailable


class Maker:
    """Counts how often it is asked; waits for `gate`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.body = b"one"
        self.refusal: Exception | None = None
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, key: str) -> bytes:
        self.asked.append(key)
        self.started.set()
        body, refusal, gate = self.body, self.refusal, self.gate
        await gate.wait()
        if refusal is not None:
            raise refusal
        return body


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def snapshots(maker: Maker, clock: ManualClock) -> Snapshots:
    return Snapshots(maker, clock=clock, max_age_ms=500, max_keys=3)


async def test_however_many_ask_at_once_it_is_made_once(maker: Maker, snapshots: Snapshots) -> None:
    answers = await asyncio.gather(*(snapshots.get("a") for _ in range(100)))

    assert maker.asked == ["a"]
    assert len(set(answers)) == 1


async def test_it_is_made_again_when_it_is_too_old(maker: Maker, snapshots: Snapshots, clock: ManualClock) -> None:
    first = await snapshots.get("a")
    clock.advance(499)
    second = await snapshots.get("a")
    maker.body = b"two"
    clock.advance(1)
    third = await snapshots.get("a")

    assert first is second
    assert third.body == b"two"
    assert third.etag != first.etag


async def test_a_clock_that_jumps_back_does_not_freeze_it(
    maker: Maker, snapshots: Snapshots, clock: ManualClock
) -> None:
    await snapshots.get("a")
    maker.body = b"two"
    clock.advance(-3_600_000)

    assert (await snapshots.get("a")).body == b"two"


async def test_the_same_bytes_have_the_same_tag(snapshots: Snapshots, clock: ManualClock) -> None:
    first = await snapshots.get("a")
    clock.advance(500)

    assert (await snapshots.get("a")).etag == first.etag


async def test_a_failure_reaches_all_who_ask_and_is_not_remembered(maker: Maker, snapshots: Snapshots) -> None:
    maker.refusal = Unavailable()
    answers = await asyncio.gather(*(snapshots.get("a") for _ in range(3)), return_exceptions=True)
    maker.refusal = None

    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert (await snapshots.get("a")).body == b"one"


async def test_one_who_gives_up_takes_the_answer_from_nobody(maker: Maker, snapshots: Snapshots) -> None:
    maker.gate.clear()
    impatient, patient = asyncio.create_task(snapshots.get("a")), asyncio.create_task(snapshots.get("a"))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    maker.gate.set()

    assert (await patient).body == b"one"
    assert maker.asked == ["a"]


async def test_what_is_forgotten_is_made_anew(maker: Maker, snapshots: Snapshots) -> None:
    await snapshots.get("a")
    maker.body = b"two"
    snapshots.forget("a")

    assert (await snapshots.get("a")).body == b"two"


async def test_what_is_forgotten_while_it_is_made_is_not_kept(maker: Maker, snapshots: Snapshots) -> None:
    slow = maker.gate
    slow.clear()
    early = asyncio.create_task(snapshots.get("a"))
    await maker.started.wait()
    maker.body, maker.gate = b"two", asyncio.Event()
    maker.gate.set()
    snapshots.forget("a")
    late = await snapshots.get("a")
    slow.set()

    assert [(await early).body, late.body] == [b"one", b"two"]
    assert await snapshots.get("a") is late


async def test_only_so_many_are_kept(maker: Maker, snapshots: Snapshots) -> None:
    for key in ("a", "b", "c", "d"):
        await snapshots.get(key)
    await snapshots.get("d")
    await snapshots.get("b")
    await snapshots.get("a")

    assert maker.asked == ["a", "b", "c", "d", "a"]
