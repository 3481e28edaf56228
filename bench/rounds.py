"""Measures operations in turn with their limit, round after round, so that whatever changes meanwhile hits both."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.accounting import Meter
from bench.profile import profiled
from bench.results import Measured, Spread
from bench.serve import EMPTY
from bench.wrk import Load, drive, request

EMPTY_REQUEST = request("GET", EMPTY)
LIMIT = "empty endpoint"


class Step(NamedTuple):
    """One operation. `prepare` makes the requests of a round; with `cycle` they may be sent again and again."""

    name: str
    title: str
    prepare: Callable[[int], Awaitable[Sequence[bytes]]]
    target: float | None = None
    cycle: bool = False


class Round(NamedTuple):
    """What one round of an operation took, and the round of its limit before it."""

    load: Load
    cpu_s: dict[str, float]
    limit: Load
    limit_cpu_s: dict[str, float]


class Bench(NamedTuple):
    """Where the load goes and how much of it. `pids`: of `server`, `redis` and `database`.

    `profiles`: where a flame graph of each operation goes, taken in a round more that is not counted.
    """

    url: str
    pids: dict[str, list[int]]
    rounds: int
    seconds: float
    connections: int
    profiles: Path | None = None


async def measure(bench: Bench, steps: Sequence[Step], say: Callable[[str], None]) -> list[Measured]:
    """Every step in each round, in order, and before each of them the empty endpoint."""
    found: dict[str, list[Round]] = {step.name: [] for step in steps}
    for number in range(bench.rounds):
        for step in steps:
            requests = await step.prepare(number)
            limit, limit_cpu_s = _drive(bench, [EMPTY_REQUEST], cycle=True)
            load, cpu_s = _drive(bench, requests, cycle=step.cycle)
            found[step.name].append(Round(load, cpu_s, limit, limit_cpu_s))
            say(f"{step.title}: {load.per_s:,.0f}/s, {load.per_s / limit.per_s:.2f} of empty")
    if bench.profiles is not None:
        for step in steps:
            requests = await step.prepare(bench.rounds)
            path = bench.profiles / f"profile-{step.name}.svg"
            with profiled(bench.pids["server"][0], path):
                _drive(bench, requests, cycle=step.cycle)
            say(f"{step.title}: flame graph in {path}")
    return [_summary(step, found[step.name]) for step in steps]


def _drive(bench: Bench, requests: Sequence[bytes], *, cycle: bool) -> tuple[Load, dict[str, float]]:
    meter = Meter(bench.pids)
    load = drive(bench.url, requests, connections=bench.connections, seconds=bench.seconds, cycle=cycle)
    return load, meter.read()


def _summary(step: Step, rounds: Sequence[Round]) -> Measured:
    def each_us(name: str) -> list[float]:
        return [1e6 * each.cpu_s[name] / max(1, each.load.requests) for each in rounds]

    limit_us = [1e6 * each.limit_cpu_s["server"] / each.limit.requests for each in rounds]
    server_us = each_us("server")
    return Measured(
        name=step.name,
        title=step.title,
        limit=LIMIT,
        per_s=Spread.of([each.load.per_s for each in rounds]),
        limit_per_s=Spread.of([each.limit.per_s for each in rounds]),
        ratio=Spread.of([each.load.per_s / each.limit.per_s for each in rounds]),
        server_us=Spread.of(server_us),
        cpu_ratio=Spread.of([limit / ours for limit, ours in zip(limit_us, server_us, strict=True)]),
        redis_us=Spread.of(each_us("redis")).median,
        database_us=Spread.of(each_us("database")).median,
        p50_ms=Spread.of([each.load.p50_us / 1000 for each in rounds]).median,
        p99_ms=Spread.of([each.load.p99_us / 1000 for each in rounds]).median,
        requests=sum(each.load.requests for each in rounds),
        refused=sum(each.load.refused + each.load.broken + each.load.timeouts for each in rounds),
        target=step.target,
    )
