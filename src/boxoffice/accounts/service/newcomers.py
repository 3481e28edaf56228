"""Sign-ups that wait at the same moment share one transaction."""

from collections.abc import Sequence

from boxoffice.accounts import policy
from boxoffice.accounts.models import Credentials, Role, User
from boxoffice.accounts.repository import AccountRepository
from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.database import Database
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.password import Passwords
from boxoffice.adapters.retry import in_smaller_batches
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import EmailTaken
from boxoffice.kernel.ids import IdSource

_BATCH_MAX = 128
_WAITING_MAX = 4096


class Newcomers:
    """Makes accounts. An address that two ask for at once goes to one of them; the other sinks no neighbour."""

    def __init__(
        self,
        *,
        database: Database,
        repository: AccountRepository,
        passwords: Passwords,
        ids: IdSource,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._repository = repository
        self._passwords = passwords
        self._ids = ids
        self._clock = clock
        self._metrics = metrics
        self._waiting: Coalescer[Credentials, User] = Coalescer(
            self._add, name="sign_up", metrics=metrics, max_batch=_BATCH_MAX, max_waiting=_WAITING_MAX
        )

    async def create(self, email: str, password: str, name: str, role: Role) -> User:
        """A new account. Raises `InvalidRequest`, `EmailTaken`, `Overloaded`, `Unavailable`."""
        address, shown = policy.normalised_email(email), policy.checked_name(name)
        encoded = await self._passwords.hash(policy.comparable_password(policy.checked_password(password)))
        user = User(self._ids.next(), address, shown, role, self._clock.now_ms())
        return await self._waiting.submit(Credentials(user, encoded))

    async def close(self) -> None:
        """Carry out the sign-ups that wait."""
        await self._waiting.close()

    async def _add(self, newcomers: Sequence[Credentials]) -> Sequence[User | BaseException]:
        return await in_smaller_batches(newcomers, self._add_together, operation="sign_up", metrics=self._metrics)

    async def _add_together(self, newcomers: Sequence[Credentials]) -> Sequence[User | BaseException]:
        async with self._database.write() as session:
            taken = await self._repository.owners(session, [newcomer.user.email for newcomer in newcomers])
            welcome = policy.sign_ups(newcomers, taken)
            absent = policy.missing(newcomers, welcome, taken)
            if absent:
                await self._repository.add(session, absent)
                await session.commit()
        return [
            newcomer.user if may_come else EmailTaken() for newcomer, may_come in zip(newcomers, welcome, strict=True)
        ]
