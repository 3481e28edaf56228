"""The service of accounts, and what it is handed: stand-ins for repository, sessions and passwords."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from boxoffice.accounts.models import Credentials, Revocation, Session, SignedIn, User
from boxoffice.accounts.service import AccountService
from boxoffice.adapters.database import TransactionConflict
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Overloaded, Unavailable
from boxoffice.kernel.ids import IdSource
from tests.standins import CountedMetrics, StandInDatabase

SECRET = "a secret of at least thirty-two characters"
PASSWORD = "correct horse"
SESSIONS_MAX = 12
USER_ID = "018bcfe5-6800-7000-8000-000000000001"


class StandInRepository:
    def __init__(self) -> None:
        self.stored: dict[str, Credentials] = {}
        self.recorded: list[dict[str, Any]] = []
        self.rivals: list[Credentials] = []

    async def owners(self, session: object, emails: Iterable[str]) -> dict[str, str]:
        return {email: self.stored[email].user.id for email in emails if email in self.stored}

    async def add(self, session: object, newcomers: Sequence[Credentials]) -> None:
        # Another instance that was faster, after we had looked.
        for rival in self.rivals:
            self.stored[rival.user.email] = rival
        self.rivals = []
        if any(newcomer.user.email in self.stored for newcomer in newcomers):
            raise TransactionConflict("unique")
        self.stored |= {newcomer.user.email: newcomer for newcomer in newcomers}

    async def credentials(self, session: object, emails: Iterable[str]) -> dict[str, Credentials]:
        return {email: self.stored[email] for email in emails if email in self.stored}

    async def user(self, session: object, user_id: str) -> User | None:
        return next((known.user for known in self.stored.values() if known.user.id == user_id), None)

    async def record(self, session: object, **entry: Any) -> None:
        self.recorded.append(entry)


class StandInSessions:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.open_sessions: dict[str, tuple[str, str]] = {}
        self.revocations: list[Revocation] = []
        self.attempts: dict[str, int] = {}
        self.gone = False
        self.deaf = False  # sessions can be asked, revocations cannot: another node of a cluster

    def _ask(self) -> None:
        if self.gone:
            raise Unavailable

    async def open(self, user_id: str, session_id: str, secret_hash: str, *, ttl_ms: int, most: int) -> list[str]:
        self._ask()
        own = [each for each, (owner, _) in self.open_sessions.items() if owner == user_id]
        ended = own[: max(0, len(own) - most + 1)]
        for each in ended:
            del self.open_sessions[each]
        self.open_sessions[session_id] = (user_id, secret_hash)
        return ended

    async def knows(self, user_id: str, session_id: str) -> bool:
        self._ask()
        return session_id in self.open_sessions

    async def rotate(self, user_id: str, session_id: str, presented_hash: str, next_hash: str, ttl_ms: int) -> str:
        _, good = self.open_sessions[session_id]
        self.open_sessions[session_id] = (user_id, next_hash if good == presented_hash else "")
        return "rotated" if good == presented_hash else "reused"

    async def listed(self, user_id: str) -> list[Session]:
        self._ask()
        own = [each for each, (owner, good) in self.open_sessions.items() if owner == user_id and good]
        return [Session(each, 1, number, 9) for number, each in enumerate(own)]

    async def end(self, user_id: str, session_ids: Sequence[str] = ()) -> list[str]:
        self._ask()
        own = [each for each, (owner, _) in self.open_sessions.items() if owner == user_id]
        ended = [each for each in own if not session_ids or each in session_ids]
        self.open_sessions |= dict.fromkeys(ended, (user_id, ""))
        return ended

    async def forget(self, user_id: str, session_ids: Sequence[str]) -> None:
        self._ask()
        for each in session_ids:
            self.open_sessions.pop(each, None)

    async def revoke(self, session_ids: Sequence[str], for_ms: int) -> list[Revocation]:
        self._ask()
        if self.deaf:
            raise Unavailable
        made = [Revocation(session_id, self.clock.now_ms() + for_ms) for session_id in session_ids]
        self.revocations += made
        return made

    async def revoked(self, from_ms: int) -> list[Revocation]:
        self._ask()
        return [revocation for revocation in self.revocations if revocation.until_ms >= from_ms]

    async def attempt(self, name: str, limit: int, window_ms: int) -> int:
        self._ask()
        self.attempts[name] = self.attempts.get(name, 0) + 1
        return window_ms if self.attempts[name] > limit else 0

    async def forgive(self, name: str) -> None:
        self.attempts.pop(name, None)

    async def give_back(self, name: str) -> None:
        self.attempts[name] -= 1


class StandInPasswords:
    def __init__(self) -> None:
        self.busy = False
        self.late = False

    def refuse_if_busy(self) -> None:
        if self.busy:
            raise Overloaded(retry_after_s=2)

    async def hash(self, password: str) -> str:
        return f"hash of {password}"

    async def matches(self, password: str, encoded: str | None) -> bool:
        if self.late:
            raise Overloaded(retry_after_s=2)
        return encoded == f"hash of {password}"


class World:
    """One instance of the service, and what it was handed."""

    def __init__(self, clock: ManualClock, ids: IdSource) -> None:
        self.clock = clock
        self.database = StandInDatabase()
        self.repository = StandInRepository()
        self.sessions = StandInSessions(clock)
        self.passwords = StandInPasswords()
        self.tokens = Tokens(SECRET, kind="access", clock=clock)
        self.metrics = CountedMetrics()
        self.secrets = count()
        self.ids = ids
        self.service = self.instance()

    def instance(self) -> AccountService:
        return AccountService(
            database=self.database,  # type: ignore[arg-type]
            repository=self.repository,  # type: ignore[arg-type]
            sessions=self.sessions,  # type: ignore[arg-type]
            passwords=self.passwords,  # type: ignore[arg-type]
            tokens=self.tokens,
            ids=self.ids,
            clock=self.clock,
            metrics=self.metrics,
            access_token_ttl_s=900,
            refresh_token_ttl_s=86_400,
            sessions_max=SESSIONS_MAX,
            login_attempts=3,
            login_window_s=60,
            secret=lambda size: f"{next(self.secrets):0{size}}",
        )

    async def signed_in(self) -> SignedIn:
        await self.service.sign_up("fan@example.com", PASSWORD, "Minji")
        return await self.service.sign_in("fan@example.com", PASSWORD)
