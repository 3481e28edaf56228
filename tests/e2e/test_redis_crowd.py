"""A crowd buys while a Cluster loses a node, or Redis starts again with nothing: in real processes.

Sentinel's failover and FLUSHALL are in `test_chaos.py`. Each test prints what fans saw:
`bin/test tests/e2e/test_redis_crowd.py -s` shows it.
"""

import asyncio
import re
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import msgspec

from boxoffice.adapters.migrate import migrate
from boxoffice.app import Application, build
from boxoffice.queue.models import LogEvent, PolicyChanges
from boxoffice.queue.policy import NUMBERS_PER_EPOCH, REBUILD_GRACE_MS
from boxoffice.settings import PREFIX, Settings
from deploy.stack.ports import free_port
from tests.e2e.selling import put_on_sale
from tests.e2e.service import clean_environ, command
from tests.queues import inversions
from tests.servers_redis import Cluster, Server, redis_binary, valkey_binary, wait_until

Result = TypeVar("Result")

FANS = 400
RATE_PER_S = 30.0
CROWD_MAX_S = 150
START_MAX_S = 60.0


class Sale:
    """One instance of `boxoffice serve` over a Redis of the test's, with a hall on sale, 30 fans let in a second."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.settings = Settings(
            database_url=f"sqlite+aiosqlite:///{folder}/sale.db",
            redis_url=redis_url,
            secret="s" * 32,
            port=free_port(),
            password_time_cost=1,
            password_memory_kib=8,
            reconcile_s=2,
        )
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.concert_id = ""
        self.output = ""
        self.refused: list[float] = []
        """The moments at which the public queue could not be read."""
        self._log = folder / "serve.log"

    async def prepare(self) -> None:
        await migrate(self.settings.database_url)
        changes = PolicyChanges(limit=20, admit_rate_per_s=RATE_PER_S, session_ttl_s=60)
        self.concert_id = await self._with_application(lambda application: put_on_sale(application, "hall", changes))

    async def log(self) -> list[LogEvent]:
        """The admission log as it is now."""

        async def read(application: Application) -> list[LogEvent]:
            return [event async for event in application.queue.log(self.concert_id)]

        return await self._with_application(read)

    async def problems(self) -> list[str]:
        """What `boxoffice audit` would find."""

        async def read(application: Application) -> list[str]:
            await asyncio.sleep(0)
            report = await application.backoffice.audit(self.concert_id)
            return [f"{check.name}: {check.detail}" for check in report.checks if not check.ok]

        return await self._with_application(read)

    def under_a_crowd(self, after_s: float, deed: Callable[[], None]) -> None:
        """Serve, send the crowd, do the deed in its midst, and wait until the last fan has gone home."""
        with self._serving():
            crowd = subprocess.Popen(
                command(
                    *("crowd", "--base-url", self.url, "--concert", self.concert_id),
                    *("--fans", str(FANS), "--arrival-s", "3"),
                ),
                env=clean_environ(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            ended = threading.Event()
            watching = threading.Thread(target=self._watch, args=(ended,))
            watching.start()
            try:
                time.sleep(after_s)  # the middle of a crowd is a moment of real time
                assert crowd.poll() is None
                deed()
                self.output, _ = crowd.communicate(timeout=CROWD_MAX_S)
            finally:
                ended.set()
                watching.join()
                if crowd.poll() is None:
                    crowd.terminate()
                    crowd.wait(10)
        (self._log.parent / "crowd.txt").write_text(self.output)
        assert crowd.returncode == 0, self.output

    def told(self) -> str:
        """What fans saw, in a line."""
        counts = [
            line
            for line in re.sub(r"[│┃]", " ", self.output).splitlines()
            if re.search(r"came|admitted|bought|unavailable|overloaded|requests in", line)
        ]
        longest_s = max(
            (later - sooner for sooner, later in zip(self.refused, self.refused[1:], strict=False)), default=0
        )
        span_s = self.refused[-1] - self.refused[0] if self.refused else 0.0
        return " ".join(" ".join(line.split()) for line in counts) + (
            f" | public queue: {len(self.refused)} refusals within {span_s:.1f} s (widest gap {longest_s:.1f} s)"
        )

    def server_log(self) -> str:
        return self._log.read_text()

    @contextmanager
    def _serving(self) -> Iterator[None]:
        environ = {
            f"{PREFIX}{name.upper()}": str(value)
            for name, value in msgspec.structs.asdict(self.settings).items()
            if value is not None
        }
        with self._log.open("wb") as output:
            process = subprocess.Popen(command("serve"), env=clean_environ() | environ, stdout=output, stderr=output)
        try:
            wait_until(lambda: self._looks() == 200, self._log.read_text(), within_s=START_MAX_S)
            yield
        finally:
            process.terminate()
            process.wait(30)

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(0.1):
            if self._looks() != 200:
                self.refused.append(time.monotonic())

    def _looks(self) -> int:
        try:
            with urlopen(f"{self.url}/api/v1/concerts/{self.concert_id}/queue", timeout=5) as reply:
                return int(reply.status)
        except HTTPError as error:
            return error.code
        except (URLError, OSError):
            return 0

    async def _with_application(self, work: Callable[[Application], Coroutine[Any, Any, Result]]) -> Result:
        application = build(self.settings)
        try:
            return await work(application)
        finally:
            await application.close()


async def test_a_node_of_the_cluster_dies_under_a_crowd_and_the_audit_holds(tmp_path: Path) -> None:
    with Cluster(redis_binary(), tmp_path / "redis", replicas=1) as cluster:
        assert isinstance(cluster, Cluster)
        sale = Sale(tmp_path, cluster.url)
        await sale.prepare()
        node = owner_of(cluster, f"{{c:{sale.concert_id}}}:policy")
        await asyncio.to_thread(sale.under_a_crowd, 6.0, node.kill)
        print("Death of the concert's node in the Cluster:", sale.told())  # noqa: T201

        assert await sale.problems() == []
        assert inversions(await sale.log()) == 0
        assert '"level":"error"' not in sale.server_log()


async def test_redis_starts_again_with_nothing_under_a_crowd_and_order_seats_and_money_hold(tmp_path: Path) -> None:
    with Server(valkey_binary(), tmp_path / "redis", 'save ""', "appendonly no") as server:
        sale = Sale(tmp_path, server.url)
        await sale.prepare()
        lost_at_ms = 0

        def lose() -> None:
            nonlocal lost_at_ms
            server.kill()
            server.start()
            seconds, _ = server.ask("TIME")
            lost_at_ms = int(seconds) * 1000

        await asyncio.to_thread(sale.under_a_crowd, 6.0, lose)
        log = await sale.log()
        admitted = [event for event in log if event.kind == "admit"]
        first_s = (admitted[0].at_ms - lost_at_ms) / 1000
        old = [event.number for event in admitted if event.number <= NUMBERS_PER_EPOCH]
        print(  # noqa: T201
            f"Started again with nothing: first admission after {first_s:.1f} s, {len(old)} old numbers |", sale.told()
        )

        assert await sale.problems() == []
        assert inversions(log) == 0
        assert log[0].kind == "prepare"
        assert len(old) > FANS // 4
        assert REBUILD_GRACE_MS / 1000 - 1 <= first_s < REBUILD_GRACE_MS / 1000 + 5
        assert '"level":"error"' not in sale.server_log()


def owner_of(cluster: Cluster, key: str) -> Server:
    """The primary that has the key."""
    slot = int(cluster.servers[0].ask("CLUSTER", "KEYSLOT", key))
    for first, last, owner, *_ in cluster.servers[0].ask("CLUSTER", "SLOTS"):
        if int(first) <= slot <= int(last):
            return next(server for server in cluster.servers if server.port == int(owner[1]))
    raise AssertionError(f"Nobody has slot {slot}.")
