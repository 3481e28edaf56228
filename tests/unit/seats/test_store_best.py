"""Best available against a reference by brute force."""

import asyncio
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from tests.unit.seats.house import House, best_by_hand, performance_of_rows, runs_of


async def test_the_best_seats_are_the_middle_of_the_best_row(house: House) -> None:
    _, first = await house.best("ada", 2)
    _, second = await house.best("ada", 2)
    _, third = await house.best("bob", 4)

    assert [first.seats, second.seats, third.seats] == [(4, 5), (2, 3), (6, 7, 8, 9)]
    assert {2, 3, 4, 5, 6, 7, 8, 9} == await house.taken()


async def test_a_tier_keeps_the_choice_to_its_own_rows(house: House) -> None:
    _, outcome = await house.best("ada", 2, tier=1)

    assert outcome.seats == (14, 15)


async def test_no_adjacent_seats_left_holds_nothing(house: House) -> None:
    await house.admit("eve")
    await house.hold("eve", *range(1, 10, 2), limit=5)

    _, outcome = await house.best("ada", 2, tier=0)

    assert (outcome.outcome, outcome.seats) == ("none", ())
    assert await house.count_of("ada") == 0


async def test_seats_that_come_free_are_found_again(house: House) -> None:
    await house.admit("eve")
    hold_id, _ = await house.hold("eve", *range(10), limit=10)
    _, full = await house.best("ada", 2, tier=0)
    await house.store.release(house.keys, hold_id, "eve")
    _, free = await house.best("ada", 2, tier=0)

    assert full.outcome == "none"
    assert free.seats == (4, 5)


async def test_a_tier_without_seats_has_none(redis: RedisClient, clock: ManualClock) -> None:
    house = House(redis, clock, performance_of_rows(rows=(5,), tier_of_row=(1,)))
    await house.open()
    await house.admit("ada")

    _, outcome = await house.best("ada", 1, tier=0)

    assert outcome.outcome == "none"


async def test_a_row_longer_than_a_run_may_be_is_sold_in_pieces(redis: RedisClient, clock: ManualClock) -> None:
    house = House(redis, clock, performance_of_rows(rows=(1200,), tier_of_row=(0,)))
    await house.open()
    await house.admit("ada")

    _, outcome = await house.best("ada", 4)

    # The middle of the row is seat 599.5, and no cut (at 512 and 1024) is near.
    assert outcome.seats == (598, 599, 600, 601)


plans = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 1)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=plans, seed=st.integers(0, 2**32), share=st.floats(0, 1), skew=st.integers(-3, 12))
def test_best_available_is_what_brute_force_finds_and_never_a_seat_twice(
    valkey_url: str, rows: list[tuple[int, int]], seed: int, share: float, skew: int
) -> None:
    async def scenario() -> None:
        random = Random(seed)
        lengths, tiers = [length for length, _ in rows], [tier for _, tier in rows]
        runs = tuple(
            tuple((start, length, skew + random.choice([0, 0.5])) for start, length, _ in random.sample(of, len(of)))
            for of in runs_of(lengths, tiers)
        )
        performance = performance_of_rows(lengths, tiers, runs)
        client = RedisClient(valkey_url, metrics=NullMetrics())
        await client.command("FLUSHALL")
        house = House(client, ManualClock(), performance)
        sold = [no for no in range(performance.seat_count) if random.random() < share]
        await house.open([(no, "eve") for no in sold])
        await house.admit("ada")
        taken = set(sold)
        held = []
        for _ in range(25):
            count, tier = random.randint(1, 6), random.choice([None, 0, 1])
            hold_id, outcome = await house.best("ada", count, tier, limit=10_000)
            expected = best_by_hand(performance, taken, count, tier)
            assert expected == outcome.seats
            assert not taken.intersection(outcome.seats)
            if outcome.seats:
                taken.update(outcome.seats)
                held.append((hold_id, outcome.seats))
            if held and random.random() < 0.3:
                released, seats = held.pop(random.randrange(len(held)))
                await house.store.release(house.keys, released, "ada")
                taken.difference_update(seats)
        assert taken == await house.taken()
        await client.close()

    asyncio.run(scenario())
