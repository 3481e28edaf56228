"""Sessions in a real Valkey, on a clock that the test drives."""

import asyncio
from collections.abc import Sequence

import pytest

from boxoffice.accounts.models import Revocation
from boxoffice.accounts.store import REVOKED, SessionStore
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock, SystemClock
from boxoffice.kernel.errors import Unavailable

DAY_MS = 86_400_000


@pytest.fixture
def store(redis: RedisClient, clock: ManualClock) -> SessionStore:
    return SessionStore(redis, clock=clock)


async def test_a_session_knows_its_user_until_it_ends(store: SessionStore) -> None:
    await store.open("s1", "u1", "h1", DAY_MS)
    known = await store.user_of("s1")
    await store.end("s1")

    assert known == "u1"
    assert await store.user_of("s1") is None


async def test_a_secret_is_exchanged_once(store: SessionStore) -> None:
    await store.open("s1", "u1", "h1", DAY_MS)

    assert await store.rotate("s1", "h1", "h2", DAY_MS) == "rotated"
    assert await store.rotate("s1", "h2", "h3", DAY_MS) == "rotated"


async def test_a_secret_that_comes_again_ends_the_family(store: SessionStore) -> None:
    await store.open("s1", "u1", "h1", DAY_MS)
    await store.rotate("s1", "h1", "h2", DAY_MS)

    assert await store.rotate("s1", "h1", "h9", DAY_MS) == "reused"
    assert await store.rotate("s1", "h2", "h3", DAY_MS) == "reused"


async def test_of_many_exchanges_at_once_one_succeeds(store: SessionStore) -> None:
    await store.open("s1", "u1", "h1", DAY_MS)

    outcomes = await asyncio.gather(*(store.rotate("s1", "h1", f"n{number}", DAY_MS) for number in range(50)))

    assert outcomes.count("rotated") == 1
    assert outcomes.count("reused") == 49


async def test_a_session_lapses_at_its_time_and_each_exchange_extends_it(
    store: SessionStore, clock: ManualClock
) -> None:
    await store.open("s1", "u1", "h1", DAY_MS)
    clock.advance(DAY_MS - 1)
    in_time = await store.rotate("s1", "h1", "h2", DAY_MS)
    clock.advance(DAY_MS)

    assert in_time == "rotated"
    assert await store.rotate("s1", "h2", "h3", DAY_MS) == "unknown"


async def test_redis_itself_forgets_a_session(store: SessionStore, redis: RedisClient) -> None:
    await store.open("s1", "u1", "h1", DAY_MS)

    assert 0 < await redis.command("PTTL", "session:{s1}") <= DAY_MS


async def test_revocations_are_read_from_a_moment_on(store: SessionStore, clock: ManualClock) -> None:
    first = await store.revoke("s1", 1000)
    clock.advance(500)
    second = await store.revoke("s2", 1000)

    assert first == Revocation("s1", clock.now_ms() + 500)
    assert await store.revoked(0) == [first, second]
    assert await store.revoked(second.until_ms) == [second]


async def test_revocations_that_no_token_can_outlive_are_dropped(store: SessionStore, clock: ManualClock) -> None:
    await store.revoke("s1", 1000)
    clock.advance(1000)
    second = await store.revoke("s2", 1000)

    assert await store.revoked(0) == [second]


async def test_more_revocations_than_a_page_holds_are_all_read(store: SessionStore, redis: RedisClient) -> None:
    words = [word for number in range(2500) for word in (5000 if number < 2100 else 5000 + number, f"s{number}")]
    await redis.command("ZADD", REVOKED, *words)

    assert len(await store.revoked(0)) == 2500


async def test_a_listener_hears_what_was_revoked_before_and_what_is_revoked_now(store: SessionStore) -> None:
    before = await store.revoke("s1", 1000)
    batches: asyncio.Queue[Sequence[Revocation]] = asyncio.Queue()
    listening = asyncio.create_task(store.listen(batches.put_nowait))
    at_start = await asyncio.wait_for(batches.get(), 5)
    now = await store.revoke("s2", 1000)
    async with asyncio.timeout(5):
        # On a Cluster's bus, what an earlier test published may still be on its way.
        while now not in (message := await batches.get()):
            pass
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert list(at_start) == [before]
    assert list(message) == [now]


async def test_a_listener_without_a_server_says_so() -> None:
    client = RedisClient("redis://127.0.0.1:1/0", metrics=NullMetrics())
    with pytest.raises(Unavailable):
        await SessionStore(client).listen(lambda _: None)
    await client.close()


async def test_attempts_are_counted_up_to_the_limit_of_a_window(store: SessionStore, clock: ManualClock) -> None:
    waits = [await store.attempt("a", 3, 60_000) for _ in range(3)]
    clock.advance(10_000)
    refused = await store.attempt("a", 3, 60_000)
    clock.advance(50_000)
    afterwards = await store.attempt("a", 3, 60_000)

    assert waits == [0, 0, 0]
    assert refused == 50_000
    assert afterwards == 0


async def test_attempts_made_at_once_do_not_pass_the_limit(store: SessionStore) -> None:
    waits = await asyncio.gather(*(store.attempt("a", 3, 60_000) for _ in range(40)))

    assert waits.count(0) == 3


async def test_forgiven_attempts_count_no_more_and_other_accounts_never_did(store: SessionStore) -> None:
    await store.attempt("a", 1, 60_000)
    other = await store.attempt("b", 1, 60_000)
    await store.forgive("a")

    assert other == 0
    assert await store.attempt("a", 1, 60_000) == 0


async def test_without_a_clock_the_server_tells_the_time(redis: RedisClient) -> None:
    until = await SessionStore(redis).revoke("s1", 60_000)

    assert abs(until.until_ms - 60_000 - SystemClock().now_ms()) < 30_000
