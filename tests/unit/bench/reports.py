"""Reports as runs leave them."""

from typing import Any

from bench.machine import Machine
from bench.results import Audit, Fact, Measured, Report, Series, Spread

MACHINE = Machine(
    processor="A processor",
    cores=2,
    memory_gib=23.5,
    kernel="6.1",
    python="3.11.7",
    database="MariaDB 10.11",
    redis="Valkey 9.1",
    commit="abc1234",
)


def measured(**changes: Any) -> Measured:
    """A poll at four fifths of the empty endpoint."""
    values: dict[str, Any] = {
        "name": "current",
        "title": "poll of a called fan",
        "limit": "empty endpoint",
        "per_s": Spread(20_000, 19_000, 21_000),
        "limit_per_s": Spread(25_000, 24_000, 26_000),
        "ratio": Spread(0.8, 0.76, 0.84),
        "server_us": Spread(44.0, 43.0, 45.0),
        "cpu_ratio": Spread(0.82, 0.8, 0.84),
        "redis_us": 20.0,
        "database_us": 0.0,
        "p50_ms": 2.0,
        "p99_ms": 5.0,
        "requests": 60_000,
        "refused": 0,
        "target": 0.75,
    }
    return Measured(**values | changes)


def fact(**changes: Any) -> Fact:
    """An instance that is 12 MiB too large."""
    values: dict[str, Any] = {
        "name": "idle",
        "title": "memory of an idle instance",
        "value": 102.0,
        "unit": "MiB",
        "target": 90,
        "at_most": True,
    }
    return Fact(**values | changes)


def report(**changes: Any) -> Report:
    """One of each."""
    values: dict[str, Any] = {
        "at": "2026-11-22T10:00:00+00:00",
        "machine": MACHINE,
        "mode": "full",
        "layout": "server alone on core 0",
        "measured": [measured()],
        "facts": [fact()],
        "series": [Series(name="queue", title="The queue", sizes=[1000, 1_000_000], rows={"poll, µs": [11.0, 12.0]})],
        "audits": [Audit(part="current", made=1, sales=1, broken=[])],
    }
    return Report(**values | changes)
