import asyncio
from hashlib import sha1

import pytest

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient, Script
from boxoffice.adapters.shared_script import SharedScript
from boxoffice.kernel.errors import Unavailable

# Counts its runs, and answers each caller with what it asked for and how many shared the run.
_TEXT = """
redis.call('INCR', KEYS[1])
local answers = {}
for at = 2, #ARGV do answers[#answers + 1] = {ARGV[at], #ARGV - 1, ARGV[1]} end
return answers
"""
ECHO = Script(_TEXT, sha1(_TEXT.encode(), usedforsecurity=False).hexdigest())


@pytest.fixture
def echo(redis: RedisClient) -> SharedScript:
    return SharedScript(redis, ECHO, name="echo", metrics=NullMetrics(), head=lambda: ("head",))


async def test_callers_of_one_moment_share_a_run_and_each_gets_its_own_answer(
    redis: RedisClient, echo: SharedScript
) -> None:
    answers = await asyncio.gather(*(echo.run(("{a}",), (f"w{number}",)) for number in range(100)))

    assert [[b"w%d" % number, 100, b"head"] for number in range(100)] == answers
    assert await redis.command("GET", "{a}") == b"1"


async def test_callers_of_other_keys_have_a_run_of_their_own(redis: RedisClient, echo: SharedScript) -> None:
    answers = await asyncio.gather(*(echo.run((key,), (key,)) for key in ("{a}", "{b}", "{a}", "{c}")))

    assert [answer[0] for answer in answers] == [b"{a}", b"{b}", b"{a}", b"{c}"]
    assert [await redis.command("GET", key) for key in ("{a}", "{b}", "{c}")] == [b"1", b"1", b"1"]


async def test_no_more_than_128_callers_share_a_run(redis: RedisClient, echo: SharedScript) -> None:
    answers = await asyncio.gather(*(echo.run(("{a}",), (number,)) for number in range(300)))

    assert {128, 44} == {answer[1] for answer in answers}
    assert await redis.command("GET", "{a}") == b"3"


async def test_when_the_server_does_not_answer_every_caller_hears_of_it() -> None:
    redis = RedisClient("redis://127.0.0.1:1/0", metrics=NullMetrics(), timeout_s=0.2)
    echo = SharedScript(redis, ECHO, name="echo", metrics=NullMetrics())

    outcomes = await asyncio.gather(*(echo.run((key,), (key,)) for key in ("{a}", "{b}")), return_exceptions=True)

    assert [Unavailable, Unavailable] == [type(outcome) for outcome in outcomes]
    await redis.close()
