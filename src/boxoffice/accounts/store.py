"""Sessions, revocations and attempts to sign in, in Redis. One method, one script; one slot for each call."""

from collections.abc import Callable, Sequence

from redis.exceptions import RedisError

from boxoffice.accounts.models import Revocation, Session
from boxoffice.adapters.redis import RedisClient, load_script
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import Unavailable

REVOKED = "sessions:revoked"
"""Both the ZSET and the Pub/Sub channel."""

_PACKAGE = "boxoffice.accounts"
_OPEN = load_script(_PACKAGE, "open")
_ROTATE = load_script(_PACKAGE, "rotate")
_LIST = load_script(_PACKAGE, "list")
_END = load_script(_PACKAGE, "end")
_REVOKE = load_script(_PACKAGE, "revoke")
_ATTEMPT = load_script(_PACKAGE, "attempt")
_GIVE_BACK = load_script(_PACKAGE, "give_back")

_PAGE = 1000
_LISTEN_S = 1.0


class SessionStore:
    """Sessions in Redis; without a `clock` the server's own decides what has lapsed."""

    def __init__(self, redis: RedisClient, *, clock: Clock | None = None) -> None:
        self._redis = redis
        self._clock = clock

    async def open(self, user_id: str, session_id: str, secret_hash: str, *, ttl_ms: int, most: int) -> list[str]:
        """Remember a session for `ttl_ms`; ids of those that end for it, so that the account has `most` at most."""
        ended = await self._redis.run(
            _OPEN, [_sessions(user_id)], [self._now_ms(), session_id, secret_hash, ttl_ms, most]
        )
        return [str(each, "ascii") for each in ended]

    async def knows(self, user_id: str, session_id: str) -> bool:
        """Whether the account has, or had of late, this session."""
        return bool(await self._redis.command("HEXISTS", _sessions(user_id), session_id))

    async def rotate(self, user_id: str, session_id: str, presented_hash: str, next_hash: str, ttl_ms: int) -> str:
        """`rotated`, `unknown`, or `reused`: then no refresh token of the session is good any more."""
        outcome = await self._redis.run(
            _ROTATE, [_sessions(user_id)], [self._now_ms(), session_id, presented_hash, next_hash, ttl_ms]
        )
        return str(outcome, "ascii")

    async def listed(self, user_id: str) -> list[Session]:
        """The account's live sessions, in no order."""
        words = await self._redis.run(_LIST, [_sessions(user_id)], [self._now_ms()])
        return [Session(str(words[i], "ascii"), *words[i + 1 : i + 4]) for i in range(0, len(words), 4)]

    async def end(self, user_id: str, session_ids: Sequence[str] = ()) -> list[str]:
        """End these sessions, or all of the account: no refresh token is good any more; ids of those there were.

        They are found here again until `forget`, so that a revocation that failed can be made up for.
        """
        ended = await self._redis.run(_END, [_sessions(user_id)], [self._now_ms(), *session_ids])
        return [str(each, "ascii") for each in ended]

    async def forget(self, user_id: str, session_ids: Sequence[str]) -> None:
        """Let go of sessions that are ended and revoked."""
        await self._redis.command("HDEL", _sessions(user_id), *session_ids)

    async def revoke(self, session_ids: Sequence[str], for_ms: int) -> list[Revocation]:
        """Tell all instances to refuse access tokens of these sessions for `for_ms` ms."""
        until = await self._redis.run(_REVOKE, [REVOKED], [self._now_ms(), for_ms, REVOKED, *session_ids])
        return [Revocation(session_id, int(until)) for session_id in session_ids]

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
            await channel.get_message(timeout=_LISTEN_S)  # the confirmation
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
        outcome, wait_ms = await self._redis.run(_ATTEMPT, [_attempts(name)], [self._now_ms(), limit, window_ms])
        return int(wait_ms) if outcome == b"refused" else 0

    async def forgive(self, name: str) -> None:
        """Forget the attempts: the password was right."""
        await self._redis.command("DEL", _attempts(name))

    async def give_back(self, name: str) -> None:
        """Count one attempt no more: nobody looked at the password."""
        await self._redis.run(_GIVE_BACK, [_attempts(name)], [])

    def _now_ms(self) -> int:
        return self._clock.now_ms() if self._clock else 0


def _sessions(user_id: str) -> str:
    # All sessions of an account in one key: one slot of a cluster, whatever is asked of them together.
    return f"sessions:{{{user_id}}}"


def _attempts(name: str) -> str:
    return f"attempts:{{{name}}}"
