"""Wallets, ledger and idempotency keys in SQL. Every method takes a session; none opens or commits one."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, select

from boxoffice.adapters.database import ReadSession, WriteSession
from boxoffice.adapters.statements import into, places
from boxoffice.wallet.models import KnownKey, Transfer, Wallet, WalletEntry, wallet_account
from boxoffice.wallet.policy import Ledger
from boxoffice.wallet.tables import entries, idempotency_keys, transfers, wallets

_WALLETS = select(wallets.c.user_id, wallets.c.currency, wallets.c.balance_minor)
_INTO_WALLETS = into(wallets, "user_id", "currency", "balance_minor", "version", "created_ms")
_INTO_TRANSFERS = into(transfers, *(name for name in Transfer._fields if name != "lines"))
_INTO_ENTRIES = into(entries, "transfer_id", "line", "account", "amount_minor")
_INTO_KEYS = into(idempotency_keys, "user_id", "key", "request_hash", "status", "body", "created_ms")
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
        users = sorted(set(user_ids))
        rows = await session.locked(
            "SELECT user_id, currency, balance_minor FROM wallets "  # noqa: S608
            f"WHERE user_id IN ({places(len(users))}) ORDER BY user_id",
            users,
        )
        return {row[0]: Wallet._make(row) for row in rows}

    async def known_keys(
        self, session: ReadSession, names: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], KnownKey]:
        """What is remembered under these (user, key) pairs."""
        wanted = sorted(set(names))
        rows = await session.rows(
            "SELECT user_id, `key`, request_hash, status, body FROM idempotency_keys "  # noqa: S608
            f"WHERE (user_id, `key`) IN ({places(len(wanted), 2)})",
            [part for name in wanted for part in name],
        )
        return {(row[0], row[1]): KnownKey._make(row[2:]) for row in rows}

    async def post(self, session: WriteSession, ledger: Ledger, existing: Mapping[str, Wallet]) -> None:
        """Write the ledger's transfers with their entries, and the balances that follow from them."""
        balances = ledger.changed()
        created = [
            (user, ledger.currency, balance, 1, ledger.now_ms)
            for user, balance in balances.items()
            if user not in existing
        ]
        updated = [(user, balance) for user, balance in balances.items() if user in existing]
        await session.insert(_INTO_WALLETS, created)
        if updated:
            # One statement for the whole batch: one for each wallet would be a round trip for each.
            await session.change(
                f"UPDATE wallets SET balance_minor = CASE user_id {'WHEN ? THEN ? ' * len(updated)}END, "  # noqa: S608
                f"version = version + 1 WHERE user_id IN ({places(len(updated))})",
                [*(part for pair in updated for part in pair), *(user for user, _ in updated)],
            )
        await session.insert(_INTO_TRANSFERS, [transfer[:-1] for transfer in ledger.transfers])
        await session.insert(
            _INTO_ENTRIES,
            [
                (transfer.id, line, account, amount_minor)
                for transfer in ledger.transfers
                for line, (account, amount_minor) in enumerate(transfer.lines)
            ],
        )

    async def remember(self, session: WriteSession, keys: Mapping[tuple[str, str], KnownKey], now_ms: int) -> None:
        """Keep the answers under their keys; a key that another transaction wrote first is a conflict."""
        await session.insert(_INTO_KEYS, [(*name, *known, now_ms) for name, known in keys.items()])

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
