"""The service as it runs in production, in private processes: instances, a database pair, Redis behind Sentinel."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from boxoffice.adapters.migrate import migrate
from boxoffice.app import Application, build
from boxoffice.queue.models import LogEvent, PolicyChanges
from boxoffice.settings import PREFIX, Settings
from tests.e2e.selling import put_on_sale
from tests.e2e.service import Instance
from tests.servers import Flavour, Pair
from tests.servers_redis import Trio, valkey_binary
from tests.world import OPERATOR

Result = TypeVar("Result")

SEMI_SYNC_MS = 1000
"""How long a commit waits for the replica before the primary goes on alone."""


class Topology:
    """Nothing is shared with another run: folders, ports and processes are its own, and gone afterwards."""

    def __init__(self, folder: Path, flavour: Flavour, *, instances: int) -> None:
        self._folder = folder
        self._flavour = flavour
        self._count = instances
        self._stack = ExitStack()
        self.concert_id = ""
        self.instances: list[Instance] = []

    def __enter__(self) -> "Topology":
        self.trio = Trio(valkey_binary(), self._folder / "redis")
        with ExitStack() as stack, ThreadPoolExecutor() as threads:
            starting = threads.submit(stack.enter_context, self.trio)
            self.pair = Pair(self._flavour, semi_sync_ms=SEMI_SYNC_MS)
            stack.callback(self.pair.remove)
            starting.result()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        for instance in self.instances:
            instance.clear_away()
        self._stack.close()

    async def put_on_sale(self, plan: str, changes: PolicyChanges) -> None:
        """Migrate as one user, serve as another, and open the sale."""
        await migrate(self.pair.primary.url("migrator"))
        self._settings = Settings(
            database_url=f"{self.pair.primary.url()},{self.pair.replica.url()}",
            replica_url=self.pair.replica.url(),
            redis_url=self.trio.url,
            secret="s" * 32,
            # The fans are invented by the thousand; hashing their passwords is not what is looked at.
            password_time_cost=1,
            password_memory_kib=8,
            reconcile_s=2,
        )
        given = {name: value for name, value in msgspec.structs.asdict(self._settings).items() if value is not None}
        lines = [f"{PREFIX}{name.upper()}={value}\n" for name, value in given.items()]
        (self._folder / "boxoffice.env").write_text("".join(lines))
        self.concert_id = await self._with_application(lambda application: put_on_sale(application, plan, changes))
        self.instances = [Instance(self._folder) for _ in range(self._count)]
        await asyncio.gather(*(instance.start() for instance in self.instances))

    async def let_in(self, rate_per_s: float) -> None:
        """Another pace of admission from now on."""
        changes = PolicyChanges(admit_rate_per_s=rate_per_s)
        await self._with_application(
            lambda application: application.queue.change_policy(OPERATOR, self.concert_id, changes)
        )

    def sold(self) -> int:
        """How many reservations the primary has."""
        return int(self.pair.primary.value("SELECT count(*) FROM boxoffice.reservations"))

    async def problems(self) -> list[str]:
        """What `boxoffice audit` finds broken, in words."""

        async def read(application: Application) -> list[str]:
            report = await application.backoffice.audit(self.concert_id)
            return [f"{check.name}: {check.detail}" for check in report.checks if not check.ok]

        return await self._with_application(read)

    async def admissions(self) -> list[LogEvent]:
        """The admission log as it is now."""

        async def read(application: Application) -> list[LogEvent]:
            return [event async for event in application.queue.log(self.concert_id)]

        return await self._with_application(read)

    def errors(self) -> list[str]:
        """What the instances logged as errors: bugs."""
        lines = [line for instance in self.instances for line in instance.log.read_text().splitlines()]
        return [line for line in lines if '"level":"error"' in line]

    async def _with_application(self, work: Callable[[Application], Awaitable[Result]]) -> Result:
        application = build(self._settings)
        try:
            await asyncio.sleep(0)
            return await work(application)
        finally:
            await application.close()
