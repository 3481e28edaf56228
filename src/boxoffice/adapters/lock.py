"""A distributed lock in Redis: for work that is better done by one, never for what has to be right.

Redis says who may try. That two holders never both write is the fence's promise: see `boxoffice.adapters.fence`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from boxoffice.adapters.database import WriteSession
from boxoffice.adapters.fence import Fences
from boxoffice.adapters.redis import RedisClient, load_script
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BoxofficeError, Unavailable

_PACKAGE = "boxoffice.adapters"
_ACQUIRE = load_script(_PACKAGE, "acquire")
_RENEW = load_script(_PACKAGE, "renew")
_RELEASE = load_script(_PACKAGE, "release")

_NUMBERS_MAX = 8
_RENEWALS_A_LIFE = 3


class Held:
    """A lock that one has, under a fencing number. `lost` is set once it may be somebody else's."""

    def __init__(self, fences: Fences, name: str, owner: str, number: int, sure_until_s: float) -> None:
        self._fences = fences
        self.name = name
        self.owner = owner
        self.number = number
        self.sure_until_s = sure_until_s  # on the event loop's clock, which no operator can set
        self.lost = asyncio.Event()

    async def check(self, session: WriteSession) -> None:
        """Let this transaction through the fence. Raises `FencedOff` when somebody has taken the lock since."""
        await self._fences.check(session, self.name, self.number)


class Locks:
    """Takes locks by name, renews them while they are used, and gives them back.

    A lock whose holder dies is free `ttl_ms` after its last renewal. A waiter is woken by a message and looks every
    `poll_s` in any case, so a lost message delays it by so much at most. There is no order among waiters.
    """

    def __init__(
        self,
        redis: RedisClient,
        fences: Fences,
        *,
        owner: Callable[[], str],
        clock: Clock | None = None,
        ttl_ms: int = 10_000,
        poll_s: float = 1.0,
    ) -> None:
        self._redis = redis
        self._fences = fences
        self._owner = owner
        self._clock = clock
        self._ttl_ms = ttl_ms
        self._poll_s = poll_s

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[Held]:
        """Wait until the lock is ours (bound it with `asyncio.timeout`); give it back at the end.

        Raises `Unavailable` when Redis or the database does not answer.
        """
        owner = self._owner()
        try:
            held, _ = await self._attempt(name, owner)
            held = held or await self._wait(name, owner)
        except BaseException:
            await self._give_back(name, owner)  # the answer may have been lost, not the lock
            raise
        renewing = asyncio.get_running_loop().create_task(self._keep(held), name=f"lock {name}")
        try:
            yield held
        finally:
            renewing.cancel()
            await self._give_back(name, owner)

    async def _attempt(self, name: str, owner: str) -> tuple[Held | None, float]:
        """The lock, or None and the seconds until it can lapse."""
        seen = 0
        for _ in range(_NUMBERS_MAX):
            asked_s = asyncio.get_running_loop().time()
            word, value = await self._redis.run(
                _ACQUIRE, [_key(name), f"{_key(name)}:number"], [self._now_ms(), owner, self._ttl_ms, seen]
            )
            if word == b"held":
                return None, int(value) / 1000
            registered = await self._fences.register(name, int(value))
            if registered.stands:
                return Held(self._fences, name, owner, int(value), asked_s + self._ttl_ms / 1000), 0.0
            seen = registered.newest  # Redis has lost its numbers, and goes on from those of the database
        raise Unavailable("The lock's number could not be registered. Try again shortly.")

    async def _wait(self, name: str, owner: str) -> Held:
        bell = _Bell(self._redis, _key(name))
        try:
            while True:
                # Listening first: a release between looking and listening would be slept through.
                await bell.listen()
                held, lapses_s = await self._attempt(name, owner)
                if held is not None:
                    return held
                await bell.rung(min(self._poll_s, lapses_s))
        finally:
            await bell.close()

    async def _keep(self, held: Held) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._ttl_ms / 1000 / _RENEWALS_A_LIFE)
            asked_s = loop.time()
            with suppress(BoxofficeError):  # Redis is away: there is time until the lock lapses
                word = await self._redis.run(_RENEW, [_key(held.name)], [self._now_ms(), held.owner, self._ttl_ms])
                if word != b"renewed":
                    break
                held.sure_until_s = asked_s + self._ttl_ms / 1000
            if loop.time() >= held.sure_until_s:
                break
        held.lost.set()

    async def _give_back(self, name: str, owner: str) -> None:
        with suppress(BoxofficeError):  # it lapses by itself
            await self._redis.run(_RELEASE, [_key(name)], [owner, _key(name)])

    def _now_ms(self) -> int:
        return self._clock.now_ms() if self._clock else 0


class _Bell:
    """Hears that a lock was given back. Without Pub/Sub it is silent, and the waiter's own looking has to do."""

    def __init__(self, redis: RedisClient, channel: str) -> None:
        self._redis = redis
        self._channel = channel
        self._listening: PubSub | None = None

    async def listen(self) -> None:
        """Return once the server has us on its list."""
        if self._listening is not None:
            return
        listening = self._redis.subscribe()
        try:
            await listening.subscribe(self._channel)
            await listening.get_message(timeout=1.0)  # the confirmation
            self._listening = listening
        except (RedisError, OSError):
            await _hang_up(listening)

    async def rung(self, timeout_s: float) -> None:
        """Return when it rings, or after `timeout_s`."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + timeout_s
        try:
            if self._listening is not None:
                await self._listening.get_message(timeout=timeout_s)
                return
        except (RedisError, OSError):
            await self.close()
        await asyncio.sleep(max(0.0, until_s - loop.time()))

    async def close(self) -> None:
        """Hear no more."""
        listening, self._listening = self._listening, None
        if listening is not None:
            await _hang_up(listening)


async def _hang_up(listening: PubSub) -> None:
    with suppress(RedisError, OSError):
        await listening.aclose()  # type: ignore[no-untyped-call]


def _key(name: str) -> str:
    """The key of the lock, and the channel on which its release is told."""
    return f"lock:{{{name}}}"
