"""More and more connections: throughput and waiting time of a poll and of a join, and what is shed."""

from statistics import median

from bench.context import Context
from bench.operations import Operations
from bench.results import Fact, Series
from bench.wrk import Load, drive

_OF_THE_BEST = 0.8
_P99_MOST_MS = 1000.0
_ROUNDS_MOST = 3


async def curve(context: Context) -> list[Fact | Series]:
    """Each at every number of connections in turn, several rounds of it; the last against the best."""
    found: list[Fact | Series] = []
    size = context.size
    with context.instance() as instance:
        operations = Operations(context.house, instance.url, sections=2, most=size.most)
        for name in ("current", "join"):
            step = next(step for step in operations.groups()[name] if step.name == name)
            loads: dict[int, list[Load]] = {connections: [] for connections in size.curve}
            for number in range(min(_ROUNDS_MOST, size.rounds)):
                for connections, taken in loads.items():
                    requests = await step.prepare(number)
                    load = drive(
                        instance.url, requests, connections=connections, seconds=size.seconds, cycle=step.cycle
                    )
                    taken.append(load)
                    context.say(f"{name}, {connections} connections: {load.per_s:,.0f}/s, {load.refused} refused")
            found += _told(name, loads)
    return found


def _told(name: str, loads: dict[int, list[Load]]) -> list[Fact | Series]:
    per_s = [median(load.per_s for load in taken) for taken in loads.values()]
    p99_ms = [median(load.p99_us for load in taken) / 1000 for taken in loads.values()]
    rows = {
        f"{name}, answers/s": per_s,
        f"{name}, p50 ms": [median(load.p50_us for load in taken) / 1000 for taken in loads.values()],
        f"{name}, p99 ms": p99_ms,
        f"{name}, shed (503) or broken": [
            float(sum(load.refused + load.broken for load in taken)) for taken in loads.values()
        ],
    }
    last = f"{name}, {max(loads):,} connections"
    return [
        Series(name=f"curve_{name}", title=f"{name} over more and more connections", sizes=list(loads), rows=rows),
        Fact(
            name=f"curve_{name}_share",
            title=f"{last}: share of the best",
            value=per_s[-1] / max(per_s),
            target=_OF_THE_BEST,
        ),
        Fact(
            name=f"curve_{name}_p99_ms",
            title=f"{last}: p99 is bounded",
            value=p99_ms[-1],
            unit="ms",
            target=_P99_MOST_MS,
            at_most=True,
        ),
    ]
