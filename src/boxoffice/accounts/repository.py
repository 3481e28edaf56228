"""Accounts and the audit log in SQL. Every method takes a session; none opens or commits one."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from boxoffice.accounts.models import Credentials, User
from boxoffice.accounts.tables import audit_log, users
from boxoffice.adapters.database import ReadSession, WriteSession

_USER = (users.c.id, users.c.email, users.c.name, users.c.role, users.c.created_ms)
_BY_ID = select(*_USER).where(users.c.id == bindparam("user"))
_BY_EMAIL = select(*_USER, users.c.password_hash).where(users.c.email.in_(bindparam("addresses", expanding=True)))
_OWNERS = select(users.c.email, users.c.id).where(users.c.email.in_(bindparam("addresses", expanding=True)))


class AccountRepository:
    """Reads and writes of accounts."""

    async def owners(self, session: ReadSession, emails: Iterable[str]) -> dict[str, str]:
        """Which user has which of these addresses."""
        rows = await session.all(_OWNERS, {"addresses": sorted(set(emails))})
        return {row.email: row.id for row in rows}

    async def add(self, session: WriteSession, newcomers: Sequence[Credentials]) -> None:
        """Store accounts. An address that somebody else has is a conflict (the unique key decides)."""
        await session.execute(
            insert(users),
            [newcomer.user._asdict() | {"password_hash": newcomer.password_hash} for newcomer in newcomers],
        )

    async def credentials(self, session: ReadSession, emails: Iterable[str]) -> dict[str, Credentials]:
        """The accounts with these (normalised) addresses, by address."""
        rows = await session.all(_BY_EMAIL, {"addresses": sorted(set(emails))})
        return {row.email: Credentials(_user(row), row.password_hash) for row in rows}

    async def user(self, session: ReadSession, user_id: str) -> User | None:
        """One account."""
        row = await session.first(_BY_ID, {"user": user_id})
        return _user(row) if row else None

    async def record(
        self,
        session: WriteSession,
        *,
        entry_id: str,
        at_ms: int,
        actor_id: str,
        action: str,
        subject: str,
        details: str,
    ) -> None:
        """Write down what an operator did; `details` is JSON."""
        await session.execute(
            insert(audit_log),
            {
                "id": entry_id,
                "at_ms": at_ms,
                "actor_id": actor_id,
                "action": action,
                "subject": subject,
                "details": details,
            },
        )


def _user(row: Row[Any]) -> User:
    return User(row.id, row.email, row.name, row.role, row.created_ms)
