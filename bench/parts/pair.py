"""Two processes on two cores against one: a page that is kept, and two paths with work behind them."""

import resource
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

from bench.accounting import Meter
from bench.context import Context, on_core
from bench.operations import Operations
from bench.processes import Instance
from bench.results import Fact
from bench.rounds import Step
from bench.wrk import drive

_TARGET = 1.8
_PATHS = ("snapshot", "current", "join")


class _Taken(NamedTuple):
    """Answers a second, and microseconds of CPU for one: of the servers, of both stores, of the generator."""

    per_s: float
    server_us: float
    stores_us: float
    generator_us: float


async def pair(context: Context) -> list[Fact]:
    """Each path from one process and from two, in turn.

    Where there are fewer than four cores, stores and generator take from the second process what they need, and the
    target is judged by what a request costs the servers when both run; else by throughput.
    """
    facts: list[Fact] = []
    size = context.size
    with ExitStack() as stack:
        first = stack.enter_context(context.instance())
        second = stack.enter_context(context.instance(core=context.cores.second))
        operations = Operations(context.house, first.url, second.url, sections=2, most=size.most)
        groups = operations.groups()
        for name in _PATHS:
            step = groups[name][0]
            await _drive(context, step, 0, [first, second])  # does not count: the first requests cost more
            rounds = [
                (await _drive(context, step, number, [first]), await _drive(context, step, number, [first, second]))
                for number in range(1, size.rounds + 1)
            ]
            facts += _told(context, step, rounds)
    return facts


def _told(context: Context, step: Step, rounds: Sequence[tuple[_Taken, _Taken]]) -> list[Fact]:
    by_throughput = median(two.per_s / one.per_s for one, two in rounds)
    by_cpu = median(2 * one.server_us / two.server_us for one, two in rounds)
    server_us, stores_us, generator_us = (
        median(getattr(two, name) for _, two in rounds) for name in ("server_us", "stores_us", "generator_us")
    )
    context.say(
        f"{step.name}, two processes by one: {by_throughput:.2f} by throughput, {by_cpu:.2f} by CPU; a request costs "
        f"servers {server_us:.0f}, stores {stores_us:.0f}, generator {generator_us:.0f} µs"
    )
    title = f"{step.name}, two processes by one"
    enough = context.cores.suffice_for_two
    where = "" if enough else ", stores and generator on the same cores"
    return [
        Fact(
            name=f"pair_{step.name}_throughput",
            title=f"{title}: throughput{where}",
            value=by_throughput,
            target=_TARGET if enough else None,
        ),
        Fact(
            name=f"pair_{step.name}_cpu",
            title=f"{title}: by CPU of the servers for a request",
            value=by_cpu,
            target=None if enough else _TARGET,
        ),
        *(
            Fact(name=f"pair_{step.name}_{short}_us", title=f"{title}: CPU of {who} for a request", value=us, unit="µs")
            for short, who, us in (
                ("server", "the servers", server_us),
                ("stores", "the stores", stores_us),
                ("generator", "the generator", generator_us),
            )
        ),
    ]


async def _drive(context: Context, step: Step, number: int, instances: Sequence[Instance]) -> _Taken:
    requests = await step.prepare(number)
    shares = [requests if step.cycle else requests[at :: len(instances)] for at in range(len(instances))]
    size = context.size
    stores = [pid for pids in context.stores.pids.values() for pid in pids]
    meter = Meter({"server": [each.pid for each in instances], "stores": stores})
    before_s = _children_s()
    with on_core(context.cores.load), ThreadPoolExecutor(len(instances)) as threads:
        loads = list(
            threads.map(
                lambda instance, share: drive(
                    instance.url, share, connections=size.connections, seconds=size.seconds, cycle=step.cycle
                ),
                instances,
                shares,
            )
        )
    used_s, answers = meter.read(), sum(load.requests for load in loads)
    return _Taken(
        per_s=sum(load.per_s for load in loads),
        server_us=1e6 * used_s["server"] / answers,
        stores_us=1e6 * used_s["stores"] / answers,
        generator_us=1e6 * (_children_s() - before_s) / answers,
    )


def _children_s() -> float:
    """CPU of children that have ended: the generators."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
