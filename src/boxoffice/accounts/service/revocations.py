"""Which sessions are revoked: told to all instances, and known to each."""

from collections.abc import Iterable, Sequence

from boxoffice.accounts import policy
from boxoffice.accounts.models import Revocation
from boxoffice.accounts.store import SessionStore
from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BoxofficeError, Overloaded, Unavailable

_REVOKED_MAX = 1_000_000
# Revocations are kept this much longer than an access token lives: clocks of instances and of Redis differ.
_SKEW_MS = 60_000
_OVERLAP_MS = 5_000


class Revocations:
    """The set of revoked sessions, at most a million. `refused` is asked with every request.

    Where Redis does not answer it grows no more: access tokens are then good until they expire, which is counted.
    """

    def __init__(self, sessions: SessionStore, *, access_token_ttl_s: int, clock: Clock, metrics: Metrics) -> None:
        self._sessions = sessions
        self._for_ms = access_token_ttl_s * 1000 + _SKEW_MS
        self._clock = clock
        self._metrics = metrics
        self.refused = policy.RevokedSessions(_REVOKED_MAX)

    async def revoke(self, session_ids: Sequence[str]) -> None:
        """Refuse their access tokens from now on, on every instance. Raises `Unavailable`, `Overloaded`."""
        self.hear(await self._sessions.revoke(session_ids, self._for_ms))

    async def revoke_if_possible(self, session_ids: Sequence[str]) -> None:
        """As `revoke`, where something else has happened already that must be told: without Redis, it is counted."""
        try:
            await self.revoke(session_ids)
        except (Unavailable, Overloaded):
            self._metrics.count("failed_open", what="revocations")

    async def listen(self) -> None:
        """Hear of revocations made by other instances, until cancelled. Raises `Unavailable`."""
        await self._sessions.listen(self.hear)

    async def catch_up(self) -> None:
        """Look for revocations whose message was lost, and forget those that no token can outlive.

        Raises `Unavailable`, `Overloaded`.
        """
        try:
            self.hear(await self._sessions.revoked(max(0, self.refused.heard_until_ms - _OVERLAP_MS)))
        except BoxofficeError:
            self._metrics.count("failed_open", what="revocations")
            raise
        finally:
            self.refused.drop_lapsed(self._clock.now_ms())

    def hear(self, revocations: Iterable[Revocation]) -> None:
        """Refuse these sessions from now on, on this instance."""
        let_go = self.refused.add(revocations, self._clock.now_ms())
        if let_go:
            self._metrics.count("failed_open", let_go, what="revocations")
