"""What a run found. Plain values, written as JSON and read back to be compared."""

from collections.abc import Sequence
from statistics import median

import msgspec

from bench.machine import Machine

REFUSED_MOST = 0.01
"""Share of a measured operation's answers that may be refusals: past it, one would have measured refusing."""


class Spread(msgspec.Struct, frozen=True):
    """A figure over several rounds."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of one value at least."""
        return cls(median(values), min(values), max(values))


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An operation beside its limit, measured in turn with it.

    `ratio`: its throughput by that of the limit in the same round. `cpu_ratio`: the server's CPU for one request of
    the limit by that for one of the operation; it stays true where something else than the server is full.
    """

    name: str
    title: str
    limit: str
    per_s: Spread
    limit_per_s: Spread
    ratio: Spread
    server_us: Spread
    cpu_ratio: Spread
    redis_us: float
    database_us: float
    p50_ms: float
    p99_ms: float
    requests: int
    refused: int
    target: float | None = None

    @property
    def met(self) -> str:
        """yes, by CPU (the stores or the generator were full, the server was not), no, or nothing to meet."""
        if self.is_void:
            return "void"
        if self.target is None:
            return ""
        if self.ratio.median >= self.target:
            return "yes"
        return "by CPU" if self.cpu_ratio.median >= self.target else "no"

    @property
    def is_void(self) -> bool:
        """Whether so much was refused that the figure means nothing."""
        return self.refused > REFUSED_MOST * self.requests


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One figure; with a `target` it shall be at least that, or at most where `at_most`."""

    name: str
    title: str
    value: float
    unit: str = ""
    target: float | None = None
    at_most: bool = False

    @property
    def met(self) -> str:
        """yes, no, or nothing to meet."""
        if self.target is None:
            return ""
        return "yes" if (self.value <= self.target if self.at_most else self.value >= self.target) else "no"


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Figures over a row of sizes: `rows` has one list for each figure, with a value for each of `sizes`."""

    name: str
    title: str
    sizes: list[int]
    rows: dict[str, list[float]]


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit found after a part: of the sales that it `made`, the newest `sales` were looked at.

    `unaudited` says why others of its sales cannot be.
    """

    part: str
    made: int
    sales: int
    broken: list[str]
    unaudited: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run."""

    at: str
    machine: Machine
    mode: str
    layout: str
    measured: list[Measured] = []
    facts: list[Fact] = []
    series: list[Series] = []
    audits: list[Audit] = []

    @property
    def holds(self) -> bool:
        """Whether every audit held and no measurement is void."""
        return not any(audit.broken for audit in self.audits) and not any(row.is_void for row in self.measured)
