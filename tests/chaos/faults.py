"""What is done to the service, in the order in which it is done, and how each is made good."""

import asyncio
import signal
from abc import ABC, abstractmethod

from boxoffice.queue.models import LogEvent
from tests.chaos.topology import Topology


class Fault(ABC):
    """`provoke` does it, `mend` what an operator or a supervisor would do afterwards."""

    name: str
    key: str

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    async def prepare(self) -> None:  # noqa: B027  most have nothing to prepare
        """What has to be so, or to be known, before."""

    @abstractmethod
    async def provoke(self) -> str:
        """Do it; what was done, for whoever watches."""

    async def mend(self) -> str:
        """Make it good, where somebody would; what was done."""
        return ""


class InstanceKilled(Fault):
    name = "an instance is killed"
    key = "instance"

    async def provoke(self) -> str:
        await self._topology.instances[0].end(signal.SIGKILL)
        return f"SIGKILL to the instance on port {self._topology.instances[0].port}"

    async def mend(self) -> str:
        await self._topology.instances[0].start()
        return "another one serves in its place"


class ReplicaStopped(Fault):
    name = "the replica stops"
    key = "replica"

    async def provoke(self) -> str:
        self._topology.pair.replica.pause()
        return f"SIGSTOP to the database's replica on port {self._topology.pair.replica.port}"

    async def mend(self) -> str:
        pair = self._topology.pair
        alone = not pair.is_semi_sync()
        pair.replica.resume()
        await asyncio.to_thread(pair.wait_until_level)
        await asyncio.to_thread(pair.wait_until_semi_sync)
        went_on = "the primary had gone on alone; " if alone else ""
        return f"{went_on}the replica runs, has caught up, and commits wait for it again"


class RedisFailsOver(Fault):
    name = "Redis fails over"
    key = "redis_failover"

    async def provoke(self) -> str:
        trio = self._topology.trio
        self._dead = trio.primary()
        await asyncio.to_thread(trio.fail_over, self._dead)
        return f"SIGKILL to the Redis primary on port {self._dead.port}; Sentinel promoted the other"

    async def mend(self) -> str:
        await asyncio.to_thread(self._dead.start)
        return "the old one runs again, empty; within 10 s Sentinel makes it follow the new one"


class RedisFlushed(Fault):
    name = "Redis is emptied"
    key = "redis_flush"

    async def prepare(self) -> None:
        self.before: list[LogEvent] = await self._topology.admissions()

    async def provoke(self) -> str:
        primary = self._topology.trio.primary()
        await asyncio.to_thread(primary.ask, "FLUSHALL")
        return f"FLUSHALL to the Redis primary on port {primary.port}"


class PrimaryKilled(Fault):
    name = "the primary is killed, the replica promoted"
    key = "database_failover"

    async def prepare(self) -> None:
        await asyncio.to_thread(self._topology.pair.wait_until_semi_sync)

    async def provoke(self) -> str:
        pair = self._topology.pair
        pair.primary.kill()
        await asyncio.to_thread(pair.promote)
        return f"SIGKILL to the database's primary on port {pair.replica.port}; {pair.primary.port} promoted"


FAULTS: tuple[type[Fault], ...] = (InstanceKilled, ReplicaStopped, RedisFailsOver, RedisFlushed, PrimaryKilled)
