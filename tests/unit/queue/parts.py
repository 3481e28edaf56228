"""The queue's service, and what it is handed: stand-ins that remember what they were asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from boxoffice.accounts.models import Fan
from boxoffice.adapters.database import TransactionConflict
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import (
    Admission,
    LiveNumbers,
    LogEvent,
    StoredPlace,
    StoredPolicy,
    Unprepared,
)
from boxoffice.queue.service import QueueService
from tests.queues import CONCERT, OPEN
from tests.standins import StandInDatabase

SECRET = "s" * 32
TTL_S = 3600
OTHER = "01890000-0000-7000-8000-000000000002"
ANN = Fan("ann", "fan", "session", 0)
BOB = Fan("bob", "fan", "session", 0)
OPERATOR = Fan("operator", "operator", "session", 0)
DEFAULTS = OPEN._replace(phase="scheduled", limit=500)


class StandInRepository:
    """Policies and epochs in memory."""

    def __init__(self) -> None:
        self.stored: dict[str, StoredPolicy] = {}
        self.epochs: dict[str, int] = {}
        self.conflicts = 0
        self.fails: Exception | None = None
        self.listed = 0

    async def policy(self, _session: object, concert_id: str) -> StoredPolicy | None:
        return self.stored.get(concert_id)

    policy_to_change = policy

    async def policies(self, _session: object) -> list[StoredPolicy]:
        self.listed += 1
        if self.fails:
            raise self.fails
        return list(self.stored.values())

    async def insert_policy(self, _session: object, stored: StoredPolicy) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise TransactionConflict
        self.stored[stored.concert_id] = stored

    update_policy = insert_policy

    async def epoch(self, _session: object, concert_id: str) -> int:
        return self.epochs.get(concert_id, 0)

    async def insert_epoch(self, _session: object, concert_id: str, epoch: int, _started_ms: int) -> None:
        self.epochs[concert_id] = epoch


class StandInStore:
    """A queue store that answers what the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, StoredPolicy] = {}
        self.epochs: dict[str, int] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.place: StoredPlace | None = place("waiting")
        self.admissions: list[Admission | Exception] = []
        self.prepared = 0
        self.events = [LogEvent(f"{n}-0", "present", "f", n, n) for n in range(5)]

    def _check(self, *call: Any) -> None:
        self.asked.append(call)
        if call[1] not in self.known:
            raise Unprepared

    async def join(self, concert_id: str, fan_id: str, presented: int = 0) -> StoredPlace | None:
        self._check("join", concert_id, fan_id, presented)
        return self.place

    async def current(self, concert_id: str, fan_id: str, number: int, epoch: int) -> StoredPlace | None:
        self._check("current", concert_id, fan_id, number, epoch)
        return self.place

    async def leave(self, concert_id: str, fan_id: str, number: int) -> bool:
        self._check("leave", concert_id, fan_id, number)
        return True

    async def depart(self, concert_id: str, fan_id: str) -> bool:
        self._check("depart", concert_id, fan_id)
        return True

    async def admit(self, concert_id: str) -> Admission:
        self._check("admit", concert_id)
        answer = self.admissions.pop(0) if self.admissions else Admission(0, 0, 0, 0, False)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def bar(self, concert_id: str, fan_ids: Sequence[str], *, upto: int) -> None:
        self.asked.append(("bar", concert_id, tuple(fan_ids), upto))

    async def numbers(self, concert_id: str) -> LiveNumbers:
        self._check("numbers", concert_id)
        policy = self.known[concert_id].policy
        return LiveNumbers(policy.phase, policy.limit, 1, 3, 5, 9, 6, 2, 3, 3, 0.25, 42)

    async def set_policy(self, stored: StoredPolicy) -> None:
        self._check("set_policy", stored.concert_id, stored.version)
        self.known[stored.concert_id] = max(stored, self.known[stored.concert_id], key=lambda each: each.version)

    async def prepare(self, stored: StoredPolicy, *, epoch: int) -> bool:
        self.prepared += 1
        self.known.setdefault(stored.concert_id, stored)
        self.epochs.setdefault(stored.concert_id, epoch)
        return True

    async def log_page(self, _concert_id: str, after: str | None, _count: int) -> list[LogEvent]:
        start = 0 if after is None else int(after.split("-")[0]) + 1
        return self.events[start : start + 2]

    def lose_everything(self) -> None:
        self.known.clear()
        self.epochs.clear()


class StandInCatalog:
    async def concert_exists(self, concert_id: str) -> bool:
        return concert_id in (CONCERT, OTHER)

    async def performances_of(self, concert_id: str) -> Sequence[str]:
        return [f"{concert_id}-1", f"{concert_id}-2"]


class StandInSoldSeats:
    async def sold_seats(self, performance_id: str) -> Sequence[tuple[int, str]]:
        return [(1, "ann"), (2, "ann")] if performance_id.endswith("1") else [(1, "bob")]


class StandInAccounts:
    def __init__(self) -> None:
        self.recorded: list[tuple[str, str, str, Mapping[str, object]]] = []

    async def record(
        self, _session: object, actor_id: str, action: str, subject: str, details: Mapping[str, object]
    ) -> None:
        self.recorded.append((actor_id, action, subject, details))


def place(status: str, number: int = 7, repeated: bool = False) -> StoredPlace:
    return StoredPlace(
        status, number, 1_700_000_600_000, 3, 0, 5, 1.0, "open", 10, 0, 600_000, 30_000, 1, 1_700_000_000_000, repeated
    )


class Parts:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.database = StandInDatabase()
        self.repository = StandInRepository()
        self.store = StandInStore()
        self.accounts = StandInAccounts()
        self.tokens = Tokens(SECRET, kind="queue", clock=clock)
        self.service = self.instance()

    def instance(self) -> QueueService:
        return QueueService(
            database=self.database,
            repository=self.repository,
            store=self.store,
            catalog=StandInCatalog(),
            sold=StandInSoldSeats(),
            accounts=self.accounts,
            tokens=self.tokens,
            clock=self.clock,
            metrics=NullMetrics(),
            defaults=DEFAULTS,
            token_ttl_s=TTL_S,
            snapshot_ms=500,
        )
