"""Accounts in a real SQLite file."""

import pytest
from sqlalchemy import select

from boxoffice.accounts.models import Credentials, User
from boxoffice.accounts.repository import AccountRepository
from boxoffice.accounts.tables import audit_log
from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.kernel.ids import IdSource

repository = AccountRepository()


def account(ids: IdSource, email: str) -> Credentials:
    return Credentials(User(ids.next(), email, "김민지", "fan", 1_700_000_000_000), "$argon2id$...")


async def test_what_is_stored_is_found_by_address_and_by_id(database: Database, ids: IdSource) -> None:
    stored = account(ids, "a@example.com")
    async with database.write() as session:
        await repository.add(session, [stored])
        await session.commit()

    async with database.read() as session:
        assert await repository.credentials(session, ["a@example.com"]) == {"a@example.com": stored}
        assert await repository.user(session, stored.user.id) == stored.user


async def test_what_is_unknown_is_none(database: Database, ids: IdSource) -> None:
    async with database.read() as session:
        assert await repository.credentials(session, ["a@example.com"]) == {}
        assert await repository.user(session, ids.next()) is None
        assert await repository.owners(session, ["a@example.com"]) == {}


async def test_owners_tells_whose_each_address_is(database: Database, ids: IdSource) -> None:
    first, second = account(ids, "a@example.com"), account(ids, "b@example.com")
    async with database.write() as session:
        await repository.add(session, [first, second])
        owners = await repository.owners(session, ["b@example.com", "c@example.com", "b@example.com"])

    assert owners == {"b@example.com": second.user.id}


async def test_one_address_twice_is_a_conflict_and_nothing_is_stored(database: Database, ids: IdSource) -> None:
    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await repository.add(session, [account(ids, "a@example.com"), account(ids, "a@example.com")])
            await session.commit()

    async with database.read() as session:
        assert await repository.credentials(session, ["a@example.com"]) == {}


async def test_the_audit_log_keeps_who_did_what(database: Database, ids: IdSource) -> None:
    entry_id, actor_id, subject = ids.next(), ids.next(), ids.next()
    async with database.write() as session:
        await repository.record(
            session,
            entry_id=entry_id,
            at_ms=7,
            actor_id=actor_id,
            action="queue.policy",
            subject=subject,
            details='{"limit":5}',
        )
        await session.commit()

    async with database.read() as session:
        rows = await session.all(select(audit_log))
    assert [tuple(row) for row in rows] == [(entry_id, 7, actor_id, "queue.policy", subject, '{"limit":5}')]
