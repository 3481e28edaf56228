"""Pure decisions about money: what a batch of transfers does to balances, and which key was seen before."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from boxoffice.kernel.errors import BoxofficeError, IdempotencyKeyReused, InsufficientBalance, InvalidRequest
from boxoffice.kernel.money import balanced
from boxoffice.wallet.models import (
    CASH,
    Answer,
    KnownKey,
    MoneyCommand,
    Transfer,
    TransferKind,
    Wallet,
    revenue_account,
    wallet_account,
)

Command = TypeVar("Command", bound=MoneyCommand)
Decision = Answer | BoxofficeError


def request_hash(operation: str, *parts: object) -> str:
    """What was asked, as 64 hex digits: the same key with another hash is another request."""
    return sha256("\x1f".join([operation, *map(str, parts)]).encode()).hexdigest()


class Ledger:
    """The wallets of one batch and the transfers decided upon so far, in order of arrival.

    A transfer that is refused leaves no trace, so one bad command never sinks its neighbours.
    """

    def __init__(
        self,
        wallets: Mapping[str, Wallet],
        *,
        currency: str,
        balance_max_minor: int,
        next_id: Callable[[], str],
        now_ms: int,
    ) -> None:
        self._known = wallets
        self._balances = {user_id: wallet.balance_minor for user_id, wallet in wallets.items()}
        self._balance_max_minor = balance_max_minor
        self._next_id = next_id
        self.currency = currency
        self.now_ms = now_ms
        self.transfers: list[Transfer] = []

    def balance(self, user_id: str) -> int:
        """What the fan has now, with everything decided so far."""
        return self._balances.get(user_id, 0)

    def charge(self, user_id: str, amount_minor: int) -> Transfer:
        """Money comes in from outside. Raises `InvalidRequest` past the most a wallet may hold."""
        if self.balance(user_id) + amount_minor > self._balance_max_minor:
            raise InvalidRequest(f"A wallet may hold at most {self._balance_max_minor} {self.currency}.")
        return self._move("charge", user_id, amount_minor, CASH)

    def pay(self, user_id: str, concert_id: str, amount_minor: int) -> Transfer:
        """From wallet to takings. Raises `InsufficientBalance`."""
        missing_minor = amount_minor - self.balance(user_id)
        if missing_minor > 0:
            raise InsufficientBalance(balance_minor=self.balance(user_id), missing_minor=missing_minor)
        return self._move("payment", user_id, -amount_minor, revenue_account(concert_id))

    def refund(self, user_id: str, concert_id: str, amount_minor: int, reverses_id: str) -> Transfer:
        """From takings back to the wallet, even past the most a wallet may hold: it is the fan's money."""
        return self._move("refund", user_id, amount_minor, revenue_account(concert_id), reverses_id)

    def changed(self) -> dict[str, int]:
        """The new balance of every wallet that a transfer touched, in order of user id."""
        touched = {transfer.user_id for transfer in self.transfers}
        return {user_id: self._balances[user_id] for user_id in sorted(touched)}

    def _move(
        self, kind: TransferKind, user_id: str, amount_minor: int, other_account: str, reverses_id: str | None = None
    ) -> Transfer:
        lines = ((wallet_account(user_id), amount_minor), (other_account, -amount_minor))
        assert balanced([amount for _, amount in lines])
        transfer = Transfer(self._next_id(), kind, user_id, reverses_id, self.now_ms, lines)
        self._balances[user_id] = self.balance(user_id) + amount_minor
        self.transfers.append(transfer)
        return transfer


def replay(command: MoneyCommand, known: KnownKey | None) -> Decision | None:
    """The first answer again, or `IdempotencyKeyReused`; None when the key is new."""
    if known is None:
        return None
    if known.request_hash != command.request_hash:
        return IdempotencyKeyReused()
    return Answer(known.status, known.body.encode(), replayed=True)


def settle(
    commands: Sequence[Command],
    known: Mapping[tuple[str, str], KnownKey],
    decide: Callable[[Command], Answer],
) -> tuple[list[Decision], dict[tuple[str, str], KnownKey]]:
    """Decide each command in order of arrival; the answers, and the keys to be remembered.

    A key that stands twice in the batch is decided once. Refusals are not remembered: they moved nothing, and the
    fan may try again under the same key.
    """
    decisions: list[Decision] = []
    fresh: dict[tuple[str, str], KnownKey] = {}
    for command in commands:
        name = (command.user_id, command.key)
        decision = replay(command, known.get(name) or fresh.get(name))
        if decision is None:
            try:
                answer = decide(command)
                fresh[name] = KnownKey(command.request_hash, answer.status, answer.body.decode())
                decision = answer
            except BoxofficeError as refusal:
                decision = refusal
        decisions.append(decision)
    return decisions, fresh
