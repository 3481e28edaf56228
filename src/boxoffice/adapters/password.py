"""Password hashing (argon2id) in a pool of threads, away from the event loop, with a bound on the time it waits."""

import asyncio
import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from boxoffice.kernel.errors import Overloaded

Answer = TypeVar("Answer")

_GUESS_S = 1e-6
"""What a pass over one KiB takes, until a hash has been measured: rather too much."""
_WEIGHT = 0.2
"""Of the latest hash in the running cost."""
_COME_BACK_S = (1, 2, 3)


class Passwords:
    """Hashes and checks passwords. What would wait for its turn longer than `wait_s` is refused with `Overloaded`.

    A hash takes a tenth of a second of a core and cannot be made cheaper by doing many at once. So a client waits
    little or not at all: it is refused at once when the hashes before it, at their measured cost, take longer than
    `wait_s`; and when its turn comes later than that all the same, or its call was cancelled, nothing is hashed. So
    the cores work for clients who still listen.

    `time_cost` (passes) and `memory_kib` are argon2's; the defaults of the settings follow RFC 9106's second
    recommendation.
    """

    def __init__(
        self,
        *,
        time_cost: int,
        memory_kib: int,
        wait_s: float,
        threads: int = 2,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._threads = threads
        self._wait_s = wait_s
        self._monotonic_s = monotonic_s
        self._waiting = 0
        self._cost_s = time_cost * memory_kib * _GUESS_S
        # In turn, so that those who are refused together do not come back together.
        self._come_back_s = itertools.cycle(_COME_BACK_S)
        # Checked when there is no such account, so that the answer takes as long as with one. No password has this
        # hash; making a real one would cost every start as much as a sign-in.
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={time_cost},p=1${'A' * 22}${'A' * 43}"

    async def hash(self, password: str) -> str:
        """An encoded hash of `password`. Raises `Overloaded` (with `retry_after_s`)."""
        return await self._in_pool(self._hasher.hash, password)

    async def matches(self, password: str, encoded: str | None) -> bool:
        """Whether `password` belongs to `encoded`; with None it takes as long and is False. Raises `Overloaded`."""

        def check(candidate: str) -> bool:
            try:
                self._hasher.verify(encoded or self._nobody, candidate)
            except (VerificationError, InvalidHashError):
                return False
            return encoded is not None

        return await self._in_pool(check, password)

    def refuse_if_busy(self) -> None:
        """Raise `Overloaded` (with `retry_after_s`) if one more would wait too long: before its caller does more."""
        before = self._waiting - self._threads + 1
        if before * self._cost_s / self._threads > self._wait_s:
            raise self._refusal()

    def close(self) -> None:
        """Let running calls end and take no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _in_pool(self, function: Callable[[str], Answer], password: str) -> Answer:
        self.refuse_if_busy()
        loop, since_s = asyncio.get_running_loop(), self._monotonic_s()
        self._waiting += 1
        try:
            # Whoever is cancelled while waiting is taken out of the queue with the future.
            answer, took_s = await loop.run_in_executor(self._pool, self._in_time, function, password, since_s)
        finally:
            self._waiting -= 1
        self._cost_s += (took_s - self._cost_s) * _WEIGHT
        return answer

    def _in_time(self, function: Callable[[str], Answer], password: str, since_s: float) -> tuple[Answer, float]:
        began_s = self._monotonic_s()
        if began_s - since_s > self._wait_s:
            raise self._refusal()
        answer = function(password)
        return answer, self._monotonic_s() - began_s

    def _refusal(self) -> Overloaded:
        return Overloaded(retry_after_s=next(self._come_back_s))
