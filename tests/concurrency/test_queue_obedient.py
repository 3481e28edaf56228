"""Whoever asks as the server says goes in before everybody with a higher number, however old a cache's answers are.

A failure prints its seed: the same seed is the same run.
"""

from dataclasses import dataclass
from random import Random

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.policy import PACING, told
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, Gate

STEP_MS = 100
OLDEST_MS = 2500
"""A second in a cache, another while it fetches, and half a one in the instance."""
WAY_MS = 300
"""From the look that shows a fan the call to the report."""
LONGEST_MS = 5 * 60_000


@dataclass
class Fan:
    """Looks at the public snapshot until called, then asks for the place; or never comes back."""

    name: str
    number: int
    next_ms: int
    reports: bool = False
    gone: bool = False
    leaves_ms: int = 0


class Doors:
    """A queue whose public snapshot is read through a cache as slow as it may be."""

    def __init__(self, gate: Gate, seed: int) -> None:
        self.gate = gate
        self.random = Random(seed)
        self.shown: list[int] = []
        self.fans: list[Fan] = []

    async def arrive(self, count: int, *, no_shows: float = 0) -> None:
        for _ in range(count):
            name = f"fan{len(self.fans)}"
            place = await self.gate.join(name)
            fan = Fan(name, place.number, self.gate.clock.now_ms() + self.random.randrange(PACING.near_ms))
            fan.gone = self.random.random() < no_shows
            self.fans.append(fan)

    async def step(self) -> None:
        now_ms = self.gate.clock.now_ms()
        self.shown.append((await self.gate.store.numbers(CONCERT)).calling)
        for fan in self.fans:
            if fan.leaves_ms:
                if fan.leaves_ms <= now_ms and not fan.gone:
                    fan.gone = True
                    await self.gate.store.depart(CONCERT, fan.name)
            elif not fan.gone and fan.next_ms <= now_ms:
                await self._look(fan, now_ms)
        await self.gate.tick(STEP_MS)

    async def _look(self, fan: Fan, now_ms: int) -> None:
        old = self.random.choice([0, OLDEST_MS, OLDEST_MS]) // STEP_MS
        calling = self.shown[max(0, len(self.shown) - 1 - old)]
        if fan.reports:
            place = await self.gate.poll(fan.name, fan.number)
            if place.status == "admitted":
                fan.leaves_ms = now_ms + self.random.randrange(500, 4000)
            wait_ms = told(place).poll_after_ms
        elif fan.number <= calling:
            fan.reports, wait_ms = True, 0
        else:
            wait_ms = min(PACING.far_ms, PACING.near_ms + (fan.number - calling) * PACING.per_position_ms)
        spread = self.random.choice([1 - PACING.jitter, 1 + PACING.jitter])
        fan.next_ms = now_ms + (int(wait_ms * spread) if wait_ms else WAY_MS)


@pytest.mark.long
@pytest.mark.parametrize(
    ("fans", "limits", "seed"),
    [
        (60, {0: 4}, 1),
        (60, {0: 4}, 2),
        (500, {0: 20, 100: 150}, 3),
        (6000, {0: 20, 100: 1500, 104: 1800, 108: 2100, 112: 2400}, 4),
    ],
)
async def test_nobody_who_asks_as_told_is_passed_by_a_higher_number(
    redis: RedisClient, clock: ManualClock, fans: int, limits: dict[int, int], seed: int
) -> None:
    gate = Gate(QueueStore(redis, clock=clock), clock)
    await gate.open(limit=limits[0], session_ttl_s=30, presence_ttl_s=30)
    doors = Doors(gate, seed)
    await doors.arrive(limits[0])
    await doors.arrive(fans - limits[0], no_shows=0.2)
    for at in range(LONGEST_MS // STEP_MS):
        if at in limits:
            await gate.change(limit=limits[at])
        await doors.step()
        if all(fan.gone for fan in doors.fans):
            break
    absent = {fan.number for fan in doors.fans if fan.gone and not fan.leaves_ms}
    admitted = [number for number in await gate.admitted() if number not in absent]

    assert admitted == sorted(admitted), f"seed {seed}"
    assert len(admitted) == fans - len(absent), f"seed {seed}"
