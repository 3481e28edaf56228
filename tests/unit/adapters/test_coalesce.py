"""Coalescing, with a handler that the test holds back and lets go."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.errors import Overloaded, Unavailable


class Handler:
    """Doubles numbers. Waits for `gate`; raises or answers what `answers` says."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.running = 0
        self.most_running = 0

    async def __call__(self, commands: Sequence[int]) -> Sequence[int | BaseException]:
        self.batches.append(list(commands))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await self.gate.wait()
        self.running -= 1
        return [ValueError(f"refused {command}") if command < 0 else command * 2 for command in commands]


def coalescer(handler: Handler, **limits: int) -> Coalescer[int, int]:
    return Coalescer(handler, name="test", metrics=NullMetrics(), **limits)  # type: ignore[arg-type]


async def settle() -> None:
    """Let the loop run until nothing more happens by itself."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_waits_in_one_turn_goes_as_one_batch_in_order_of_arrival() -> None:
    handler = Handler()
    replies = await asyncio.gather(*(coalesced.submit(n) for coalesced in [coalescer(handler)] for n in range(50)))

    assert handler.batches == [list(range(50))]
    assert replies == [n * 2 for n in range(50)]


async def test_a_batch_of_one_behaves_as_any_other() -> None:
    handler = Handler()

    assert await coalescer(handler).submit(21) == 42
    assert handler.batches == [[21]]


async def test_what_arrives_while_a_batch_is_in_flight_becomes_the_next_batch() -> None:
    handler = Handler()
    coalesced = coalescer(handler)
    handler.gate.clear()
    waiting = [asyncio.create_task(coalesced.submit(0))]
    await settle()
    for number in range(1, 6):
        waiting.append(asyncio.create_task(coalesced.submit(number)))
        await settle()
    handler.gate.set()
    await asyncio.gather(*waiting)

    assert handler.batches == [[0], [1, 2, 3, 4, 5]]


async def test_a_batch_has_its_largest_size_and_only_so_many_run_at_once() -> None:
    handler = Handler()
    coalesced = coalescer(handler, max_batch=4, max_in_flight=2)
    handler.gate.clear()
    waiting = [asyncio.create_task(coalesced.submit(number)) for number in range(18)]
    await settle()
    handler.gate.set()
    await asyncio.gather(*waiting)

    assert [len(batch) for batch in handler.batches] == [4, 4, 4, 4, 2]
    assert handler.most_running == 2


async def test_more_than_may_wait_is_refused_and_those_who_wait_are_served() -> None:
    handler = Handler()
    coalesced = coalescer(handler, max_waiting=3)
    handler.gate.clear()
    first = asyncio.create_task(coalesced.submit(0))
    await settle()
    waiting = [asyncio.create_task(coalesced.submit(number)) for number in (1, 2, 3)]
    await settle()

    with pytest.raises(Overloaded):
        await coalesced.submit(4)
    handler.gate.set()
    assert await asyncio.gather(first, *waiting) == [0, 2, 4, 6]
    assert await coalesced.submit(5) == 10


async def test_one_exception_leaves_the_neighbours_alone() -> None:
    handler = Handler()
    coalesced = coalescer(handler)
    replies = await asyncio.gather(*(coalesced.submit(n) for n in (1, -2, 3)), return_exceptions=True)

    assert [replies[0], str(replies[1]), replies[2]] == [2, "refused -2", 6]


async def test_a_handler_that_fails_fails_its_batch_and_not_the_next() -> None:
    calls: list[int] = []

    async def failing_once(commands: Sequence[int]) -> Sequence[int | BaseException]:
        calls.append(len(commands))
        if len(calls) == 1:
            raise RuntimeError("broken")
        return list(commands)

    coalesced: Coalescer[int, int] = Coalescer(failing_once, name="test", metrics=NullMetrics())
    failed = await asyncio.gather(coalesced.submit(1), coalesced.submit(2), return_exceptions=True)

    assert [type(reply) for reply in failed] == [RuntimeError, RuntimeError]
    assert await coalesced.submit(3) == 3


async def test_too_few_replies_are_an_error_for_all_and_nobody_hangs() -> None:
    async def forgetful(commands: Sequence[int]) -> Sequence[int | BaseException]:
        return list(commands)[1:]

    coalesced: Coalescer[int, int] = Coalescer(forgetful, name="test", metrics=NullMetrics())
    replies = await asyncio.gather(*(coalesced.submit(n) for n in range(3)), return_exceptions=True)

    assert [type(reply) for reply in replies] == [RuntimeError] * 3


async def test_a_caller_cancelled_while_waiting_takes_its_command_back() -> None:
    handler = Handler()
    coalesced = coalescer(handler)
    handler.gate.clear()
    first = asyncio.create_task(coalesced.submit(0))
    await settle()
    waiting = [asyncio.create_task(coalesced.submit(number)) for number in (1, 2, 3)]
    await settle()
    waiting[1].cancel()
    handler.gate.set()

    assert await asyncio.gather(first, waiting[0], waiting[2]) == [0, 2, 6]
    assert handler.batches == [[0], [1, 3]]
    assert waiting[1].cancelled()


async def test_a_caller_cancelled_in_flight_loses_only_its_own_reply() -> None:
    handler = Handler()
    coalesced = coalescer(handler)
    handler.gate.clear()
    waiting = [asyncio.create_task(coalesced.submit(number)) for number in (1, 2, 3)]
    await settle()
    waiting[1].cancel()
    await settle()
    handler.gate.set()

    assert await asyncio.gather(waiting[0], waiting[2]) == [2, 6]
    assert handler.batches == [[1, 2, 3]]


async def test_a_batch_that_is_cut_off_tells_its_callers_and_does_not_cancel_them() -> None:
    async def cut_off(commands: Sequence[int]) -> Sequence[int | BaseException]:
        raise asyncio.CancelledError

    coalesced: Coalescer[int, int] = Coalescer(cut_off, name="test", metrics=NullMetrics())

    with pytest.raises(Unavailable):
        await coalesced.submit(1)


async def test_close_carries_out_what_waits_and_takes_no_more() -> None:
    handler = Handler()
    coalesced = coalescer(handler, max_batch=2)
    handler.gate.clear()
    waiting = [asyncio.create_task(coalesced.submit(number)) for number in range(7)]
    await settle()
    closing = asyncio.create_task(coalesced.close())
    await settle()

    assert not closing.done()
    with pytest.raises(Unavailable):
        await coalesced.submit(9)
    handler.gate.set()
    await closing
    assert await asyncio.gather(*waiting) == [number * 2 for number in range(7)]


async def test_close_without_anything_to_do_returns_at_once() -> None:
    await coalescer(Handler()).close()


async def test_close_just_after_a_submit_loses_nothing() -> None:
    handler = Handler()
    coalesced = coalescer(handler)
    waiting = asyncio.create_task(coalesced.submit(4))
    await asyncio.sleep(0)
    await coalesced.close()

    assert await waiting == 8


@settings(max_examples=60, deadline=None)
@given(
    arrivals=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40),
    max_batch=st.integers(1, 5),
    max_in_flight=st.integers(1, 3),
)
def test_everyone_who_is_not_cancelled_gets_their_own_reply_once_and_in_order(
    arrivals: list[tuple[bool, bool]], max_batch: int, max_in_flight: int
) -> None:
    async def run() -> None:
        handler = Handler()
        coalesced = coalescer(handler, max_batch=max_batch, max_in_flight=max_in_flight)
        tasks: list[asyncio.Task[int]] = []
        for number, (turn, cancel) in enumerate(arrivals):
            tasks.append(asyncio.create_task(coalesced.submit(number)))
            if turn:
                await asyncio.sleep(0)
            if cancel:
                tasks[number // 2].cancel()
        replies = await asyncio.gather(*tasks, return_exceptions=True)
        await coalesced.close()

        carried_out = [command for batch in handler.batches for command in batch]
        assert carried_out == sorted(set(carried_out))
        for number, reply in enumerate(replies):
            assert reply == number * 2 or isinstance(reply, asyncio.CancelledError)

    asyncio.run(run())
