"""Sessions in a real Valkey, on a clock that the test drives."""

import asyncio
from collections.abc import Sequence

import pytest

from boxoffice.accounts.models import Revocation, Session
from boxoffice.accounts.store import REVOKED, SessionStore
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock, SystemClock
from boxoffice.kernel.errors import Unavailable

DAY_MS = 86_400_000


@pytest.fixture
def store(redis: RedisClient, clock: ManualClock) -> SessionStore:
    return SessionStore(redis, clock=clock)


async def open_session(store: SessionStore, session_id: str, *, user: str = "u1", most: int = 5) -> list[str]:
    return await store.open(user, session_id, f"h of {session_id}".replace(" ", "-"), ttl_ms=DAY_MS, most=most)


async def test_a_session_is_known_to_its_account_until_it_is_forgotten(store: SessionStore) -> None:
    await open_session(store, "s1")
    known = [await store.knows("u1", "s1"), await store.knows("u2", "s1")]
    await store.forget("u1", ["s1"])

    assert known == [True, False]
    assert not await store.knows("u1", "s1")


async def test_a_secret_is_exchanged_once(store: SessionStore) -> None:
    await open_session(store, "s1")

    assert await store.rotate("u1", "s1", "h-of-s1", "h2", DAY_MS) == "rotated"
    assert await store.rotate("u1", "s1", "h2", "h3", DAY_MS) == "rotated"


async def test_a_secret_that_comes_again_ends_the_family(store: SessionStore) -> None:
    await open_session(store, "s1")
    await store.rotate("u1", "s1", "h-of-s1", "h2", DAY_MS)

    assert await store.rotate("u1", "s1", "h-of-s1", "h9", DAY_MS) == "reused"
    assert await store.rotate("u1", "s1", "h2", "h3", DAY_MS) == "reused"
    assert await store.listed("u1") == []


async def test_of_many_exchanges_at_once_one_succeeds(store: SessionStore) -> None:
    await open_session(store, "s1")

    outcomes = await asyncio.gather(
        *(store.rotate("u1", "s1", "h-of-s1", f"n{number}", DAY_MS) for number in range(50))
    )

    assert outcomes.count("rotated") == 1
    assert outcomes.count("reused") == 49


async def test_a_session_lapses_at_its_time_and_each_exchange_extends_it(
    store: SessionStore, clock: ManualClock
) -> None:
    await open_session(store, "s1")
    clock.advance(DAY_MS - 1)
    in_time = await store.rotate("u1", "s1", "h-of-s1", "h2", DAY_MS)
    clock.advance(DAY_MS)

    assert in_time == "rotated"
    assert await store.rotate("u1", "s1", "h2", "h3", DAY_MS) == "unknown"
    assert await store.listed("u1") == []


async def test_redis_itself_forgets_an_account_when_its_last_session_is_over(
    store: SessionStore, redis: RedisClient
) -> None:
    await open_session(store, "s1")
    await store.open("u1", "s2", "h", ttl_ms=1000, most=5)

    assert DAY_MS - 60_000 < await redis.command("PTTL", "sessions:{u1}") <= DAY_MS


async def test_live_sessions_are_listed_with_their_times(store: SessionStore, clock: ManualClock) -> None:
    began_ms = clock.now_ms()
    await open_session(store, "s1")
    await open_session(store, "s2")
    await open_session(store, "s3", user="u2")
    clock.advance(5)
    await store.rotate("u1", "s2", "h-of-s2", "h2", DAY_MS)

    assert sorted(await store.listed("u1")) == [
        Session("s1", began_ms, began_ms, began_ms + DAY_MS),
        Session("s2", began_ms, began_ms + 5, began_ms + 5 + DAY_MS),
    ]


async def test_one_session_too_many_ends_the_one_used_longest_ago(store: SessionStore, clock: ManualClock) -> None:
    for number in range(3):
        await open_session(store, f"s{number}", most=3)
        clock.advance(1)
    await store.rotate("u1", "s0", "h-of-s0", "h", DAY_MS)

    ended = await open_session(store, "s3", most=3)

    assert ended == ["s1"]
    assert {session.id for session in await store.listed("u1")} == {"s0", "s2", "s3"}


