"""One run: the stores, and the parts that were asked for, one after the other."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.context import Context, Size
from bench.house import House
from bench.machine import Cores, describe
from bench.operations import Operations
from bench.parts.curve import curve
from bench.parts.overload import overload
from bench.parts.pair import pair
from bench.parts.purchase import purchase
from bench.parts.queue_size import queue_size
from bench.parts.scripts import scripts
from bench.parts.sql import sql
from bench.parts.start import start
from bench.parts.wide import wide
from bench.results import Fact, Report, Series
from bench.rounds import Bench, measure
from bench.shares import shares
from bench.stores import Stores, scratch_folder

FULL = Size(
    "full",
    rounds=7,
    seconds=1.5,
    sections=48,
    stadium=48,
    most=20_000,
    connections=64,
    curve=(1, 8, 64, 256, 1024),
    crowds=(1000, 10_000, 100_000, 1_000_000),
    purchases=10_000,
    batches=150,
    starts=5,
    audits=None,
    fitting=1024,
    overload=6144,
)
QUICK = Size(
    "quick",
    rounds=3,
    seconds=0.5,
    sections=8,
    stadium=8,
    most=4000,
    connections=64,
    curve=(),
    crowds=(),
    purchases=0,
    batches=0,
    starts=0,
    audits=3,
    fitting=0,
    overload=0,
)
TINY = Size(
    "tiny",
    rounds=1,
    seconds=0.3,
    sections=2,
    stadium=2,
    most=300,
    connections=8,
    curve=(1, 16),
    crowds=(500, 2000),
    purchases=100,
    batches=2,
    starts=1,
    audits=None,
    fitting=16,
    overload=64,
)

OPERATIONS = ("snapshot", "availability", "current", "join", "hold", "payment")
Part = Callable[[Context], Awaitable[Sequence[Fact | Series]]]
FIRST: dict[str, Part] = {"start": start}
"""Measured while there is nothing to sell."""
PARTS: dict[str, Part] = {
    "scripts": scripts,
    "sql": sql,
    "purchase": purchase,
    "stadium_availability": wide,
    "queue": queue_size,
    "curve": curve,
    "overload": overload,
    "pair": pair,
}
NAMES = (*FIRST, *OPERATIONS, *PARTS)


def run(size: Size, only: Sequence[str], say: Callable[[str], None], profiles: Path | None = None) -> Report:
    """Measure the parts that `only` names. Raises `RuntimeError` where something is missing or does not start."""
    cores = Cores.of_this_machine()
    usable = os.sched_getaffinity(0)
    # Whatever is started from here on inherits this: stores and load share a core, the server gets the other one.
    os.sched_setaffinity(0, {cores.rest})
    try:
        with ExitStack() as stack:
            stores = stack.enter_context(Stores(scratch_folder(stack)))
            return asyncio.run(_run(size, only, say, cores, stores, profiles))
    finally:
        os.sched_setaffinity(0, usable)


async def _run(
    size: Size,
    only: Sequence[str],
    say: Callable[[str], None],
    cores: Cores,
    stores: Stores,
    profiles: Path | None,
) -> Report:
    report = Report(
        at=datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251  when it was, not a decision
        machine=describe(**stores.versions()),
        mode=size.name,
        layout=f"server alone on core {cores.server}; MariaDB, Valkey and the generator together on core {cores.rest}; "
        f"{size.connections} connections, {size.rounds} rounds of {size.seconds} s, medians",
    )
    house = House(stores)
    context = Context(house=house, stores=stores, cores=cores, size=size, say=say, profiles=profiles)
    try:
        await _carry_out(context, {name: part for name, part in FIRST.items() if name in only}, report)
        await _measure_operations(context, only, report)
        await _carry_out(context, {name: part for name, part in PARTS.items() if name in only}, report)
    finally:
        await house.close()
    report.facts.extend(shares(report))
    return report


async def _measure_operations(context: Context, only: Sequence[str], report: Report) -> None:
    if not set(OPERATIONS) & set(only):
        return
    size = context.size
    with context.instance() as instance:
        pids = {"server": [instance.pid], **context.stores.pids}
        bench = Bench(instance.url, pids, size.rounds, size.seconds, size.connections, context.profiles)
        operations = Operations(context.house, instance.url, sections=size.sections, most=size.most)
        for name, steps in operations.groups().items():
            if name in only:
                report.measured.extend(await measure(bench, steps, context.say))
                await _audit(context, name, report)


async def _carry_out(context: Context, parts: Mapping[str, Part], report: Report) -> None:
    for name, part in parts.items():
        found = await part(context)
        report.facts.extend(each for each in found if isinstance(each, Fact))
        report.series.extend(each for each in found if isinstance(each, Series))
        await _audit(context, name, report)


async def _audit(context: Context, part: str, report: Report) -> None:
    began_s = time.perf_counter()
    audit = await context.house.audit(part, most=context.size.audits)
    context.say(f"{part}: {audit.sales} of {audit.made} sales audited in {time.perf_counter() - began_s:.1f} s")
    if audit.made:
        report.audits.append(audit)
