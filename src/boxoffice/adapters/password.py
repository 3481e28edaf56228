"""Password hashing (argon2id) in a bounded pool of threads, away from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from boxoffice.kernel.errors import Overloaded

Answer = TypeVar("Answer")


class Passwords:
    """Hashes and checks passwords. At most `max_waiting` calls wait; one more is refused with `Overloaded`.

    `time_cost` (passes) and `memory_kib` are argon2's; the defaults of the settings follow RFC 9106's second
    recommendation.
    """

    def __init__(self, *, time_cost: int, memory_kib: int, threads: int = 2, max_waiting: int = 2000) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._max_waiting = max_waiting
        self._waiting = 0
        # Checked when there is no such account, so that the answer takes as long as with one. No password has this
        # hash; making a real one would cost every start as much as a sign-in.
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={time_cost},p=1${'A' * 22}${'A' * 43}"

    async def hash(self, password: str) -> str:
        """An encoded hash of `password`."""
        return await self._in_pool(self._hasher.hash, password)

    async def matches(self, password: str, encoded: str | None) -> bool:
        """Whether `password` belongs to `encoded`; with None it takes as long and is False."""

        def check(candidate: str) -> bool:
            try:
                self._hasher.verify(encoded or self._nobody, candidate)
            except (VerificationError, InvalidHashError):
                return False
            return encoded is not None

        return await self._in_pool(check, password)

    def close(self) -> None:
        """Let running calls end and take no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _in_pool(self, function: Callable[[str], Answer], password: str) -> Answer:
        if self._waiting >= self._max_waiting:
            raise Overloaded
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function, password)
        finally:
            self._waiting -= 1
