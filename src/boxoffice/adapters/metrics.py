"""Metrics behind one small interface; the catalogue of every metric stands here."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics(Protocol):
    """Counts, observes and sets. Names and labels are those of `CATALOGUE`; labels must be bounded.

    `counter` and `observer` give what to call again and again for the same labels, at less cost.
    """

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, value: float, /, **labels: str) -> None: ...
    def gauge(self, name: str, value: float, /, **labels: str) -> None: ...
    def counter(self, name: str, /, **labels: str) -> Callable[[], None]: ...
    def observer(self, name: str, /, **labels: str) -> Callable[[float], None]: ...


class NullMetrics:
    """Forgets everything: for tests and commands."""

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, value: float, /, **labels: str) -> None: ...
    def gauge(self, name: str, value: float, /, **labels: str) -> None: ...

    def counter(self, name: str, /, **labels: str) -> Callable[[], None]:
        return lambda: self.count(name, **labels)

    def observer(self, name: str, /, **labels: str) -> Callable[[float], None]:
        return lambda value: self.observe(name, value, **labels)


class _Entry(NamedTuple):
    kind: type[Counter] | type[Gauge] | type[Histogram]
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()


_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

CATALOGUE: Mapping[str, _Entry] = {
    "http_requests": _Entry(Counter, "Requests answered.", ("route", "method", "status")),
    "http_request_seconds": _Entry(Histogram, "Time to answer.", ("route", "method"), _SECONDS),
    "coalescer_batch": _Entry(Histogram, "Commands that shared a trip.", ("name",), _SIZES),
    "coalescer_refused": _Entry(Counter, "Commands refused because too many waited.", ("name",)),
    "database_retries": _Entry(
        Counter, "Transactions run again after a conflict or an unknown commit.", ("operation", "reason")
    ),
    "database_conflicts": _Entry(Counter, "Transactions that lost against another one.", ("reason",)),
    "database_reads": _Entry(Counter, "Reads by where they went.", ("source",)),
    "database_primaries": _Entry(Gauge, "Servers that take writes: 1, or something is wrong.", ()),
    "semi_sync": _Entry(Gauge, "Whether commits wait for a replica; 0 where no writes are taken.", ("primary",)),
    "primary_changes": _Entry(Counter, "Times that a primary was found, the first one included.", ()),
    "replica_lag_seconds": _Entry(Gauge, "For how long a replica has missed something.", ("replica",)),
    "replica_in_use": _Entry(Gauge, "Whether a replica is read from.", ("replica",)),
    "store_errors": _Entry(Counter, "Calls that a store did not answer.", ("store",)),
    "job_failures": _Entry(Counter, "Ticks of a job that ended with an error.", ("job",)),
    "job_running": _Entry(Gauge, "1 on the instance that runs a job of which one is enough.", ("job",)),
    "outcomes": _Entry(Counter, "Use cases by outcome (an expected conflict is one).", ("operation", "outcome")),
    "reconciled": _Entry(Counter, "Things that reconciliation put right.", ("what",)),
    "retired": _Entry(Counter, "Things deleted because their time was over.", ("what",)),
    "failed_open": _Entry(Counter, "Requests let through because a check could not be made.", ("what",)),
}


class PrometheusMetrics:
    """Keeps the catalogue in a registry of its own; `exposition()` is what `/metrics` answers."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._families = {
            name: (
                entry.kind(
                    f"boxoffice_{name}",
                    entry.help,
                    entry.labels,
                    registry=self._registry,
                    buckets=entry.buckets,
                )
                if entry.kind is Histogram
                else entry.kind(f"boxoffice_{name}", entry.help, entry.labels, registry=self._registry)
            )
            for name, entry in CATALOGUE.items()
        }
        # Finding a child by its labels costs more than counting; the keys are bounded as the labels are.
        self._children: dict[tuple[str, ...], Counter | Gauge | Histogram] = {}

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        self._child(name, labels).inc(amount)  # type: ignore[union-attr]

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        self._child(name, labels).observe(value)  # type: ignore[union-attr]

    def gauge(self, name: str, value: float, /, **labels: str) -> None:
        self._child(name, labels).set(value)  # type: ignore[union-attr]

    def counter(self, name: str, /, **labels: str) -> Callable[[], None]:
        return self._child(name, labels).inc  # type: ignore[union-attr]

    def observer(self, name: str, /, **labels: str) -> Callable[[float], None]:
        return self._child(name, labels).observe  # type: ignore[union-attr]

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def _child(self, name: str, labels: Mapping[str, str]) -> Counter | Gauge | Histogram:
        key = (name, *labels, *labels.values())  # names too: callers may give them in any order
        child = self._children.get(key)
        if child is None:
            family = self._families[name]
            child = self._children[key] = family.labels(**labels) if labels else family
        return child
