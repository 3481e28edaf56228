import asyncio

import pytest

from boxoffice.adapters.database import Database
from boxoffice.adapters.fence import FencedOff, Fences, Registered, fences


@pytest.fixture
def gate(database: Database) -> Fences:
    return Fences(database)


async def write_under(database: Database, gate: Fences, number: int) -> None:
    async with database.write() as session:
        await gate.check(session, "retention", number)
        await session.commit()


async def test_only_a_higher_number_is_registered(gate: Fences) -> None:
    answers = [await gate.register("retention", number) for number in (5, 5, 4, 6)]

    assert answers == [Registered(True, 5), Registered(False, 5), Registered(False, 5), Registered(True, 6)]


async def test_the_newest_number_passes_and_any_other_does_not(database: Database, gate: Fences) -> None:
    await gate.register("retention", 5)
    await write_under(database, gate, 5)
    await write_under(database, gate, 5)
    await gate.register("retention", 6)
    await write_under(database, gate, 6)

    for number in (5, 7):
        with pytest.raises(FencedOff):
            await write_under(database, gate, number)


async def test_a_number_that_was_never_registered_does_not_pass(database: Database, gate: Fences) -> None:
    with pytest.raises(FencedOff):
        await write_under(database, gate, 1)


async def test_each_lock_has_a_fence_of_its_own(database: Database, gate: Fences) -> None:
    await gate.register("retention", 9)
    await gate.register("reconcile", 1)

    await write_under(database, gate, 9)


async def test_of_many_who_register_one_number_at_once_one_succeeds(gate: Fences) -> None:
    answers = await asyncio.gather(*(gate.register("retention", 3) for _ in range(20)))

    assert sum(answer.stands for answer in answers) == 1


async def test_what_was_guarded_is_rolled_back_with_the_refusal(database: Database, gate: Fences) -> None:
    await gate.register("retention", 2)
    with pytest.raises(FencedOff):
        async with database.write() as session:
            await session.execute(fences.insert(), {"name": "guarded", "token": 1, "writes": 0})
            await gate.check(session, "retention", 1)
            await session.commit()

    assert await gate.register("guarded", 1) == Registered(True, 1)
