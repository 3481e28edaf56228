import asyncio

import pytest

from boxoffice.adapters.kept import Kept, Refreshed
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import NotFound, Unavailable


class Source:
    """Something slow to read; `gate` holds every read back."""

    def __init__(self) -> None:
        self.value = 0
        self.reads = 0
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, _key: str = "") -> int:
        self.reads += 1
        value = self.value
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return value


def refreshed(source: Source, clock: ManualClock) -> Refreshed[int]:
    return Refreshed(source.read, name="x", clock=clock, metrics=NullMetrics(), max_age_ms=1000, patience_s=0.01)


async def test_a_value_is_loaded_once_for_all_who_ask() -> None:
    source = Source()
    kept = Kept(source.read, max_kept=2)

    assert await asyncio.gather(*(kept.get("a") for _ in range(9))) == [0] * 9
    assert source.reads == 1


async def test_a_failure_reaches_all_and_is_not_kept() -> None:
    source = Source()
    kept = Kept(source.read, max_kept=2)
    source.failure = NotFound()
    answers = await asyncio.gather(*(kept.get("a") for _ in range(3)), return_exceptions=True)
    source.failure = None

    assert [type(answer) for answer in answers] == [NotFound] * 3
    assert await kept.get("a") == 0


async def test_a_caller_who_gives_up_takes_nothing_from_the_others() -> None:
    source = Source()
    kept = Kept(source.read, max_kept=2)
    source.gate.clear()
    impatient, patient = (asyncio.ensure_future(kept.get("a")) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    source.gate.set()

    assert await patient == 0


async def test_the_value_loaded_longest_ago_goes_first() -> None:
    source = Source()
    kept = Kept(source.read, max_kept=2)
    for key in "abc":
        await kept.get(key)
    await kept.get("c")
    await kept.get("b")
    assert source.reads == 3

    await kept.get("a")

    assert source.reads == 4


async def test_a_value_is_read_again_when_it_is_old(clock: ManualClock) -> None:
    source = Source()
    value = refreshed(source, clock)
    await value.get()
    source.value = 1
    clock.advance(999)
    assert await value.get() == 0
    clock.advance(1)

    assert await value.get() == 1


async def test_the_value_before_serves_while_the_source_fails(clock: ManualClock) -> None:
    source = Source()
    value = refreshed(source, clock)
    await value.get()
    source.failure = Unavailable()
    clock.advance(1000)

    assert [await value.get(), await value.get()] == [0, 0]
    assert source.reads == 2


async def test_the_value_before_serves_while_the_source_is_slow(clock: ManualClock) -> None:
    source = Source()
    value = refreshed(source, clock)
    await value.get()
    source.gate.clear()
    source.value = 1
    clock.advance(1000)

    assert [await value.get(), await value.get()] == [0, 0]
    source.gate.set()
    await asyncio.sleep(0.01)
    assert await value.get() == 1


async def test_the_first_read_raises(clock: ManualClock) -> None:
    source = Source()
    source.failure = Unavailable()

    with pytest.raises(Unavailable):
        await refreshed(source, clock).get()


async def test_after_a_change_all_wait_for_what_was_read_after_it(clock: ManualClock) -> None:
    source = Source()
    value = refreshed(source, clock)
    await value.get()
    clock.advance(1000)
    source.gate.clear()
    before = asyncio.ensure_future(value.get())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    source.value = 1
    value.forget()
    after = [asyncio.ensure_future(value.get()) for _ in range(3)]
    await asyncio.sleep(0)
    source.gate.set()

    assert await asyncio.gather(*after) == [1, 1, 1]
    assert await before == 0
    assert await value.get() == 1
