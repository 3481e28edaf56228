"""Use cases of accounts. Who may sign in stands in SQL; who is signed in stands in Redis and in the token."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import msgspec

from boxoffice.accounts import policy
from boxoffice.accounts.models import Credentials, Fan, Role, Session, SignedIn, User
from boxoffice.accounts.repository import AccountRepository
from boxoffice.accounts.service.attempts import Attempts
from boxoffice.accounts.service.newcomers import Newcomers
from boxoffice.accounts.service.revocations import Revocations
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
    Unauthorized,
    Unavailable,
)
from boxoffice.kernel.ids import IdSource

_LOOKUP_BATCH_MAX = 128
_LOOKUPS_WAITING_MAX = 4096
_REMEMBERED_MAX = 100_000
_SECRET_BYTES = 32


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
        self._attempts = Attempts(sessions, most=login_attempts, window_ms=login_window_s * 1000)
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
        self._revocations = Revocations(sessions, access_token_ttl_s=access_token_ttl_s, clock=clock, metrics=metrics)
        self._revoked = self._revocations.refused  # asked with every request

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
        """A new session.

        Raises `BadCredentials`, `TooManyAttempts` and `Overloaded` (with `retry_after_s`), `Unavailable`.
        """
        try:
            user = await self._proven(email, password, client)
        except BoxofficeError as refusal:
            self._metrics.count("outcomes", operation="sign_in", outcome=refusal.code)
            raise
        session_id, secret = self._secret(_SECRET_BYTES), self._secret(_SECRET_BYTES)
        hashed, ttl_ms, most = policy.secret_hash(secret), self._refresh_token_ttl_ms, self._sessions_max
        ended = await self._sessions.open(user.id, session_id, hashed, ttl_ms=ttl_ms, most=most)
        if ended:
            # The new session stands already, and the fan must get to know it: open, for the life of an access token.
            await self._revocations.revoke_if_possible(ended)
        self._metrics.count("outcomes", operation="sign_in", outcome="done")
        return self._signed_in(user, session_id, secret)

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
            await self._revocations.revoke([session_id])
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
        await self._revocations.listen()

    async def catch_up(self) -> None:
        """Look for revocations whose message was lost, and forget those that no token can outlive."""
        await self._revocations.catch_up()

    async def close(self) -> None:
        """Carry out the sign-ups that wait."""
        await self._newcomers.close()
        await self._lookups.close()

    async def _proven(self, email: str, password: str, client: str) -> User:
        address = policy.known_form(email)
        if address is None:
            raise BadCredentials
        self._passwords.refuse_if_busy()  # before any store is asked: a wave of refusals costs them nothing
        counted = await self._attempts.count(address, client)
        try:
            found = await self._lookups.submit(address)
            encoded = found.password_hash if found else None
            right = await self._passwords.matches(policy.comparable_password(password), encoded)
        except (Overloaded, Unavailable):
            await self._attempts.give_back(counted)
            raise
        if found is None or not right:
            raise BadCredentials
        await self._attempts.forgive(counted)
        return found.user

    async def _credentials(self, addresses: Sequence[str]) -> list[Credentials | None]:
        async with self._database.read(primary=True) as session:
            found = await self._repository.credentials(session, addresses)
        return [found.get(address) for address in addresses]

    async def _revoke_and_forget(self, user_id: str, session_ids: Sequence[str]) -> None:
        await self._revocations.revoke(session_ids)
        with suppress(Unavailable, Overloaded):  # ended they are; what is left of them lapses
            await self._sessions.forget(user_id, session_ids)
        self._metrics.count("outcomes", len(session_ids), operation="sign_out", outcome="done")

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