async def test_what_is_ended_or_lapsed_makes_room_before_what_is_live(store: SessionStore, clock: ManualClock) -> None:
    await open_session(store, "s0", most=3)
    await open_session(store, "s1", most=3)
    await open_session(store, "s2", most=3)
    await store.end("u1", ["s2"])
    first = await open_session(store, "s3", most=3)
    clock.advance(DAY_MS)
    second = await open_session(store, "s4", most=1)

    assert (first, second) == ([], [])


async def test_a_lowered_bound_ends_as_many_as_it_takes(store: SessionStore, clock: ManualClock) -> None:
    for number in range(5):
        await open_session(store, f"s{number}")
        clock.advance(1)

    assert await open_session(store, "s5", most=2) == ["s0", "s1", "s2", "s3"]


async def test_many_sign_ins_at_once_do_not_pass_the_bound(store: SessionStore) -> None:
    await asyncio.gather(*(open_session(store, f"s{number}") for number in range(40)))

    assert len(await store.listed("u1")) == 5


async def test_an_ended_session_has_no_good_secret_and_is_found_again_until_forgotten(store: SessionStore) -> None:
    await open_session(store, "s1")
    await open_session(store, "s2")
    once = await store.end("u1", ["s1", "nobody's"])
    listed = [session.id for session in await store.listed("u1")]
    again = await store.end("u1", ["s1"])
    outcome = await store.rotate("u1", "s1", "h-of-s1", "h2", DAY_MS)
    await store.forget("u1", ["s1"])

    assert (once, listed, again, outcome) == (["s1"], ["s2"], ["s1"], "reused")
    assert await store.end("u1", ["s1"]) == []


async def test_all_sessions_of_an_account_are_ended_and_no_others(store: SessionStore) -> None:
    await open_session(store, "s1")
    await open_session(store, "s2")
    await open_session(store, "s3", user="u2")

    assert sorted(await store.end("u1")) == ["s1", "s2"]
    assert await store.listed("u1") == []
    assert len(await store.listed("u2")) == 1


async def test_revocations_are_read_from_a_moment_on(store: SessionStore, clock: ManualClock) -> None:
    (first,) = await store.revoke(["s1"], 1000)
    clock.advance(500)
    (second,) = await store.revoke(["s2"], 1000)

    assert first == Revocation("s1", clock.now_ms() + 500)
    assert await store.revoked(0) == [first, second]
    assert await store.revoked(second.until_ms) == [second]


async def test_revocations_that_no_token_can_outlive_are_dropped(store: SessionStore, clock: ManualClock) -> None:
    await store.revoke(["s1"], 1000)
    clock.advance(1000)
    (second,) = await store.revoke(["s2"], 1000)

    assert await store.revoked(0) == [second]


async def test_more_revocations_than_a_page_holds_are_all_read(store: SessionStore, redis: RedisClient) -> None:
    words = [word for number in range(2500) for word in (5000 if number < 2100 else 5000 + number, f"s{number}")]
    await redis.command("ZADD", REVOKED, *words)

    assert len(await store.revoked(0)) == 2500


async def test_a_listener_hears_what_was_revoked_before_and_what_is_revoked_now(store: SessionStore) -> None:
    (before,) = await store.revoke(["s1"], 1000)
    batches: asyncio.Queue[Sequence[Revocation]] = asyncio.Queue()
    listening = asyncio.create_task(store.listen(batches.put_nowait))
    at_start = await asyncio.wait_for(batches.get(), 5)
    (now,) = await store.revoke(["s2"], 1000)
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


async def test_an_attempt_that_is_given_back_may_be_made_again_and_no_more_than_were_made(store: SessionStore) -> None:
    await store.give_back("a")  # of none
    await store.attempt("a", 2, 60_000)
    await store.attempt("a", 2, 60_000)
    await store.give_back("a")
    waits = [await store.attempt("a", 2, 60_000) for _ in range(2)]

    assert waits[0] == 0
    assert waits[1] > 0


async def test_without_a_clock_the_server_tells_the_time(redis: RedisClient) -> None:
    (until,) = await SessionStore(redis).revoke(["s1"], 60_000)

    assert abs(until.until_ms - 60_000 - SystemClock().now_ms()) < 30_000
