"""Use cases of the wallet, and the settlement through which all money moves."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec
import structlog

from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.database import Database, WriteSession
from boxoffice.adapters.lock import Held
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.retry import in_smaller_batches
from boxoffice.kernel.clock import Clock, utc
from boxoffice.kernel.errors import BoxofficeError, NotFound
from boxoffice.kernel.ids import IdSource
from boxoffice.wallet import policy
from boxoffice.wallet.models import Answer, Charge, MoneyCommand, Wallet, WalletEntry
from boxoffice.wallet.policy import Decision, Ledger
from boxoffice.wallet.repository import WalletRepository
from boxoffice.wallet.schemas import ChargeReply

if TYPE_CHECKING:
    from boxoffice.adapters.traces import Traces

_log = structlog.get_logger()

_BATCH_MAX = 256
_WAITING_MAX = 4096
_FORGOTTEN_AT_ONCE_MAX = 500
_FORGOTTEN_A_CALL_MAX = 20 * _FORGOTTEN_AT_ONCE_MAX

Command = TypeVar("Command", bound=MoneyCommand)
Decided_contra = TypeVar("Decided_contra", bound=MoneyCommand, contravariant=True)


class Batch(Protocol[Decided_contra]):
    """What one feature brings to a settlement: it has fetched, decides purely, and then writes what it decided."""

    def decide(self, command: Decided_contra, /) -> Answer:
        """The answer to one command, in order of arrival; a refusal is raised and leaves no trace."""

    async def write(self, session: WriteSession, /) -> None:
        """Write what was decided, beside the ledger."""


@dataclass(frozen=True, kw_only=True)
class Bank:
    """What every settlement works with: the ledger's database and the bounds of a wallet."""

    database: Database
    repository: WalletRepository
    ids: IdSource
    clock: Clock
    metrics: Metrics
    currency: str
    balance_max_minor: int
    traces: "Traces | None" = None


class Settlement(Generic[Command]):
    """Commands that move money and wait at the same moment share one transaction and one commit.

    The order inside: lock the wallets in order of id, look the keys up, fetch, decide purely in order of arrival,
    write. A unique violation or a deadlock runs the batch again in halves; an unknown commit is resolved because
    the batch looks its keys up again before it decides anything.
    """

    def __init__(
        self,
        bank: Bank,
        *,
        name: str,
        open_batch: Callable[[WriteSession, Sequence[Command], Ledger], Awaitable[Batch[Command]]],
    ) -> None:
        self._bank = bank
        self._name = name
        self._open_batch = open_batch
        self._commands: Coalescer[Command, Answer] = Coalescer(
            self._settle,
            name=name,
            metrics=bank.metrics,
            max_batch=_BATCH_MAX,
            max_waiting=_WAITING_MAX,
            traces=bank.traces,
        )

    async def submit(self, command: Command) -> Answer:
        """Move the money once, whatever happens; the answer, or the refusal as an exception."""
        try:
            answer = await self._commands.submit(command)
        except BoxofficeError as refusal:
            self._bank.metrics.count("outcomes", operation=self._name, outcome=refusal.code)
            raise
        self._bank.metrics.count("outcomes", operation=self._name, outcome="replayed" if answer.replayed else "done")
        return answer

    async def close(self) -> None:
        """Settle what waits."""
        await self._commands.close()

    async def _settle(self, commands: Sequence[Command]) -> list[Decision | BaseException]:
        return await in_smaller_batches(commands, self._transact, operation=self._name, metrics=self._bank.metrics)

    async def _transact(self, commands: Sequence[Command]) -> list[Decision]:
        async with self._bank.database.write() as session:
            wallets = await self._bank.repository.lock_wallets(session, [command.user_id for command in commands])
            known = await self._bank.repository.known_keys(session, [(each.user_id, each.key) for each in commands])
            ledger = Ledger(
                wallets,
                currency=self._bank.currency,
                balance_max_minor=self._bank.balance_max_minor,
                next_id=self._bank.ids.next,
                now_ms=self._bank.clock.now_ms(),
            )
            batch = await self._open_batch(session, commands, ledger)
            decisions, fresh = policy.settle(commands, known, batch.decide)
            if fresh:
                await self._bank.repository.post(session, ledger, wallets)
                await batch.write(session)
                await self._bank.repository.remember(session, fresh, ledger.now_ms)
                await session.commit()
        return decisions


