import pytest

from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.kernel.ids import IdSource
from boxoffice.wallet.models import KnownKey, Wallet
from boxoffice.wallet.policy import Ledger
from boxoffice.wallet.repository import WalletRepository
from tests.rows import add_fans


def ledger_over(wallets: dict[str, Wallet], ids: IdSource) -> Ledger:
    return Ledger(wallets, currency="KRW", balance_max_minor=10_000, next_id=ids.next, now_ms=7)


async def post_charges(database: Database, ids: IdSource, amounts_minor: dict[str, int]) -> None:
    repository = WalletRepository()
    async with database.write() as session:
        wallets = await repository.lock_wallets(session, amounts_minor)
        ledger = ledger_over(wallets, ids)
        for user_id, amount_minor in amounts_minor.items():
            ledger.charge(user_id, amount_minor)
        await repository.post(session, ledger, wallets)
        await session.commit()


async def test_posting_makes_missing_wallets_and_changes_existing_ones(database: Database, ids: IdSource) -> None:
    ann, bob = await add_fans(database, 2)

    await post_charges(database, ids, {ann: 100})
    await post_charges(database, ids, {ann: 20, bob: 5})

    async with database.read() as session:
        assert await WalletRepository().wallet(session, ann) == Wallet(ann, "KRW", 120)
        assert await WalletRepository().wallet(session, bob) == Wallet(bob, "KRW", 5)


async def test_what_is_not_committed_leaves_nothing(database: Database, ids: IdSource) -> None:
    (ann,) = await add_fans(database, 1)
    repository = WalletRepository()
    async with database.write() as session:
        ledger = ledger_over({}, ids)
        ledger.charge(ann, 100)
        await repository.post(session, ledger, {})

    async with database.read() as session:
        assert await repository.wallet(session, ann) is None
        assert await repository.history(session, ann, None, 10) == []


async def test_history_is_newest_first_and_pages_by_cursor(database: Database, ids: IdSource) -> None:
    (ann,) = await add_fans(database, 1)
    for amount_minor in (1, 2, 3):
        await post_charges(database, ids, {ann: amount_minor})

    async with database.read() as session:
        first = await WalletRepository().history(session, ann, None, 2)
        rest = await WalletRepository().history(session, ann, first[-1].transfer_id, 2)

    assert [entry.amount_minor for entry in first] == [3, 2]
    assert [entry.amount_minor for entry in rest] == [1]


async def test_an_entry_is_found_by_its_owner_only(database: Database, ids: IdSource) -> None:
    ann, bob = await add_fans(database, 2)
    await post_charges(database, ids, {ann: 100})
    repository = WalletRepository()

    async with database.read() as session:
        (entry,) = await repository.history(session, ann, None, 1)

        assert await repository.entry(session, ann, entry.transfer_id) == entry
        assert await repository.entry(session, bob, entry.transfer_id) is None


async def test_keys_are_remembered_for_each_fan(database: Database, ids: IdSource) -> None:
    ann, bob = await add_fans(database, 2)
    repository = WalletRepository()
    known = KnownKey("hash", 201, "{}")
    async with database.write() as session:
        await repository.remember(session, {(ann, "k1"): known, (bob, "k2"): known}, now_ms=1)
        await session.commit()

    async with database.read() as session:
        found = await repository.known_keys(session, [(ann, "k1"), (ann, "k2"), (bob, "k1")])

    assert found == {(ann, "k1"): known}


async def test_a_key_written_by_somebody_else_first_is_a_conflict(database: Database) -> None:
    (ann,) = await add_fans(database, 1)
    repository = WalletRepository()
    known = KnownKey("hash", 201, "{}")
    async with database.write() as session:
        await repository.remember(session, {(ann, "k"): known}, now_ms=1)
        await session.commit()

    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await repository.remember(session, {(ann, "k"): known}, now_ms=1)


async def test_the_database_itself_refuses_a_negative_balance(database: Database, ids: IdSource) -> None:
    (ann,) = await add_fans(database, 1)
    repository = WalletRepository()

    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            ledger = ledger_over({ann: Wallet(ann, "KRW", 50)}, ids)
            ledger.pay(ann, "00000000-0000-7000-8000-00000000c001", 50)
            ledger._balances[ann] = -1
            await repository.post(session, ledger, {})


async def test_keys_before_a_moment_are_forgotten_in_bounded_steps_oldest_first(database: Database) -> None:
    (ann,) = await add_fans(database, 1)
    repository = WalletRepository()
    known = KnownKey("hash", 201, "{}")
    async with database.write() as session:
        for number in range(5):
            await repository.remember(session, {(ann, f"k{number}"): known}, now_ms=number)
        await session.commit()

    async with database.write() as session:
        steps = [await repository.forget(session, 4, 3) for _ in range(3)]
        left = await repository.known_keys(session, [(ann, f"k{number}") for number in range(5)])

    assert steps == [3, 1, 0]
    assert set(left) == {(ann, "k4")}
