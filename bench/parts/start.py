"""How long an instance takes from its start to its first answer, and what it needs while nothing happens."""

import asyncio
import time
from statistics import median
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from bench.accounting import memory
from bench.context import Context
from bench.processes import STARTS_WITHIN_S, Instance
from bench.results import Fact
from bench.stores import environ_of

_MIB = 1 << 20
_START_MOST_S = 1.5
_MEMORY_MOST_MIB = 90
_SETTLES_S = 2.0


class _Started(NamedTuple):
    answers_s: float
    ready_s: float
    rss_mib: float
    pss_mib: float


async def start(context: Context) -> list[Fact]:
    """`boxoffice serve` on a core of its own over stores that run and have nothing to sell: the median of some starts.

    Then one more start, with a hall on sale: what an instance keeps of it.
    """
    starts = [await _start(context) for _ in range(context.size.starts)]
    sale = await context.house.sale(sections=context.size.sections)
    selling = await _start(context, f"/api/v1/performances/{sale.performance_id}/availability")
    answers_s, ready_s, rss, pss = (median(values) for values in zip(*starts, strict=True))
    context.say(
        f"start to first answer {answers_s:.2f} s, idle {rss:.0f} MiB, {selling.rss_mib:.0f} MiB with a sale on"
    )
    return [
        Fact(
            name="start_s",
            title="start to first answer",
            value=answers_s,
            unit="s",
            target=_START_MOST_S,
            at_most=True,
        ),
        Fact(name="ready_s", title="start to readiness", value=ready_s, unit="s"),
        Fact(
            name="idle_rss_mib",
            title="memory of an idle instance (RSS)",
            value=rss,
            unit="MiB",
            target=_MEMORY_MOST_MIB,
            at_most=True,
        ),
        Fact(name="idle_pss_mib", title="memory of an idle instance (PSS)", value=pss, unit="MiB"),
        Fact(
            name="selling_rss_mib",
            title=f"memory of an instance with {sale.seats:,} seats on sale (RSS)",
            value=selling.rss_mib,
            unit="MiB",
        ),
    ]


async def _start(context: Context, look: str = "/healthz") -> _Started:
    settings = context.stores.settings()
    log = context.stores.folder / f"start-{settings.port}.log"
    began_s = time.perf_counter()
    running = Instance(environ_of(settings), core=context.cores.server, log=log, module="boxoffice")
    try:
        answers_s = await _first_answer(f"{running.url}/healthz") - began_s
        ready_s = await _first_answer(f"{running.url}/readyz") - began_s
        await _first_answer(f"{running.url}{look}")
        await asyncio.sleep(_SETTLES_S)
        used = memory(running.pid)
    finally:
        running.stop()
    return _Started(answers_s, ready_s, used.rss / _MIB, used.pss / _MIB)


async def _first_answer(url: str) -> float:
    until_s = time.perf_counter() + STARTS_WITHIN_S
    while time.perf_counter() < until_s:
        try:
            with urlopen(url, timeout=1) as reply:  # noqa: ASYNC210  nothing else runs meanwhile
                if reply.status == 200:
                    return time.perf_counter()
        except (URLError, OSError):
            await asyncio.sleep(0.005)
    raise RuntimeError(f"No answer from {url}.")
