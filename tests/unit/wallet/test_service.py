import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from boxoffice.adapters.database import CommitUnknown, Database, TransactionConflict
from boxoffice.adapters.fence import FencedOff, Fences
from boxoffice.adapters.lock import Held
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import IdempotencyKeyReused, InvalidRequest, NotFound, Unavailable
from boxoffice.kernel.ids import IdSource
from boxoffice.wallet.models import KnownKey, Wallet
from boxoffice.wallet.repository import WalletRepository
from boxoffice.wallet.service import Bank, WalletService
from tests.rows import add_fans
from tests.standins import StandInDatabase, StandInWallets

KEY_TTL_S = 86_400


def service_over(repository: Any, database: Any, clock: ManualClock, ids: IdSource) -> WalletService:
    bank = Bank(
        database=database,
        repository=repository,
        ids=ids,
        clock=clock,
        metrics=NullMetrics(),
        currency="KRW",
        balance_max_minor=1_000_000,
    )
    return WalletService(bank=bank, key_ttl_s=KEY_TTL_S)


async def test_a_fan_who_never_topped_up_has_an_empty_wallet(clock: ManualClock, ids: IdSource) -> None:
    service = service_over(StandInWallets(), StandInDatabase(), clock, ids)

    assert await service.wallet("ann") == Wallet("ann", "KRW", 0)


async def test_charges_that_wait_together_share_one_transaction(clock: ManualClock, ids: IdSource) -> None:
    repository, database = StandInWallets(), StandInDatabase()
    service = service_over(repository, database, clock, ids)

    answers = await asyncio.gather(*(service.charge("ann", 10, f"k{index}") for index in range(20)))

    assert repository.batches == [20]
    assert len(database.writes) == 1
    assert database.writes[0].committed
    assert [msgspec.json.decode(answer.body)["balance_minor"] for answer in answers] == list(range(10, 210, 10))


async def test_a_batch_with_nothing_new_commits_nothing(clock: ManualClock, ids: IdSource) -> None:
    repository, database = StandInWallets(), StandInDatabase()
    service = service_over(repository, database, clock, ids)
    first = await service.charge("ann", 10, "k")

    again = await service.charge("ann", 10, "k")

    assert again == (201, first.body, True)
    assert [session.committed for session in database.writes] == [True, False]


async def test_after_a_conflict_every_charge_still_happens_once(clock: ManualClock, ids: IdSource) -> None:
    repository = StandInWallets()
    repository.failures = [TransactionConflict("1213"), TransactionConflict("1062")]
    service = service_over(repository, StandInDatabase(), clock, ids)

    await asyncio.gather(*(service.charge("ann", 10, f"k{index}") for index in range(8)))

    assert repository.balances == {"ann": 80}
    assert sum(repository.batches) == 8


async def test_an_unknown_commit_is_resolved_by_its_key(clock: ManualClock, ids: IdSource) -> None:
    repository = StandInWallets()
    service = service_over(repository, StandInDatabase(), clock, ids)

    async def commit_then_lose_the_connection(
        _session: Any, keys: Mapping[tuple[str, str], KnownKey], _ms: int
    ) -> None:
        repository.known.update(keys)
        repository.remember = StandInWallets.remember.__get__(repository)  # type: ignore[method-assign]
        raise CommitUnknown

    repository.remember = commit_then_lose_the_connection  # type: ignore[method-assign]
    answer = await service.charge("ann", 10, "k")

    assert answer.replayed
    assert repository.balances == {"ann": 10}


async def test_a_database_that_always_conflicts_ends_in_unavailable(clock: ManualClock, ids: IdSource) -> None:
    repository = StandInWallets()
    repository.failures = [TransactionConflict("1213")] * 100
    service = service_over(repository, StandInDatabase(), clock, ids)

    with pytest.raises(Unavailable):
        await service.charge("ann", 10, "k")

    assert repository.balances == {}


async def test_somebody_elses_entry_is_not_found(clock: ManualClock, ids: IdSource) -> None:
    service = service_over(StandInWallets(), StandInDatabase(), clock, ids)

    with pytest.raises(NotFound):
        await service.entry("ann", ids.next())


async def test_closing_settles_what_waits(clock: ManualClock, ids: IdSource) -> None:
    repository = StandInWallets()
    service = service_over(repository, StandInDatabase(), clock, ids)
    waiting = asyncio.ensure_future(service.charge("ann", 10, "k"))
    await asyncio.sleep(0)

    await service.close()

    assert (await waiting).status == 201
    assert repository.balances == {"ann": 10}


async def test_the_same_key_twice_at_once_tops_up_once(database: Database, clock: ManualClock, ids: IdSource) -> None:
    (ann,) = await add_fans(database, 1)
    instances = [service_over(WalletRepository(), database, clock, ids) for _ in range(4)]

    answers = await asyncio.gather(*(instance.charge(ann, 10, "k") for instance in instances for _ in range(8)))

    assert len({answer.body for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert (await instances[0].wallet(ann)).balance_minor == 10


async def test_the_same_key_with_another_amount_is_refused_and_changes_nothing(
    database: Database, clock: ManualClock, ids: IdSource
) -> None:
    (ann,) = await add_fans(database, 1)
    service = service_over(WalletRepository(), database, clock, ids)
    await service.charge(ann, 10, "k")

    with pytest.raises(IdempotencyKeyReused):
        await service.charge(ann, 11, "k")

    assert (await service.wallet(ann)).balance_minor == 10


async def test_a_charge_past_the_most_a_wallet_may_hold_is_refused_among_others(
    database: Database, clock: ManualClock, ids: IdSource
) -> None:
    ann, bob = await add_fans(database, 2)
    service = service_over(WalletRepository(), database, clock, ids)

    refused, done = await asyncio.gather(
        service.charge(ann, 1_000_001, "k"), service.charge(bob, 1_000_000, "k"), return_exceptions=True
    )

    assert isinstance(refused, InvalidRequest)
    assert not isinstance(done, BaseException)
    assert (await service.wallet(ann)).balance_minor == 0
    assert (await service.wallet(bob)).balance_minor == 1_000_000


async def test_a_key_is_remembered_for_its_time_and_then_forgotten(
    database: Database, clock: ManualClock, ids: IdSource
) -> None:
    (ann,) = await add_fans(database, 1)
    service = service_over(WalletRepository(), database, clock, ids)
    fences = Fences(database)
    await fences.register("retention", 1)
    held = Held(fences, "retention", "me", 1, 0.0)
    for number in range(3):
        await service.charge(ann, 10, f"k{number}")
    clock.advance(KEY_TTL_S * 1000)
    in_time = await service.forget_old_keys(held)
    replayed = (await service.charge(ann, 10, "k0")).replayed
    clock.advance(1)

    assert (in_time, replayed) == (0, True)
    assert await service.forget_old_keys(held) == 3


async def test_a_holder_who_has_lost_the_lock_forgets_nothing(
    database: Database, clock: ManualClock, ids: IdSource
) -> None:
    (ann,) = await add_fans(database, 1)
    service = service_over(WalletRepository(), database, clock, ids)
    fences = Fences(database)
    await fences.register("retention", 2)
    await service.charge(ann, 10, "k")
    clock.advance(KEY_TTL_S * 1000 + 1)

    with pytest.raises(FencedOff):
        await service.forget_old_keys(Held(fences, "retention", "me", 1, 0.0))
    assert (await service.charge(ann, 10, "k")).replayed
