"""Policies and epochs on SQLite."""

import pytest
from sqlalchemy import insert

from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.catalog.tables import concerts
from boxoffice.queue.models import StoredPolicy
from boxoffice.queue.repository import QueueRepository
from tests.queues import CONCERT, OPEN

OTHERS = [f"01890000-0000-7000-8000-00000000000{n}" for n in range(2, 6)]


@pytest.fixture
def repository() -> QueueRepository:
    return QueueRepository()


@pytest.fixture(autouse=True)
async def concert_rows(database: Database) -> None:
    async with database.write() as session:
        for concert_id in (CONCERT, *OTHERS):
            values = {"id": concert_id, "title": "t", "artist": "a", "description": "", "currency": "KRW"}
            await session.execute(insert(concerts), {**values, "sale_opens_ms": None, "created_ms": 0})
        await session.commit()


async def save(database: Database, repository: QueueRepository, stored: StoredPolicy) -> None:
    async with database.write() as session:
        await repository.insert_policy(session, stored)
        await session.commit()


async def test_a_policy_comes_back_as_it_was_stored(database: Database, repository: QueueRepository) -> None:
    stored = StoredPolicy(CONCERT, OPEN._replace(admit_rate_per_s=2.5), 17)
    await save(database, repository, stored)

    async with database.read() as session:
        found = await repository.policy(session, CONCERT)

    assert stored == found


async def test_a_concert_whose_policy_nobody_changed_has_none(database: Database, repository: QueueRepository) -> None:
    async with database.write() as session:
        assert await repository.policy_to_change(session, CONCERT) is None


async def test_an_update_replaces_every_part(database: Database, repository: QueueRepository) -> None:
    await save(database, repository, StoredPolicy(CONCERT, OPEN, 1))
    after = StoredPolicy(CONCERT, OPEN._replace(phase="paused", limit=9, session_ttl_s=61, presence_ttl_s=7), 2)
    async with database.write() as session:
        await repository.update_policy(session, after)
        await session.commit()

    async with database.write() as session:
        assert after == await repository.policy_to_change(session, CONCERT)


async def test_a_second_first_policy_is_a_conflict(database: Database, repository: QueueRepository) -> None:
    await save(database, repository, StoredPolicy(CONCERT, OPEN, 1))

    with pytest.raises(TransactionConflict):
        await save(database, repository, StoredPolicy(CONCERT, OPEN, 2))


async def test_sales_that_are_on_are_listed_first(database: Database, repository: QueueRepository) -> None:
    phases = ("closed", "open", "scheduled", "paused")
    for version, (concert_id, phase) in enumerate(zip(OTHERS, phases, strict=True)):
        await save(database, repository, StoredPolicy(concert_id, OPEN._replace(phase=phase), version))

    async with database.read() as session:
        listed = [stored.policy.phase for stored in await repository.policies(session)]

    assert listed == ["paused", "open", "scheduled", "closed"]


async def test_the_newest_epoch_counts(database: Database, repository: QueueRepository) -> None:
    async with database.write() as session:
        before = await repository.epoch(session, CONCERT)
        await repository.insert_epoch(session, CONCERT, 1, 5)
        await repository.insert_epoch(session, CONCERT, 2, 6)
        after = await repository.epoch(session, CONCERT)

    assert (before, after) == (0, 2)


async def test_an_epoch_begins_only_once(database: Database, repository: QueueRepository) -> None:
    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await repository.insert_epoch(session, CONCERT, 1, 5)
            await repository.insert_epoch(session, CONCERT, 1, 6)
