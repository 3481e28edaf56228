"""Accounts over real SQLite and real Valkey, as two instances that share them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from boxoffice.accounts.jobs import RevocationListener
from boxoffice.accounts.models import User
from boxoffice.accounts.repository import AccountRepository
from boxoffice.accounts.service import AccountService
from boxoffice.accounts.store import SessionStore
from boxoffice.accounts.tables import users
from boxoffice.adapters.database import Database
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.password import Passwords
from boxoffice.adapters.redis import RedisClient
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import BadCredentials, EmailTaken, TooManyAttempts, Unauthorized
from boxoffice.kernel.ids import IdSource

PASSWORD = "correct horse"


@pytest.fixture
async def instances(
    database: Database, redis: RedisClient, clock: ManualClock, metrics: NullMetrics
) -> AsyncIterator[list[AccountService]]:
    passwords = Passwords(time_cost=1, memory_kib=8)
    yield [
        AccountService(
            database=database,
            repository=AccountRepository(),
            sessions=SessionStore(redis, clock=clock),
            passwords=passwords,
            tokens=Tokens("a secret of at least thirty-two characters", kind="access", clock=clock),
            ids=IdSource(clock),
            clock=clock,
            metrics=metrics,
            access_token_ttl_s=900,
            refresh_token_ttl_s=86_400,
            login_attempts=3,
            login_window_s=60,
        )
        for _ in range(2)
    ]
    passwords.close()


async def test_of_two_hundred_sign_ups_at_once_on_two_instances_one_gets_the_address(
    instances: list[AccountService], database: Database
) -> None:
    answers = await asyncio.gather(
        *(instances[number % 2].sign_up("fan@example.com", PASSWORD, "A") for number in range(200)),
        return_exceptions=True,
    )

    async with database.read() as session:
        stored = await session.scalar(select(func.count()).select_from(users))
    assert stored == 1
    assert sum(isinstance(answer, User) for answer in answers) == 1
    assert sum(isinstance(answer, EmailTaken) for answer in answers) == 199


async def test_different_fans_sign_up_at_once_and_all_may_sign_in(instances: list[AccountService]) -> None:
    emails = [f"fan{number}@example.com" for number in range(60)]
    made = await asyncio.gather(*(instances[0].sign_up(email, PASSWORD, "A") for email in emails))
    signed_in = await asyncio.gather(*(instances[1].sign_in(email, PASSWORD) for email in emails))

    assert [one.user for one in signed_in] == made


async def test_one_instance_hears_at_once_of_a_sign_out_on_the_other(instances: list[AccountService]) -> None:
    here, there = instances
    await here.sign_up("fan@example.com", PASSWORD, "A")
    token = (await here.sign_in("fan@example.com", PASSWORD)).access_token
    heard, told = there.heard, asyncio.Event()

    def hear(revocations: object) -> None:
        heard(revocations)  # type: ignore[arg-type]
        told.set()

    there.heard = hear  # type: ignore[method-assign]
    listening = asyncio.create_task(there.listen())
    await asyncio.wait_for(told.wait(), 5)  # what was revoked before: the subscription stands
    told.clear()
    before = there.verify(token)
    await here.sign_out(here.verify(token))
    await asyncio.wait_for(told.wait(), 5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert before.user_id
    with pytest.raises(Unauthorized):
        there.verify(token)


async def test_an_instance_that_starts_knows_what_was_revoked_before(
    instances: list[AccountService], metrics: NullMetrics
) -> None:
    here, there = instances
    await here.sign_up("fan@example.com", PASSWORD, "A")
    token = (await here.sign_in("fan@example.com", PASSWORD)).access_token
    await here.sign_out(here.verify(token))
    listener = RevocationListener(there, metrics=metrics)
    await listener.start()

    with pytest.raises(Unauthorized):
        there.verify(token)
    await listener.close()


async def test_an_instance_starts_without_redis(database: Database, instances: list[AccountService]) -> None:
    class Gone(AccountService):
        async def catch_up(self) -> None:
            await RedisClient("redis://127.0.0.1:1/0", metrics=NullMetrics()).ping()

    there = instances[0]
    there.catch_up = Gone.catch_up.__get__(there)  # type: ignore[method-assign]
    listener = RevocationListener(there, metrics=NullMetrics())
    await asyncio.wait_for(listener.start(), 5)
    await asyncio.wait_for(listener.close(), 5)


async def test_a_stolen_refresh_token_ends_the_session_on_every_instance(instances: list[AccountService]) -> None:
    here, there = instances
    await here.sign_up("fan@example.com", PASSWORD, "A")
    first = await here.sign_in("fan@example.com", PASSWORD)
    second = await there.refresh(first.refresh_token)
    with pytest.raises(Unauthorized):
        await here.refresh(first.refresh_token)
    await there.catch_up()

    for instance in instances:
        with pytest.raises(Unauthorized):
            instance.verify(second.access_token)
        with pytest.raises(Unauthorized):
            await instance.refresh(second.refresh_token)


async def test_guesses_made_at_once_on_two_instances_do_not_pass_the_limit(instances: list[AccountService]) -> None:
    await instances[0].sign_up("fan@example.com", PASSWORD, "A")
    answers = await asyncio.gather(
        *(instances[number % 2].sign_in("fan@example.com", f"guess {number}") for number in range(40)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, BadCredentials) for answer in answers) == 3
    assert sum(isinstance(answer, TooManyAttempts) for answer in answers) == 37
