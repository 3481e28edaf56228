"""Use cases of accounts. Who may sign in stands in SQL; who is signed in stands in Redis and in the token."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

import msgspec

from boxoffice.accounts import policy
from boxoffice.accounts.models import Credentials, Fan, Revocation, Role, Session, SignedIn, User
from boxoffice.accounts.repository import AccountRepository
from boxoffice.accounts.service.newcomers import Newcomers
from boxoffice.accounts.store import SessionStore
from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.database import Database, WriteSession
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.password import Passwords
from boxoffice.adapters.tokens import TokenInvalid, Tokens
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import (
    BadCredentials,
    BoxofficeError,
    EmailTaken,
    NotFound,
    Overloaded,
    TooManyAttempts,
    Unauthorized,
    Unavailable,
)
from boxoffice.kernel.ids import IdSource

_LOOKUP_BATCH_MAX = 128
_LOOKUPS_WAITING_MAX = 4096
_REMEMBERED_MAX = 100_000
_REVOKED_MAX = 1_000_000
_SECRET_BYTES = 32
# Revocations are kept this much longer than an access token lives: clocks of instances and of Redis differ.
_SKEW_MS = 60_000
_OVERLAP_MS = 5_000


class AccountService:
    """Sign-up, sign-in, sessions and roles.

    An access token is accepted without asking any store: its signature is checked once and its fan remembered
    (at most 100,000, never past expiry), and each instance keeps the set of revoked sessions. When Redis does
    not answer, that set grows no more and access tokens are good until they expire: open on purpose, counted.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: AccountRepository,
        sessions: SessionStore,
        passwords: Passwords,
        tokens: Tokens,
        ids: IdSource,
        clock: Clock,
        metrics: Metrics,
        access_token_ttl_s: int,
        refresh_token_ttl_s: int,
        sessions_max: int,
        login_attempts: int,
        login_window_s: int,
        secret: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._database = database
        self._repository = repository
        self._sessions = sessions
        self._passwords = passwords
        self._tokens = tokens
        self._ids = ids
        self._clock = clock
        self._metrics = metrics
        self._access_token_ttl_s = access_token_ttl_s
        self._refresh_token_ttl_ms = refresh_token_ttl_s * 1000
        self._sessions_max = sessions_max
        self._login_attempts = login_attempts
        self._login_window_ms = login_window_s * 1000
        self._secret = secret
        self._newcomers = Newcomers(
            database=database, repository=repository, passwords=passwords, ids=ids, clock=clock, metrics=metrics
        )
        # When sales open, everybody signs in within the same minute.
        self._lookups: Coalescer[str, Credentials | None] = Coalescer(
            self._credentials,
            name="credentials",
            metrics=metrics,
            max_batch=_LOOKUP_BATCH_MAX,
            max_waiting=_LOOKUPS_WAITING_MAX,
            max_in_flight=2,
        )
        self._fans: OrderedDict[str, Fan] = OrderedDict()
        self._revoked = policy.RevokedSessions(_REVOKED_MAX)

    async def sign_up(self, email: str, password: str, name: str) -> User:
        """A new fan. Raises `InvalidRequest`, `EmailTaken`, `Overloaded`, `Unavailable`."""
        try:
            user = await self._newcomers.create(email, password, name, "fan")
        except BoxofficeError as refusal:
            self._metrics.count("outcomes", operation="sign_up", outcome=refusal.code)
            raise
        self._metrics.count("outcomes", operation="sign_up", outcome="done")
        return user

    async def ensure_account(self, email: str, password: str, name: str, role: Role) -> User:
        """The account with this address, made unless it exists (then password, name and role stay as they are)."""
        address = policy.normalised_email(email)
        found = await self._lookups.submit(address)
        if found is not None:
            return found.user
        try:
            return await self._newcomers.create(email, password, name, role)
        except EmailTaken:
            found = await self._lookups.submit(address)
            if found is None:
                raise
            return found.user

    async def sign_in(self, email: str, password: str, *, client: str = "") -> SignedIn:
        """A new session. Raises `BadCredentials`, `TooManyAttempts` (with `retry_after_s`), `Unavailable`."""
        address = policy.known_form(email)
        if address is None:
            raise self._refused_sign_in(BadCredentials())
        counters = policy.attempt_counters(address, client, self._login_attempts)
        for name, most in counters.items():
            wait_ms = await self._sessions.attempt(name, most, self._login_window_ms)
            if wait_ms > 0:
                raise self._refused_sign_in(TooManyAttempts(retry_after_s=-(-wait_ms // 1000)))
        found = await self._lookups.submit(address)
        encoded = found.password_hash if found else None
        right = await self._passwords.matches(policy.comparable_password(password), encoded)
        if found is None or not right:
            raise self._refused_sign_in(BadCredentials())
        for name in counters:
            await self._sessions.forgive(name)
        session_id, secret = self._secret(_SECRET_BYTES), self._secret(_SECRET_BYTES)
        hashed, ttl_ms, most = policy.secret_hash(secret), self._refresh_token_ttl_ms, self._sessions_max
        ended = await self._sessions.open(found.user.id, session_id, hashed, ttl_ms=ttl_ms, most=most)
        if ended:
            await self._revoke_if_possible(ended)
        self._metrics.count("outcomes", operation="sign_in", outcome="done")
        return self._signed_in(found.user, session_id, secret)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """New tokens for old; the old refresh token is good no more.

        One that comes a second time was copied: the whole session ends, access tokens included.
        Raises `Unauthorized`, `Unavailable`.
        """
        parts = policy.parts_of(refresh_token)
        if parts is None or not await self._sessions.knows(*parts[:2]):
            raise self._refused_refresh("unknown")
        user_id, session_id, presented_hash = parts
        # Read before the exchange: should the database not answer, the fan still holds a token that works.
        async with self._database.read(primary=True) as session:
            user = await self._repository.user(session, user_id)
        if user is None:
            raise self._refused_refresh("unknown")
        secret = self._secret(_SECRET_BYTES)
        outcome = await self._sessions.rotate(
            user_id, session_id, presented_hash, policy.secret_hash(secret), self._refresh_token_ttl_ms
        )
        if outcome == "reused":
            await self._revoke([session_id])
        if outcome != "rotated":
            raise self._refused_refresh(outcome)
        self._metrics.count("outcomes", operation="refresh", outcome="done")
        return self._signed_in(user, session_id, secret)

    async def sign_out(self, fan: Fan) -> None:
        """End the session: neither its access tokens nor its refresh token are good any more.

        Raises `Unavailable` when that could not be made sure; the fan is then still signed in and may try again.
        """
        await self._sessions.end(fan.user_id, [fan.session_id])
        # Also where Redis has lost the session: its access tokens live all the same.
        await self._revoke_and_forget(fan.user_id, [fan.session_id])

    async def sessions(self, fan: Fan) -> list[Session]:
        """The fan's live sessions, the one used last first. Raises `Unavailable`."""
        found = await self._sessions.listed(fan.user_id)
        return sorted(found, key=lambda session: (-session.used_ms, session.id))

    async def end_session(self, fan: Fan, session_id: str) -> None:
        """Sign one of the fan's own sessions out. Raises `NotFound`, `Unavailable` (then it may be tried again)."""
        ended = await self._sessions.end(fan.user_id, [session_id])
        if not ended and session_id != fan.session_id:
            raise NotFound
        await self._revoke_and_forget(fan.user_id, [session_id])

    async def sign_out_everywhere(self, fan: Fan) -> None:
        """Sign every session of the fan out, this one as well. Raises `Unavailable` (then it may be tried again)."""
        ended = await self._sessions.end(fan.user_id)
        await self._revoke_and_forget(fan.user_id, sorted({*ended, fan.session_id}))

    def verify(self, access_token: str) -> Fan:
        """Who signed the request. Asks no store. Raises `Unauthorized`."""
        fan = self._fans.get(access_token)
        if fan is None:
            fan = self._read(access_token)
            self._remember(access_token, fan)
        if self._clock.now_ms() >= fan.expires_ms or fan.session_id in self._revoked:
            self._fans.pop(access_token, None)
            raise Unauthorized
        return fan

    async def user(self, user_id: str) -> User:
        """One account. Raises `NotFound`, `Unavailable`."""
        async with self._database.read(primary=True) as session:
            found = await self._repository.user(session, user_id)
        if found is None:
            raise NotFound
        return found

    async def record(
        self, session: WriteSession, actor_id: str, action: str, subject: str, details: Mapping[str, object]
    ) -> None:
        """Write down what an operator did, within the transaction that does it."""
        await self._repository.record(
            session,
            entry_id=self._ids.next(),
            at_ms=self._clock.now_ms(),
            actor_id=actor_id,
            action=action,
            subject=subject,
            details=msgspec.json.encode(details).decode(),
        )

    async def listen(self) -> None:
        """Hear of revocations made by other instances, until cancelled. Raises `Unavailable`."""
        await self._sessions.listen(self.heard)

    async def catch_up(self) -> None:
        """Look for revocations whose message was lost, and forget those that no token can outlive."""
        try:
            self.heard(await self._sessions.revoked(max(0, self._revoked.heard_until_ms - _OVERLAP_MS)))
        except BoxofficeError:
            self._metrics.count("failed_open", what="revocations")
            raise
        finally:
            self._revoked.drop_lapsed(self._clock.now_ms())

    def heard(self, revocations: Iterable[Revocation]) -> None:
        """Refuse these sessions from now on."""
        let_go = self._revoked.add(revocations, self._clock.now_ms())
        if let_go:
            self._metrics.count("failed_open", let_go, what="revocations")

    async def close(self) -> None:
        """Carry out the sign-ups that wait."""
        await self._newcomers.close()
        await self._lookups.close()

    async def _credentials(self, addresses: Sequence[str]) -> list[Credentials | None]:
        async with self._database.read(primary=True) as session:
            found = await self._repository.credentials(session, addresses)
        return [found.get(address) for address in addresses]

    async def _revoke(self, session_ids: Sequence[str]) -> None:
        self.heard(await self._sessions.revoke(session_ids, self._access_token_ttl_s * 1000 + _SKEW_MS))

    async def _revoke_if_possible(self, session_ids: Sequence[str]) -> None:
        # The new session stands already, and the fan must get to know it: open, for the life of an access token.
        try:
            await self._revoke(session_ids)
        except (Unavailable, Overloaded):
            self._metrics.count("failed_open", what="revocations")

    async def _revoke_and_forget(self, user_id: str, session_ids: Sequence[str]) -> None:
        await self._revoke(session_ids)
        with suppress(Unavailable, Overloaded):  # ended they are; what is left of them lapses
            await self._sessions.forget(user_id, session_ids)
        self._metrics.count("outcomes", len(session_ids), operation="sign_out", outcome="done")

    def _refused_sign_in(self, refusal: BoxofficeError) -> BoxofficeError:
        self._metrics.count("outcomes", operation="sign_in", outcome=refusal.code)
        return refusal

    def _refused_refresh(self, outcome: str) -> Unauthorized:
        self._metrics.count("outcomes", operation="refresh", outcome=outcome)
        return Unauthorized("Sign in again: the refresh token is expired, used or not ours.")

    def _signed_in(self, user: User, session_id: str, secret: str) -> SignedIn:
        expires_ms = self._clock.now_ms() + self._access_token_ttl_s * 1000
        access_token = self._tokens.sign({"sub": user.id, "role": user.role, "sid": session_id}, expires_ms=expires_ms)
        self._remember(access_token, Fan(user.id, user.role, session_id, expires_ms))
        return SignedIn(access_token, policy.refresh_token(user.id, session_id, secret), self._access_token_ttl_s, user)

    def _remember(self, access_token: str, fan: Fan) -> None:
        if len(self._fans) >= _REMEMBERED_MAX:
            self._fans.popitem(last=False)
        self._fans[access_token] = fan

    def _read(self, access_token: str) -> Fan:
        try:
            expires_ms, claims = self._tokens.read(access_token)
            return Fan(claims["sub"], claims["role"], claims["sid"], expires_ms)
        except (TokenInvalid, KeyError):
            raise Unauthorized from None
