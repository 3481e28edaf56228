"""Stand-ins for ports, where a test looks at one layer alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from boxoffice.accounts.models import Fan
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.kernel.errors import Forbidden, Unauthorized
from boxoffice.wallet.models import KnownKey, Wallet
from boxoffice.wallet.policy import Ledger


class StandInSession:
    """A session that only remembers whether it was committed."""

    def __init__(self) -> None:
        self.committed = False

    async def commit(self) -> None:
        self.committed = True


class StandInDatabase:
    """Opens `StandInSession`s and keeps them, so that a service test sees what was opened and committed."""

    def __init__(self) -> None:
        self.reads: list[StandInSession] = []
        self.writes: list[StandInSession] = []

    @asynccontextmanager
    async def read(self, *, primary: bool = False, fresh: bool = False) -> AsyncIterator[Any]:
        session = StandInSession()
        self.reads.append(session)
        yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        session = StandInSession()
        self.writes.append(session)
        yield session


class StandInWallets:
    """The wallet repository in memory; it can be told to fail."""

    def __init__(self) -> None:
        self.balances: dict[str, int] = {}
        self.known: dict[tuple[str, str], KnownKey] = {}
        self.failures: list[Exception] = []
        self.batches: list[int] = []

    async def lock_wallets(self, _session: Any, user_ids: Sequence[str]) -> dict[str, Wallet]:
        return {user: Wallet(user, "KRW", self.balances[user]) for user in user_ids if user in self.balances}

    async def known_keys(self, _session: Any, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KnownKey]:
        return {name: self.known[name] for name in names if name in self.known}

    async def post(self, _session: Any, ledger: Ledger, _existing: Mapping[str, Wallet]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append(len(ledger.transfers))
        self.balances.update(ledger.changed())

    async def remember(self, _session: Any, keys: Mapping[tuple[str, str], KnownKey], _now_ms: int) -> None:
        self.known.update(keys)

    async def wallet(self, _session: Any, user_id: str) -> Wallet | None:
        return Wallet(user_id, "KRW", self.balances[user_id]) if user_id in self.balances else None

    async def entry(self, _session: Any, _user_id: str, _transfer_id: str) -> None:
        return None


class StandInGuard:
    """Takes the bearer token for the fan's name; the fan named `operator` is one."""

    def signed_in(self, req: Any) -> Fan:
        name = (req.get_header("Authorization") or "").removeprefix("Bearer ")
        if not name:
            raise Unauthorized
        return Fan(name, "operator" if name == "operator" else "fan", "s", 0)

    def operator(self, req: Any) -> Fan:
        fan = self.signed_in(req)
        if fan.role != "operator":
            raise Forbidden
        return fan


class CountedMetrics(NullMetrics):
    """Notes what is counted: name and labels, as often as it was."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, tuple[str, ...]]] = []

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        self.counted += [(name, tuple(labels.values()))] * int(amount)
