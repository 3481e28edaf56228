"""The use cases of the queue, with stand-in stores."""

import asyncio

import msgspec
import pytest

from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import BadQueueToken, NotFound, SaleClosed
from boxoffice.queue.models import PolicyChanges, QueueSnapshot
from tests.queues import CONCERT
from tests.unit.queue.parts import ANN, BOB, OPERATOR, OTHER, SECRET, TTL_S, Parts

# Tokens


async def test_the_token_of_a_join_speaks_for_the_place(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    await parts.service.current(CONCERT, joined.token)

    assert parts.store.asked[-1] == ("current", CONCERT, "ann", 7, 1)


async def test_a_queue_token_expires_by_the_clock_and_joining_again_gives_a_new_one(
    parts: Parts, clock: ManualClock
) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    clock.advance(TTL_S * 1000 - 1)
    before = await parts.service.current(CONCERT, joined.token)
    clock.advance(1)
    with pytest.raises(BadQueueToken):
        await parts.service.current(CONCERT, joined.token)
    again = await parts.service.join(ANN, CONCERT, joined.token)
    after = await parts.service.current(CONCERT, again.token)

    assert before.number == after.number


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "nonsense",
        "a.b.c",
        Tokens("x" * 32, kind="queue", clock=ManualClock()).sign(
            {"sub": "ann", "con": CONCERT, "num": 1, "epo": 1}, expires_ms=1_700_000_900_000
        ),
        Tokens(SECRET, kind="access", clock=ManualClock()).sign(
            {"sub": "ann", "con": CONCERT, "num": 1, "epo": 1}, expires_ms=1_700_000_900_000
        ),
        Tokens(SECRET, kind="queue", clock=ManualClock()).sign({"sub": "ann"}, expires_ms=1_700_000_900_000),
        Tokens(SECRET, kind="queue", clock=ManualClock()).sign(
            {"sub": "ann", "con": CONCERT, "num": "many", "epo": 1}, expires_ms=1_700_000_900_000
        ),
    ],
)
async def test_a_forged_token_is_refused(parts: Parts, forged: str) -> None:
    for ask in (parts.service.current(CONCERT, forged), parts.service.leave(CONCERT, forged)):
        with pytest.raises(BadQueueToken):
            await ask


async def test_a_token_of_another_concert_is_refused(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)

    with pytest.raises(BadQueueToken):
        await parts.service.current(OTHER, joined.token)


async def test_a_token_of_another_fan_is_refused(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)

    with pytest.raises(BadQueueToken):
        await parts.service.current(CONCERT, joined.token, BOB)


async def test_a_place_that_redis_lost_asks_for_a_new_join(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    parts.store.place = None

    with pytest.raises(BadQueueToken, match="Join again"):
        await parts.service.current(CONCERT, joined.token)


# Joining


async def test_joining_a_sale_that_is_not_on_is_refused(parts: Parts) -> None:
    parts.store.place = None

    with pytest.raises(SaleClosed):
        await parts.service.join(ANN, CONCERT)


async def test_a_presented_token_hands_its_number_to_the_store(parts: Parts) -> None:
    joined = await parts.service.join(ANN, CONCERT)
    await parts.service.join(ANN, CONCERT, joined.token)

    assert parts.store.asked[-1] == ("join", CONCERT, "ann", 7)


@pytest.mark.parametrize("whose", ["forged", "foreign"])
async def test_a_bad_presented_token_is_no_obstacle_and_no_help(parts: Parts, whose: str) -> None:
    presented = "forged" if whose == "forged" else (await parts.service.join(BOB, CONCERT)).token
    await parts.service.join(ANN, CONCERT, presented)

    assert parts.store.asked[-1] == ("join", CONCERT, "ann", 0)


async def test_an_unknown_concert_is_not_found(parts: Parts) -> None:
    nowhere = "01890000-0000-7000-8000-00000000ffff"
    for ask in (
        parts.service.join(ANN, nowhere),
        parts.service.snapshot(nowhere),
        parts.service.policy(nowhere),
        parts.service.change_policy(OPERATOR, nowhere, PolicyChanges(limit=2)),
    ):
        with pytest.raises(NotFound):
            await ask
    assert nowhere not in parts.repository.stored


# Snapshot


async def test_many_who_ask_at_once_share_one_snapshot(parts: Parts) -> None:
    snapshots = await asyncio.gather(*(parts.service.snapshot(CONCERT) for _ in range(100)))

    assert [call[0] for call in parts.store.asked] == ["numbers"]
    assert len({id(snapshot) for snapshot in snapshots}) == 1


async def test_a_snapshot_says_what_everybody_may_see(parts: Parts) -> None:
    body = (await parts.service.snapshot(CONCERT)).body

    shown = msgspec.json.decode(body, type=QueueSnapshot)
    assert (shown.concert_id, shown.serving, shown.calling, shown.last) == (CONCERT, 3, 5, 9)
    assert (shown.waiting, shown.admitted, shown.limit, shown.rate_per_s) == (6, 3, 500, 0.25)


async def test_a_snapshot_is_made_anew_when_it_is_old(parts: Parts, clock: ManualClock) -> None:
    await parts.service.snapshot(CONCERT)
    clock.advance(499)
    await parts.service.snapshot(CONCERT)
    young = len(parts.store.asked)
    clock.advance(1)
    await parts.service.snapshot(CONCERT)

    assert (young, len(parts.store.asked)) == (1, 2)


# The rest


async def test_the_log_is_handed_on_page_by_page(parts: Parts) -> None:
    events = [event async for event in parts.service.log(CONCERT)]

    assert events == parts.store.events


async def test_a_departure_reaches_the_store(parts: Parts) -> None:
    assert await parts.service.depart(CONCERT, "ann")
    assert parts.store.asked == [("depart", CONCERT, "ann")]
