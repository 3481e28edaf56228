"""Wallets, ledger and idempotency keys in SQL. Every method takes a session; none opens or commits one."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import TextClause, bindparam, delete, insert, select, text, tuple_

from boxoffice.adapters.database import ReadSession, WriteSession
from boxoffice.wallet.models import KnownKey, Wallet, WalletEntry, wallet_account
from boxoffice.wallet.policy import Ledger
from boxoffice.wallet.tables import entries, idempotency_keys, transfers, wallets

_WALLETS = select(wallets.c.user_id, wallets.c.currency, wallets.c.balance_minor)
_LOCK = (
    _WALLETS.where(wallets.c.user_id.in_(bindparam("users", expanding=True)))
    .order_by(wallets.c.user_id)
    .with_for_update()
)
_KNOWN_KEYS = select(
    idempotency_keys.c.user_id,
    idempotency_keys.c.key,
    idempotency_keys.c.request_hash,
    idempotency_keys.c.status,
    idempotency_keys.c.body,
).where(tuple_(idempotency_keys.c.user_id, idempotency_keys.c.key).in_(bindparam("names", expanding=True)))
_OLD_KEYS = (
    select(idempotency_keys.c.created_ms)
    .where(idempotency_keys.c.created_ms < bindparam("before"))
    .order_by(idempotency_keys.c.created_ms)
    .limit(bindparam("limit"))
)
_FORGET = delete(idempotency_keys).where(idempotency_keys.c.created_ms <= bindparam("until"))
_HISTORY = (
    select(entries.c.transfer_id, transfers.c.kind, entries.c.amount_minor, transfers.c.created_ms)
    .join(transfers, transfers.c.id == entries.c.transfer_id)
    .where(entries.c.account == bindparam("account"))
)


class WalletRepository:
    """Reads and writes of money."""

    async def lock_wallets(self, session: WriteSession, user_ids: Iterable[str]) -> dict[str, Wallet]:
        """The wallets of these fans that exist, locked in order of id until the transaction ends."""
        rows = await session.all(_LOCK, {"users": sorted(set(user_ids))})
        return {row.user_id: Wallet._make(row) for row in rows}

    async def known_keys(
        self, session: ReadSession, names: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], KnownKey]:
        """What is remembered under these (user, key) pairs."""
        rows = await session.all(_KNOWN_KEYS, {"names": sorted(set(names))})
        return {(row.user_id, row.key): KnownKey(row.request_hash, row.status, row.body) for row in rows}

    async def post(self, session: WriteSession, ledger: Ledger, existing: Mapping[str, Wallet]) -> None:
        """Write the ledger's transfers with their entries, and the balances that follow from them."""
        balances = ledger.changed()
        created = [
            {
                "user_id": user,
                "currency": ledger.currency,
                "balance_minor": balance,
                "version": 1,
                "created_ms": ledger.now_ms,
            }
            for user, balance in balances.items()
            if user not in existing
        ]
        if created:
            await session.execute(insert(wallets), created)
        updated = [(user, balance) for user, balance in balances.items() if user in existing]
        if updated:
            parameters: dict[str, object] = {}
            for index, (user, balance) in enumerate(updated):
                parameters[f"u{index}"] = user
                parameters[f"b{index}"] = balance
            await session.execute(_set_balances(len(updated)), parameters)
        await session.execute(
            insert(transfers),
            [
                {
                    "id": transfer.id,
                    "kind": transfer.kind,
                    "user_id": transfer.user_id,
                    "reverses_id": transfer.reverses_id,
                    "created_ms": transfer.created_ms,
                }
                for transfer in ledger.transfers
            ],
        )
        await session.execute(
            insert(entries),
            [
                {"transfer_id": transfer.id, "line": line, "account": account, "amount_minor": amount_minor}
                for transfer in ledger.transfers
                for line, (account, amount_minor) in enumerate(transfer.lines)
            ],
        )

    async def remember(self, session: WriteSession, keys: Mapping[tuple[str, str], KnownKey], now_ms: int) -> None:
        """Keep the answers under their keys; a key that another transaction wrote first is a conflict."""
        await session.execute(
            insert(idempotency_keys),
            [
                {
                    "user_id": user,
                    "key": key,
                    "request_hash": known.request_hash,
                    "status": known.status,
                    "body": known.body,
                    "created_ms": now_ms,
                }
                for (user, key), known in keys.items()
            ],
        )

    async def forget(self, session: WriteSession, before_ms: int, limit: int) -> int:
        """Delete keys made before `before_ms`, oldest first; how many.

        About `limit`: those that were made in the same ms, which is those of one batch, go together.
        """
        found = await session.all(_OLD_KEYS, {"before": before_ms, "limit": limit})
        return await session.execute(_FORGET, {"until": found[-1].created_ms}) if found else 0

    async def wallet(self, session: ReadSession, user_id: str) -> Wallet | None:
        """One wallet, or None where nothing was ever topped up."""
        row = await session.first(_WALLETS.where(wallets.c.user_id == bindparam("user")), {"user": user_id})
        return Wallet._make(row) if row else None

    async def history(self, session: ReadSession, user_id: str, cursor: str | None, limit: int) -> list[WalletEntry]:
        """The newest lines first; those before `cursor` (a transfer id), at most `limit`."""
        parameters: dict[str, object] = {"account": wallet_account(user_id), "limit": limit}
        statement = _HISTORY
        if cursor is not None:
            statement = statement.where(entries.c.transfer_id < bindparam("cursor"))
            parameters["cursor"] = cursor
        rows = await session.all(statement.order_by(entries.c.transfer_id.desc()).limit(bindparam("limit")), parameters)
        return [WalletEntry._make(row) for row in rows]

    async def entry(self, session: ReadSession, user_id: str, transfer_id: str) -> WalletEntry | None:
        """One line of the fan's own history."""
        row = await session.first(
            _HISTORY.where(entries.c.transfer_id == bindparam("transfer")),
            {"account": wallet_account(user_id), "transfer": transfer_id},
        )
        return WalletEntry._make(row) if row else None


@cache
def _set_balances(count: int) -> TextClause:
    # One statement for the whole batch: an executemany UPDATE would cost a round trip for each wallet.
    cases = " ".join(f"WHEN :u{index} THEN :b{index}" for index in range(count))
    users = ", ".join(f":u{index}" for index in range(count))
    return text(
        f"UPDATE wallets SET balance_minor = CASE user_id {cases} END, version = version + 1 "  # noqa: S608
        f"WHERE user_id IN ({users})"
    )
