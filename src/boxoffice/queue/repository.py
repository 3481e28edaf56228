"""The queue's policies and epochs in SQL."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row, bindparam, case, func, insert, select, update

from boxoffice.adapters.database import ReadSession, WriteSession
from boxoffice.queue.models import Phase, QueuePolicy, StoredPolicy
from boxoffice.queue.tables import queue_epochs, queue_policies

POLICIES_MAX = 1000

_COLUMNS = (
    queue_policies.c.concert_id,
    queue_policies.c.phase,
    queue_policies.c.admission_limit,
    queue_policies.c.admit_rate_per_s,
    queue_policies.c.session_ttl_s,
    queue_policies.c.presence_ttl_s,
    queue_policies.c.updated_ms,
)
_POLICY = select(*_COLUMNS).where(queue_policies.c.concert_id == bindparam("of_concert"))
_POLICY_LOCKED = _POLICY.with_for_update()
_ON_SALE_FIRST = case((queue_policies.c.phase.in_(("open", "paused")), 0), else_=1)
_POLICIES = select(*_COLUMNS).order_by(_ON_SALE_FIRST, queue_policies.c.updated_ms.desc()).limit(POLICIES_MAX)
_INSERT_POLICY = insert(queue_policies)
_UPDATE_POLICY = (
    update(queue_policies)
    .where(queue_policies.c.concert_id == bindparam("of_concert"))
    .values(
        phase=bindparam("phase"),
        admission_limit=bindparam("admission_limit"),
        admit_rate_per_s=bindparam("admit_rate_per_s"),
        session_ttl_s=bindparam("session_ttl_s"),
        presence_ttl_s=bindparam("presence_ttl_s"),
        updated_ms=bindparam("updated_ms"),
    )
)
_EPOCH = select(func.max(queue_epochs.c.epoch)).where(queue_epochs.c.concert_id == bindparam("of_concert"))
_INSERT_EPOCH = insert(queue_epochs)


class QueueRepository:
    """Policies are stored with a version (`updated_ms`) that rises with every change."""

    async def policy(self, session: ReadSession, concert_id: str) -> StoredPolicy | None:
        """The policy of a concert, or None while nobody has changed it from the defaults."""
        row = await session.first(_POLICY, {"of_concert": concert_id})
        return None if row is None else _stored(row)

    async def policy_to_change(self, session: WriteSession, concert_id: str) -> StoredPolicy | None:
        """As `policy`, locked until the transaction ends."""
        row = await session.first(_POLICY_LOCKED, {"of_concert": concert_id})
        return None if row is None else _stored(row)

    async def policies(self, session: ReadSession) -> Sequence[StoredPolicy]:
        """At most `POLICIES_MAX` policies: of sales that are on first, then the ones changed last."""
        return [_stored(row) for row in await session.all(_POLICIES)]

    async def insert_policy(self, session: WriteSession, stored: StoredPolicy) -> None:
        """The first change of a concert's policy. A unique key refuses a second first one."""
        await session.execute(_INSERT_POLICY, {"concert_id": stored.concert_id, **_values(stored)})

    async def update_policy(self, session: WriteSession, stored: StoredPolicy) -> None:
        """A further change."""
        await session.execute(_UPDATE_POLICY, {"of_concert": stored.concert_id, **_values(stored)})

    async def epoch(self, session: ReadSession, concert_id: str) -> int:
        """The newest epoch; 0 while the sale has never been open."""
        return int(await session.scalar(_EPOCH, {"of_concert": concert_id}) or 0)

    async def insert_epoch(self, session: WriteSession, concert_id: str, epoch: int, started_ms: int) -> None:
        """Begin an epoch. The primary key refuses a second one of the same number."""
        await session.execute(_INSERT_EPOCH, {"concert_id": concert_id, "epoch": epoch, "started_ms": started_ms})


def _stored(row: Row[Any]) -> StoredPolicy:
    policy = QueuePolicy(
        cast(Phase, row.phase), row.admission_limit, row.admit_rate_per_s, row.session_ttl_s, row.presence_ttl_s
    )
    return StoredPolicy(row.concert_id, policy, row.updated_ms)


def _values(stored: StoredPolicy) -> dict[str, object]:
    policy = stored.policy
    return {
        "phase": policy.phase,
        "admission_limit": policy.limit,
        "admit_rate_per_s": policy.admit_rate_per_s,
        "session_ttl_s": policy.session_ttl_s,
        "presence_ttl_s": policy.presence_ttl_s,
        "updated_ms": stored.version,
    }
