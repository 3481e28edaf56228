"""Attempts to sign in are counted before the password is looked at; one that nobody looked at is given back."""

from collections.abc import Iterable
from contextlib import suppress

from boxoffice.accounts import policy
from boxoffice.accounts.store import SessionStore
from boxoffice.kernel.errors import Overloaded, TooManyAttempts, Unavailable


class Attempts:
    """At most `most` failed ones for an account, a client's address and a window; 20 times as many for an account."""

    def __init__(self, sessions: SessionStore, *, most: int, window_ms: int) -> None:
        self._sessions = sessions
        self._most = most
        self._window_ms = window_ms

    async def count(self, address: str, client: str) -> list[str]:
        """The names of the counters. Raises `TooManyAttempts` (with `retry_after_s`), `Unavailable`."""
        counters = policy.attempt_counters(address, client, self._most)
        for name, most in counters.items():
            wait_ms = await self._sessions.attempt(name, most, self._window_ms)
            if wait_ms > 0:
                raise TooManyAttempts(retry_after_s=-(-wait_ms // 1000))
        return list(counters)

    async def forgive(self, names: Iterable[str]) -> None:
        """Forget them all: the password was right."""
        for name in names:
            await self._sessions.forgive(name)

    async def give_back(self, names: Iterable[str]) -> None:
        """Forget one: the service was too busy, and a fan who came back must not be shut out for that."""
        with suppress(Unavailable, Overloaded):  # the window ends by itself
            for name in names:
                await self._sessions.give_back(name)
