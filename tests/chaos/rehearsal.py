"""One rehearsal: a crowd buys, one fault follows another while the sale runs, and everything is audited."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from boxoffice.crowd.report import CrowdResult
from boxoffice.queue.models import PolicyChanges
from boxoffice.queue.policy import REBUILD_GRACE_MS
from tests.chaos.crowd import Crowd
from tests.chaos.faults import FAULTS, Fault, RedisFlushed
from tests.chaos.report import Happened, Report
from tests.chaos.seen import seen
from tests.chaos.topology import Topology
from tests.queues import inversions
from tests.servers import Flavour

_RATE_MIN_PER_S = 12.0
_SALE_S = 75.0
_ARRIVAL_S = 40.0
_SALE_WAITS_MAX_S = REBUILD_GRACE_MS / 1000 + 60
_BETWEEN = 0.05
_AFTERWARDS = 0.03
_LOOK_S = 0.1
_HASTE = 3

Say = Callable[[str], None]


async def rehearse(
    folder: Path, flavour: Flavour, *, fans: int, plan: str, instances: int, say: Say = lambda _: None
) -> Report:
    """Start everything, provoke every fault under a crowd, and say what fans saw and whether everything holds.

    A fault comes once 5 % of the fans have bought since the last; it is made good and audited once another 3 % have.
    What is said begins with the seconds from the start of all this; the report counts from there too.
    The pace of admission lets the sale last about 75 s (with few fans less), not counting the pauses that faults make.
    """
    began_s = time.monotonic()

    def told(sentence: str) -> None:
        say(f"{time.monotonic() - began_s:6.1f} s  {sentence}")

    told(f"Starting {flavour} with a replica, a Sentinel trio, and {instances} instances.")
    with Topology(folder, flavour, instances=instances) as topology:
        rate = max(_RATE_MIN_PER_S, fans / _SALE_S)
        await topology.put_on_sale(
            plan, PolicyChanges(limit=max(50, round(4 * rate)), admit_rate_per_s=rate, session_ttl_s=60)
        )
        urls = [instance.url for instance in topology.instances]
        told(f"{fans:,} fans come to {plan}; {rate:g} are let in a second.")
        with Crowd(folder, urls, topology.concert_id, fans=fans, arrival_s=fans * _ARRIVAL_S / 3000) as crowd:
            return await _Rehearsal(topology, crowd, fans, rate, told, began_s).run()


class _Lived(NamedTuple):
    """A fault that is behind: when it began, was done, and was audited, and what the audit found."""

    fault: Fault
    at_s: float
    done_s: float
    until_s: float
    problems: list[str]


class _Rehearsal:
    def __init__(
        self, topology: Topology, crowd: Crowd, fans: int, rate_per_s: float, say: Say, began_s: float
    ) -> None:
        self._topology = topology
        self._crowd = crowd
        self._fans = fans
        self._rate_per_s = rate_per_s
        self._say = say
        self._began_s = began_s
        self._lived_through: list[_Lived] = []
        self._inversions = 0

    async def run(self) -> Report:
        for kind in FAULTS:
            fault = kind(self._topology)
            await self._sell(_BETWEEN, f"before {fault.name}")
            await self._live_through(fault)
        # Whoever is left has only been there so that no fault came after the sale.
        await self._topology.let_in(_HASTE * self._rate_per_s)
        self._say(f"All faults are behind; the rest are let in {_HASTE} times as fast.")
        result = await self._crowd.result()
        self._inversions += inversions(await self._topology.admissions())
        return self._report(result, await self._topology.problems())

    async def _live_through(self, fault: Fault) -> None:
        await fault.prepare()
        if isinstance(fault, RedisFlushed):
            self._inversions += inversions(fault.before)  # its log goes with the rest
        at_s = time.monotonic()
        self._say(f"Now {fault.name}.")
        self._say(f"  {await fault.provoke()}.")
        done_s = time.monotonic()
        await self._sell(_AFTERWARDS, f"after {fault.name}")
        if mended := await fault.mend():
            self._say(f"  {mended}.")
        problems = await self._topology.problems()
        until_s = time.monotonic()
        self._say(f"  the sale goes on; audit {until_s - at_s:.1f} s after the fault: {problems or 'holds'}.")
        self._lived_through.append(_Lived(fault, at_s, done_s, until_s, problems))

    async def _sell(self, share: float, when: str) -> None:
        """Until so many fans more have bought."""
        wanted = await asyncio.to_thread(self._topology.sold) + round(share * self._fans)
        until_s = time.monotonic() + _SALE_WAITS_MAX_S
        while await asyncio.to_thread(self._topology.sold) < wanted:
            if self._crowd.is_over():
                raise RuntimeError(f"The crowd went home {when}:\n{self._crowd.output.read_text()}")
            if time.monotonic() > until_s:
                raise RuntimeError(f"The sale did not go on {when}:\n{self._crowd.output.read_text()}")
            await asyncio.sleep(_LOOK_S)

    def _report(self, result: CrowdResult, problems: list[str]) -> Report:
        crowd_s = result.timeline.began_s
        return Report(
            faults=[
                Happened(
                    key=each.fault.key,
                    name=each.fault.name,
                    at_s=each.at_s - self._began_s,
                    took_s=each.done_s - each.at_s,
                    audited_after_s=each.until_s - each.at_s,
                    audit=each.problems,
                    seen=seen(result.timeline, each.at_s, each.until_s),
                )
                for each in self._lived_through
            ],
            whole=seen(result.timeline, crowd_s, crowd_s + result.seconds),
            crowd=result,
            final_audit=problems,
            inversions=self._inversions,
            errors=self._topology.errors(),
        )
