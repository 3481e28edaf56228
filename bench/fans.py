"""Fans in bulk: accounts and wallets written straight into the tables, access tokens signed with the run's secret."""

from collections.abc import Iterator, Sequence

from bench.stores import SECRET
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import SystemClock
from boxoffice.kernel.ids import IdSource
from boxoffice.wallet.models import CASH, wallet_account
from tests.servers import DatabaseServer

BALANCE_MINOR = 10_000_000
_ROWS_A_STATEMENT = 2000
_TOKEN_LIFE_MS = 86_400_000


class Fans:
    """Makes fans. A fan is known by an id; whether they have an account and money is asked for separately."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._ids = IdSource(self._clock)
        self._tokens = Tokens(SECRET, kind="access", clock=self._clock)

    def ids(self, count: int) -> list[str]:
        """`count` new fans."""
        return [self._ids.next() for _ in range(count)]

    def tokens(self, fan_ids: Sequence[str]) -> list[str]:
        """An access token for each, of a session that nobody has seen before."""
        expires_ms = self._clock.now_ms() + _TOKEN_LIFE_MS
        return [
            self._tokens.sign({"sub": fan_id, "role": "fan", "sid": self._ids.next()}, expires_ms=expires_ms)
            for fan_id in fan_ids
        ]

    def enrol(self, database: DatabaseServer, fan_ids: Sequence[str]) -> None:
        """Give each an account, and a wallet that the ledger explains."""
        now_ms = self._clock.now_ms()
        for some in _slices(fan_ids, _ROWS_A_STATEMENT):
            transfers = [self._ids.next() for _ in some]
            pairs = list(zip(some, transfers, strict=True))
            database.sql(
                "BEGIN",
                _insert("users", [f"'{fan}','{fan}@bench','Fan','-','fan',{now_ms}" for fan in some]),
                _insert("wallets", [f"'{fan}','KRW',{BALANCE_MINOR},1,{now_ms}" for fan in some]),
                _insert("transfers", [f"'{id_}','charge','{fan}',NULL,{now_ms}" for fan, id_ in pairs]),
                _insert(
                    "entries",
                    [
                        line
                        for fan, id_ in pairs
                        for line in (
                            f"'{id_}',0,'{wallet_account(fan)}',{BALANCE_MINOR}",
                            f"'{id_}',1,'{CASH}',{-BALANCE_MINOR}",
                        )
                    ],
                ),
                "COMMIT",
            )


def _insert(table: str, rows: Sequence[str]) -> str:
    return f"INSERT INTO boxoffice.{table} VALUES {','.join(f'({row})' for row in rows)}"


def _slices(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
