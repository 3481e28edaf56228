"""Sessions, revocations and attempts to sign in, in Redis. One method, one script; one slot for each call."""

from collections.abc import Callable, Sequence

from redis.exceptions import RedisError

from boxoffice.accounts.models import Revocation
from boxoffice.adapters.redis import RedisClient, load_script
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import Unavailable

REVOKED = "sessions:revoked"
"""Both the ZSET and the Pub/Sub channel."""

_PACKAGE = "boxoffice.accounts"
_PAGE = 1000
_LISTEN_S = 1.0


class SessionStore:
    """Sessions in Redis; without a `clock` the server's own decides what has lapsed."""

    def __init__(self, redis: RedisClient, *, clock: Clock | None = None) -> None:
        self._redis = redis
        self._clock = clock
        self._open = load_script(_PACKAGE, "open")
        self._rotate = load_script(_PACKAGE, "rotate")
        self._revoke = load_script(_PACKAGE, "revoke")
        self._attempt = load_script(_PACKAGE, "attempt")

    async def open(self, session_id: str, user_id: str, secret_hash: str, ttl_ms: int) -> None:
        """Remember a session for `ttl_ms`."""
        await self._redis.run(self._open, [_session(session_id)], [self._now_ms(), user_id, secret_hash, ttl_ms])

    async def user_of(self, session_id: str) -> str | None:
        """Whose session it is, or None when there is none."""
        found = await self._redis.command("HGET", _session(session_id), "user")
        return None if found is None else str(found, "ascii")

    async def rotate(self, session_id: str, presented_hash: str, next_hash: str, ttl_ms: int) -> str:
        """`rotated`, `unknown`, or `reused`: then no refresh token of the session is good any more."""
        outcome = await self._redis.run(
            self._rotate, [_session(session_id)], [self._now_ms(), presented_hash, next_hash, ttl_ms]
        )
        return str(outcome, "ascii")

    async def end(self, session_id: str) -> None:
        """Forget a session: its refresh token is good no more."""
        await self._redis.command("DEL", _session(session_id))

    async def revoke(self, session_id: str, for_ms: int) -> Revocation:
        """Tell all instances to refuse access tokens of this session for `for_ms` ms."""
        until = await self._redis.run(self._revoke, [REVOKED], [self._now_ms(), session_id, for_ms, REVOKED])
        return Revocation(session_id, int(until))

    async def revoked(self, from_ms: int) -> list[Revocation]:
        """Revocations that end at `from_ms` or later, soonest first. Read in pages; each is bounded."""
        found: dict[str, int] = {}
        size = _PAGE
        while True:
            pairs = await self._redis.command(
                "ZRANGE", REVOKED, from_ms, "+inf", "BYSCORE", "LIMIT", 0, size, "WITHSCORES"
            )
            found |= {str(name, "ascii"): int(score) for name, score in pairs}
            if len(pairs) < size:
                return [Revocation(*item) for item in found.items()]
            # By score, not by offset: lapsed ones may be removed meanwhile. More in one ms than a page: a larger page.
            last_ms = int(pairs[-1][1])
            size = 2 * size if last_ms == from_ms else _PAGE
            from_ms = last_ms

    async def listen(self, heard: Callable[[Sequence[Revocation]], None]) -> None:
        """Hand over all that is revoked, then each revocation as it happens, until cancelled.

        Raises `Unavailable` when the connection is lost.
        """
        channel = self._redis.subscribe()
        try:
            await channel.subscribe(REVOKED)
            # Read once subscribed, so that nothing falls between.
            heard(await self.revoked(0))
            while True:
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=_LISTEN_S)
                if message is not None and message["type"] == "message":
                    session_id, _, until = str(message["data"], "ascii").partition(" ")
                    heard([Revocation(session_id, int(until))])
        except (RedisError, OSError) as error:
            raise Unavailable from error
        finally:
            await channel.aclose()  # type: ignore[no-untyped-call]

    async def attempt(self, name: str, limit: int, window_ms: int) -> int:
        """Count an attempt: 0 when it may go on, or the ms to wait."""
        outcome, wait_ms = await self._redis.run(self._attempt, [_attempts(name)], [self._now_ms(), limit, window_ms])
        return int(wait_ms) if outcome == b"refused" else 0

    async def forgive(self, name: str) -> None:
        """Forget the attempts: the password was right."""
        await self._redis.command("DEL", _attempts(name))

    def _now_ms(self) -> int:
        return self._clock.now_ms() if self._clock else 0


def _session(session_id: str) -> str:
    return f"session:{{{session_id}}}"


def _attempts(name: str) -> str:
    return f"attempts:{{{name}}}"
