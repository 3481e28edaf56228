"""How late the loop is, told by a loop that is kept busy."""

import asyncio
from time import perf_counter

from boxoffice.adapters.loop_lag import LoopLag
from boxoffice.adapters.metrics import NullMetrics

BUSY_S = 0.3


class Lags(NullMetrics):
    def __init__(self) -> None:
        self.seen: list[float] = []

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        self.seen.append(value)


def keep_busy() -> None:
    until_s = perf_counter() + BUSY_S
    while perf_counter() < until_s:
        pass


async def test_a_loop_that_is_kept_busy_is_late() -> None:
    lags = Lags()
    asyncio.get_running_loop().call_soon(keep_busy)
    await LoopLag(lags).tick()

    # It wanted to be woken after a tenth of a second, of which nothing was left.
    assert len(lags.seen) == 1
    assert lags.seen[0] >= BUSY_S - 0.15
