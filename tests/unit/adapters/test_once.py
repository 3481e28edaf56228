import asyncio
import gc

import pytest

from boxoffice.adapters.once import Once


class Work:
    """Something slow; `gate` holds it back."""

    def __init__(self) -> None:
        self.begun = 0
        self.failure: Exception | None = None
        self.gate = asyncio.Event()

    async def run(self) -> int:
        self.begun += 1
        begun = self.begun
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return begun


async def test_all_who_ask_for_a_key_at_once_wait_for_the_same_work() -> None:
    work, once = Work(), Once[int]()
    asked = [asyncio.ensure_future(once.run(key, work.run)) for key in ("a", "a", "b", "a")]
    await asyncio.sleep(0)
    work.gate.set()

    assert await asyncio.gather(*asked) == [1, 1, 2, 1]
    assert await once.run("a", work.run) == 3


async def test_a_failure_reaches_all_who_wait_and_is_not_remembered() -> None:
    work, once = Work(), Once[int]()
    work.failure = ValueError()
    work.gate.set()
    answers = await asyncio.gather(*(once.run("a", work.run) for _ in range(3)), return_exceptions=True)
    work.failure = None

    assert [work.begun, *map(type, answers)] == [1, ValueError, ValueError, ValueError]
    assert await once.run("a", work.run) == 2


async def test_whoever_gives_up_takes_nothing_from_the_others() -> None:
    work, once = Work(), Once[int]()
    impatient, patient = (asyncio.ensure_future(once.run("a", work.run)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    work.gate.set()

    assert await patient == 1


async def test_a_failure_that_nobody_waits_for_any_more_is_no_bug() -> None:
    work, once = Work(), Once[int]()
    work.failure = ValueError()
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    alone = asyncio.ensure_future(once.run("a", work.run))
    await asyncio.sleep(0)
    alone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone
    under_way = set(once._under_way.values())
    work.gate.set()
    await asyncio.wait(under_way)
    under_way.clear()
    gc.collect()

    assert complaints == []
