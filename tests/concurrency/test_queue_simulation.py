"""A seeded crowd goes through a queue on a clock of its own; the admission log is replayed afterwards.

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

FANS = 300
TICK_MS = 200
LONGEST_MS = 20 * 60_000


@dataclass
class Visitor:
    """A fan who polls as the server says, and has a character."""

    name: str
    joins_ms: int
    number: int = 0
    next_ms: int = 0
    away_from: int = 0  # looks away at this poll, for away_ms; 0: never
    away_ms: int = 0
    gives_up_at: int = 0  # leaves the queue at this poll; 0: never
    buys_in_ms: int | None = None  # None: stays until the session lapses
    polls: int = 0
    done: bool = False
    inside_until_ms: int = 0
    joined: int = 0


class Crowd:
    """Everybody in the simulation, and the operator."""

    def __init__(self, gate: Gate, seed: int) -> None:
        self.gate = gate
        self.random = Random(seed)
        self.most_inside = 0
        start_ms = gate.clock.now_ms()
        self.visitors = [self._visitor(n, start_ms) for n in range(FANS)]

    def _visitor(self, n: int, start_ms: int) -> Visitor:
        random = self.random
        visitor = Visitor(f"fan{n}", start_ms + random.randrange(20_000))
        character = random.random()
        if character < 0.15:  # closes the laptop for good
            visitor.away_from, visitor.away_ms = random.randrange(1, 6), LONGEST_MS
        elif character < 0.35:  # comes back
            visitor.away_from, visitor.away_ms = random.randrange(1, 6), random.randrange(5_000, 180_000)
        elif character < 0.42:
            visitor.gives_up_at = random.randrange(1, 6)
        visitor.buys_in_ms = random.choice([None, 1_000, 5_000, 9_000, 14_000])
        return visitor

    async def act(self, visitor: Visitor) -> None:
        now_ms = self.gate.clock.now_ms()
        if visitor.done or now_ms < max(visitor.joins_ms, visitor.next_ms):
            return
        if visitor.inside_until_ms:
            visitor.done = True
            if visitor.buys_in_ms is not None:
                await self.gate.store.depart(CONCERT, visitor.name)
            return
        visitor.polls += 1
        if visitor.polls == visitor.gives_up_at:
            await self.gate.store.leave(CONCERT, visitor.name, visitor.number)
            visitor.done = True
            return
        if visitor.polls == visitor.away_from:
            visitor.next_ms = now_ms + visitor.away_ms
            return
        if visitor.number == 0 or self.random.random() < 0.1:  # arrives, or reconnects
            place = await self.gate.join(visitor.name)
            assert visitor.number in (0, place.number) or place.number > visitor.number
            visitor.number = place.number
        else:
            place = await self.gate.poll(visitor.name, visitor.number)
        if place.status == "admitted":
            visitor.inside_until_ms = place.deadline_ms
            visitor.next_ms = place.deadline_ms if visitor.buys_in_ms is None else now_ms + visitor.buys_in_ms
        elif place.status == "waiting":
            spread = self.random.uniform(1 - PACING.jitter, 1 + PACING.jitter)
            visitor.next_ms = now_ms + int(told(place).poll_after_ms * spread)
        else:
            visitor.done = True  # the turn came and went while the fan was away

    async def interfere(self) -> None:
        """The operator turns a knob."""
        random = self.random
        match random.randrange(6):
            case 0:
                await self.gate.change(limit=random.choice([1, 3, 10, 25]))
            case 1:
                await self.gate.change(admit_rate_per_s=random.choice([0, 0, 0.7, 2, 30]))
            case 2:
                await self.gate.change(phase="paused")
            case _:
                await self.gate.change(phase="open")

    async def run(self) -> None:
        end_ms = self.gate.clock.now_ms() + LONGEST_MS
        ticks = 0
        while self.gate.clock.now_ms() < end_ms and not all(v.done for v in self.visitors if v.away_ms < LONGEST_MS):
            order = [v for v in self.visitors if not v.done]
            self.random.shuffle(order)
            for visitor in order:
                await self.act(visitor)
            await self.gate.tick(TICK_MS)
            ticks += 1
            if ticks % 75 == 0 and ticks < 900:
                await self.interfere()
            if ticks == 900:
                await self.gate.change(phase="open", limit=25, admit_rate_per_s=0)
            self.most_inside = max(self.most_inside, (await self.gate.store.numbers(CONCERT)).inside)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3, 4])
async def test_a_seeded_crowd_keeps_the_limit_and_the_order(redis: RedisClient, clock: ManualClock, seed: int) -> None:
    gate = Gate(QueueStore(redis, clock=clock), clock)
    await gate.open(limit=10, session_ttl_s=15, presence_ttl_s=10)
    crowd = Crowd(gate, seed)
    await crowd.run()

    audit = await gate.audit()
    served = [v for v in crowd.visitors if v.inside_until_ms]
    stuck = [v for v in crowd.visitors if not v.done and v.away_ms < LONGEST_MS]

    assert audit.problems == [], f"seed {seed}"
    assert audit.complete
    assert stuck == [], f"seed {seed}"
    assert len(served) > FANS * 0.6, f"seed {seed}"
    assert audit.admitted >= len(served)
    assert audit.peak_inside >= crowd.most_inside
