"""A holder of a lock in a process of its own: says when it has it, and writes when told to.

Usage: python -m tests.concurrency.lock_holder DATABASE_URL REDIS_URL TTL_MS
"""

import asyncio
import sys

from boxoffice.adapters.database import Database
from boxoffice.adapters.fence import FencedOff, Fences
from boxoffice.adapters.lock import Locks
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.redis import RedisClient
from tests.concurrency.guarded import write


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def main(database_url: str, redis_url: str, ttl_ms: str) -> None:
    database = Database(database_url, metrics=NullMetrics())
    redis = RedisClient(redis_url, metrics=NullMetrics())
    locks = Locks(redis, Fences(database), owner=lambda: "the paused one", ttl_ms=int(ttl_ms))
    async with locks.hold("retention") as held:
        say(f"held {held.number}")
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                await write(database, held, line.strip())
                say("written")
            except FencedOff:
                say("fenced off")
    await redis.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