class _Charges:
    """The batch of top-ups: nothing to fetch, nothing to write beside the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def decide(self, command: Charge) -> Answer:
        transfer = self._ledger.charge(command.user_id, command.amount_minor)
        reply = ChargeReply(
            id=transfer.id,
            amount_minor=command.amount_minor,
            balance_minor=self._ledger.balance(command.user_id),
            currency=self._ledger.currency,
            created_at=utc(transfer.created_ms),
        )
        return Answer(201, msgspec.json.encode(reply))

    async def write(self, _session: WriteSession) -> None:
        return


class WalletService:
    """Balance, history and top-up of a fan's own wallet."""

    def __init__(self, *, bank: Bank, key_ttl_s: int) -> None:
        self._database = bank.database
        self._clock = bank.clock
        self._metrics = bank.metrics
        self._key_ttl_ms = key_ttl_s * 1000
        self._repository = bank.repository
        self._currency = bank.currency
        self._charges: Settlement[Charge] = Settlement(bank, name="charge", open_batch=self._open_charges)

    async def wallet(self, user_id: str) -> Wallet:
        """The fan's wallet; an empty one where nothing was ever topped up."""
        async with self._database.read(primary=True) as session:
            found = await self._repository.wallet(session, user_id)
        return found or Wallet(user_id, self._currency, 0)

    async def history(self, user_id: str, cursor: str | None, limit: int) -> list[WalletEntry]:
        """The newest entries first, those before `cursor`."""
        async with self._database.read(fresh=True) as session:
            return await self._repository.history(session, user_id, cursor, limit)

    async def entry(self, user_id: str, transfer_id: str) -> WalletEntry:
        """One entry of the fan's own history. Raises `NotFound`."""
        async with self._database.read(primary=True) as session:
            found = await self._repository.entry(session, user_id, transfer_id)
        if found is None:
            raise NotFound
        return found

    async def charge(self, user_id: str, amount_minor: int, key: str) -> Answer:
        """Top up, once for each key. Raises `IdempotencyKeyReused`, `InvalidRequest`, `Overloaded`, `Unavailable`."""
        command = Charge(
            user_id=user_id,
            key=key,
            request_hash=policy.request_hash("charge", amount_minor),
            amount_minor=amount_minor,
        )
        answer = await self._charges.submit(command)
        _log.info("topped_up", fan=user_id, amount_minor=amount_minor, replayed=answer.replayed)
        return answer

    async def forget_old_keys(self, held: Held) -> int:
        """Delete idempotency keys that are past their time, in small transactions; how many, about 10,000 at most.

        Only the newest holder of the job's lock may. Raises `FencedOff`, `TransactionConflict`, `Unavailable`.
        """
        forgotten = 0
        before_ms = self._clock.now_ms() - self._key_ttl_ms
        while forgotten < _FORGOTTEN_A_CALL_MAX:
            async with self._database.write() as session:
                await held.check(session)
                count = await self._repository.forget(session, before_ms, _FORGOTTEN_AT_ONCE_MAX)
                await session.commit()
            self._metrics.count("retired", count, what="idempotency_key")
            forgotten += count
            if count < _FORGOTTEN_AT_ONCE_MAX:
                break
        return forgotten

    async def close(self) -> None:
        """Settle what waits."""
        await self._charges.close()

    async def _open_charges(self, _session: WriteSession, _commands: Sequence[Charge], ledger: Ledger) -> Batch[Charge]:
        return _Charges(ledger)
