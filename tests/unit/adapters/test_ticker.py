"""Jobs that run again and again."""

import asyncio
from contextlib import suppress

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.ticker import Ticker


class Failures(NullMetrics):
    def __init__(self) -> None:
        self.jobs: list[str] = []

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        if name == "job_failures":
            self.jobs.append(labels["job"])


class Job:
    """Counts its ticks and tells when there were enough."""

    def __init__(self, enough: int) -> None:
        self.ticks = 0
        self.running = 0
        self.most_running = 0
        self.enough = enough
        self.done = asyncio.Event()

    async def __call__(self) -> None:
        self.ticks += 1
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if self.ticks >= self.enough:
            self.done.set()


async def test_it_ticks_again_and_again_one_at_a_time() -> None:
    job = Job(5)
    ticker = Ticker("test", job, interval_s=0, metrics=NullMetrics())
    ticker.start()
    await asyncio.wait_for(job.done.wait(), 5)
    await ticker.close()

    assert job.most_running == 1


async def test_a_tick_that_fails_is_counted_and_the_next_one_comes() -> None:
    failures, done = Failures(), asyncio.Event()

    async def failing() -> None:
        if len(failures.jobs) == 3:
            done.set()
            return
        raise ValueError("a bad moment")

    ticker = Ticker("test", failing, interval_s=0, metrics=failures)
    ticker.start()
    await asyncio.wait_for(done.wait(), 5)
    await ticker.close()

    assert failures.jobs == ["test"] * 3


async def test_after_close_it_ticks_no_more() -> None:
    job = Job(1)
    ticker = Ticker("test", job, interval_s=0, metrics=NullMetrics())
    ticker.start()
    await asyncio.wait_for(job.done.wait(), 5)
    await ticker.close()
    ticks = job.ticks
    for _ in range(10):
        await asyncio.sleep(0)

    assert job.ticks == ticks


async def test_close_cuts_off_a_tick_that_hangs_and_may_come_twice() -> None:
    hanging = asyncio.Event()
    ticker = Ticker("test", hanging.wait, interval_s=0, metrics=NullMetrics())
    ticker.start()
    await asyncio.sleep(0)
    await asyncio.wait_for(ticker.close(), 5)
    await ticker.close()


async def test_close_ends_a_tick_that_swallows_a_cancellation() -> None:
    swallowed: list[bool] = []

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        swallowed.append(True)
        await asyncio.Event().wait()

    ticker = Ticker("test", stubborn, interval_s=0, metrics=NullMetrics())
    ticker.start()
    await asyncio.sleep(0)
    await asyncio.wait_for(ticker.close(), 5)

    assert swallowed == [True]


async def test_close_before_start_is_nothing() -> None:
    await Ticker("test", Job(1), interval_s=0, metrics=NullMetrics()).close()
