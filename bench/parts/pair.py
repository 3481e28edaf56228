"""Two processes on two cores against one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple
from urllib.request import urlopen

from bench.accounting import Meter
from bench.context import Context
from bench.house import Sale
from bench.processes import Instance
from bench.results import Fact
from bench.wrk import drive, request

_TARGET = 1.8


class _Taken(NamedTuple):
    per_s: float
    cpu_us: float


async def pair(context: Context) -> list[Fact]:
    """The public snapshot from one process and from two.

    Where there are only two cores, the generator takes from the second process what it needs; what two would do with a
    generator elsewhere follows from the CPU that a request costs when both run.
    """
    sale = await context.house.sale(sections=2)
    with ExitStack() as stack:
        first = stack.enter_context(context.instance())
        second = stack.enter_context(context.instance(core=context.cores.rest))
        for instance in (first, second):
            _look(instance, sale)
        _drive(context, [first, second], sale)  # does not count: the first requests cost more
        rounds = [
            (_drive(context, [first], sale), _drive(context, [first, second], sale)) for _ in range(context.size.rounds)
        ]
    by_throughput = median(two.per_s / one.per_s for one, two in rounds)
    by_cpu = median(2 * one.cpu_us / two.cpu_us for one, two in rounds)
    context.say(f"two processes by one: {by_throughput:.2f} by throughput, {by_cpu:.2f} by CPU")
    title = "two processes by one"
    return [
        Fact(name="pair_throughput", title=f"{title}, generator on the same cores", value=by_throughput),
        Fact(name="pair_cpu", title=f"{title}, by CPU for a request", value=by_cpu, target=_TARGET),
    ]


def _look(instance: Instance, sale: Sale) -> None:
    with urlopen(f"{instance.url}/api/v1/concerts/{sale.concert_id}/queue", timeout=30) as reply:
        reply.read()


def _drive(context: Context, instances: list[Instance], sale: Sale) -> _Taken:
    ask = request("GET", f"/api/v1/concerts/{sale.concert_id}/queue")
    size = context.size
    meter = Meter({"server": [instance.pid for instance in instances]})
    with ThreadPoolExecutor(len(instances)) as threads:
        loads = list(
            threads.map(
                lambda each: drive(each.url, [ask], connections=size.connections, seconds=size.seconds, cycle=True),
                instances,
            )
        )
    cpu_us = 1e6 * meter.read()["server"] / sum(load.requests for load in loads)
    return _Taken(sum(load.per_s for load in loads), cpu_us)
