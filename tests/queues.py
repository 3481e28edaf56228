"""A queue in a test's hands: opens it, changes it, ticks it, and reads its log."""

from collections.abc import Iterable

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import LogEvent, QueueKeys, QueuePolicy, StoredPlace, StoredPolicy
from boxoffice.queue.policy.audit import AdmissionAudit, replay
from boxoffice.queue.store import QueueStore

CONCERT = "01890000-0000-7000-8000-000000000001"
KEYS = QueueKeys.of(CONCERT)
OPEN = QueuePolicy(phase="open", limit=2, admit_rate_per_s=0, session_ttl_s=600, presence_ttl_s=30)


class Gate:
    """One concert's queue, by hand."""

    def __init__(self, store: QueueStore, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        self.policy = OPEN
        self._version = 1

    async def open(self, *, epoch: int = 1, **policy: object) -> None:
        """Prepare the queue with `OPEN`, but for `policy`."""
        self.policy = OPEN._replace(**policy)
        await self.store.prepare(StoredPolicy(CONCERT, self.policy, self._version), epoch=epoch)

    async def change(self, **policy: object) -> None:
        """Put another policy in force."""
        self.policy = self.policy._replace(**policy)
        self._version += 1
        await self.store.set_policy(StoredPolicy(CONCERT, self.policy, self._version))

    async def join(self, fan: str, presented: int = 0) -> StoredPlace:
        place = await self.store.join(CONCERT, fan, presented)
        assert place is not None
        return place

    async def poll(self, fan: str, number: int, epoch: int = 1) -> StoredPlace:
        place = await self.store.current(CONCERT, fan, number, epoch)
        assert place is not None
        return place

    async def tick(self, after_ms: int = 0) -> int:
        """Let `after_ms` pass, then admit; how many were let in."""
        self.clock.advance(after_ms)
        admitted = 0
        while True:
            done = await self.store.admit(CONCERT)
            admitted += done.admitted
            if not done.unfinished:
                return admitted

    async def log(self) -> list[LogEvent]:
        events: list[LogEvent] = []
        while page := await self.store.log_page(CONCERT, events[-1].id if events else None):
            events.extend(page)
        return events

    async def admitted(self) -> list[int]:
        """The numbers let in, in order."""
        return [event.number for event in await self.log() if event.kind == "admit"]

    async def audit(self) -> AdmissionAudit:
        return replay(await self.log())


async def entries_of(redis: RedisClient, fan: str) -> list[str]:
    """The names of the keys in which the fan has an entry."""
    found = []
    for name, key in KEYS._asdict().items():
        kind = await redis.command("TYPE", key)
        if kind == b"zset" and await redis.command("ZSCORE", key, fan) is not None:
            found.append(name)
        if kind == b"hash" and await redis.command("HEXISTS", key, fan):
            found.append(name)
    return found


def inversions(log: Iterable[LogEvent]) -> int:
    """How often somebody went in after a higher number, having been present before that one went in."""
    since: dict[int, int] = {}
    let_in: list[tuple[int, int]] = []
    found = 0
    for at, event in enumerate(log):
        if event.kind == "present":
            since[event.number] = at
        elif event.kind == "away":
            since.pop(event.number, None)
        elif event.kind == "admit":
            present_at = since.pop(event.number, at)
            found += sum(1 for number, when in let_in if number > event.number and when > present_at)
            let_in.append((event.number, at))
    return found
