"""Metrics behind one small interface; the catalogue of every metric stands here."""

from collections import Counter as Tally
from collections.abc import Callable, Mapping
from itertools import product
from time import perf_counter
from typing import NamedTuple, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest


class Metrics(Protocol):
    """Counts, observes and sets. Names and labels are those of `CATALOGUE`; labels must be bounded.

    `counter` and `observer` give what to call again and again for the same labels, at less cost. A `tally` is cheaper
    still, for what is counted with every call to a store: the caller adds to it under the one label's value. `sampled`
    names a function that is asked when Prometheus is. `forget` drops every value of a gauge: no value is better than an
    old one.
    """

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, value: float, /, **labels: str) -> None: ...
    def gauge(self, name: str, value: float, /, **labels: str) -> None: ...
    def counter(self, name: str, /, **labels: str) -> Callable[[], None]: ...
    def observer(self, name: str, /, **labels: str) -> Callable[[float], None]: ...
    def tally(self, name: str, /) -> Tally[str]: ...
    def sampled(self, name: str, read: Callable[[], float], /, **labels: str) -> None: ...
    def forget(self, name: str, /) -> None: ...


class NullMetrics:
    """Forgets everything: for tests and commands."""

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, value: float, /, **labels: str) -> None: ...
    def gauge(self, name: str, value: float, /, **labels: str) -> None: ...

    def counter(self, name: str, /, **labels: str) -> Callable[[], None]:
        return lambda: self.count(name, **labels)

    def observer(self, name: str, /, **labels: str) -> Callable[[float], None]:
        return lambda value: self.observe(name, value, **labels)

    def tally(self, _name: str, /) -> Tally[str]:
        return Tally()

    def sampled(self, name: str, read: Callable[[], float], /, **labels: str) -> None: ...
    def forget(self, name: str, /) -> None: ...


class Timed:
    """Observes how long its `with` block takes, however that ends."""

    __slots__ = ("_observe", "_started_s")

    def __init__(self, observe: Callable[[float], None]) -> None:
        self._observe = observe

    def __enter__(self) -> None:
        self._started_s = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._observe(perf_counter() - self._started_s)


class _Entry(NamedTuple):
    kind: type[Counter] | type[Gauge] | type[Histogram]
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()
    known: tuple[tuple[str, ...], ...] = ()
    """Values of each label that begin at 0: of a counter that begins at 1, nobody is told of its first step."""


_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_FINE_SECONDS = (0.0001, 0.00025, 0.0005, *_SECONDS)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_CONFLICTS = ("unique", "deadlock", "lock_wait", "record_changed", "check")
_SALE = ("concert",)
_SEATS = ("concert", "performance")

CATALOGUE: Mapping[str, _Entry] = {
    "http_requests": _Entry(Counter, "Requests answered.", ("route", "method", "status")),
    "http_request_seconds": _Entry(Histogram, "Time to answer.", ("route", "method"), _SECONDS),
    "http_in_progress": _Entry(Gauge, "Requests being answered just now.", ()),
    "event_loop_lag_seconds": _Entry(
        Histogram, "How much later than asked the event loop came to a timer.", (), _SECONDS
    ),
    "coalescer_batch": _Entry(Histogram, "Commands that shared a trip.", ("name",), _SIZES),
    "coalescer_seconds": _Entry(Histogram, "Time that such a trip took.", ("name",), _SECONDS),
    "coalescer_refused": _Entry(Counter, "Commands refused because too many waited.", ("name",)),
    "database_seconds": _Entry(
        Histogram, "Time of a whole `read`, of a whole `write`, and of its `commit`.", ("operation",), _FINE_SECONDS
    ),
    "database_connections": _Entry(Gauge, "Connections in use.", ("server", "pool")),
    "database_connections_max": _Entry(Gauge, "Connections that there may be.", ("server", "pool")),
    "database_retries": _Entry(
        Counter,
        "Transactions run again after a conflict or an unknown commit.",
        ("operation", "reason"),
        known=(("payment", "charge", "cancellation", "sign_up"), (*_CONFLICTS, "unknown_commit")),
    ),
    "database_conflicts": _Entry(
        Counter, "Transactions that lost against another one.", ("reason",), known=(_CONFLICTS,)
    ),
    "database_reads": _Entry(Counter, "Reads by where they went.", ("source",)),
    "database_primaries": _Entry(Gauge, "Servers that take writes: 1, or something is wrong.", ()),
    "semi_sync": _Entry(Gauge, "Whether commits wait for a replica; 0 where no writes are taken.", ("primary",)),
    "primary_changes": _Entry(Counter, "Times that a primary was found, the first one included.", ()),
    "replica_lag_seconds": _Entry(Gauge, "For how long a replica has missed something.", ("replica",)),
    "replica_in_use": _Entry(Gauge, "Whether a replica is read from; 1 of the primary.", ("replica",)),
    "redis_calls": _Entry(Counter, "Calls sent to Redis.", ("operation",)),
    "redis_seconds": _Entry(Histogram, "Time from a pipeline to the last of its replies.", (), _FINE_SECONDS),
    "redis_losses": _Entry(Counter, "Times that a Redis server was lost.", ()),
    "redis_changes": _Entry(Counter, "Times that calls go to other Redis servers than before.", ()),
    "store_errors": _Entry(Counter, "Calls that a store did not answer.", ("store",), known=(("redis", "database"),)),
    "job_ticks": _Entry(Counter, "Ticks of a job that ended well.", ("job",)),
    "job_failures": _Entry(Counter, "Ticks of a job that ended with an error.", ("job",)),
    "job_running": _Entry(Gauge, "1 on the instance that runs a job of which one is enough.", ("job",)),
    "outcomes": _Entry(Counter, "Use cases by outcome (an expected conflict is one).", ("operation", "outcome")),
    "sales": _Entry(Gauge, "Sales that are on, paused ones too.", ()),
    "sales_shown": _Entry(Gauge, "Of these, the ones whose numbers are given.", ()),
    "queue_open": _Entry(Gauge, "1 while fans are let in, 0 while the sale is paused.", _SALE),
    "queue_waiting": _Entry(Gauge, "Fans who wait.", _SALE),
    "queue_present": _Entry(Gauge, "Fans who wait, were called and have reported.", _SALE),
    "queue_inside": _Entry(Gauge, "Fans inside.", _SALE),
    "queue_limit": _Entry(Gauge, "Fans who may be inside at once.", _SALE),
    "queue_admitted": _Entry(Gauge, "Fans let in since the queue began.", _SALE),
    "queue_rebuilds": _Entry(Counter, "Times that a queue was made anew after Redis had lost it.", ()),
    "seats": _Entry(Gauge, "Seats by state: free, held, paying, sold.", (*_SEATS, "state")),
    "seats_capacity": _Entry(Gauge, "Seats that there are; what the states sum to.", _SEATS),
    "holds": _Entry(Gauge, "Holds by state: held, paying.", (*_SEATS, "state")),
    "oldest_paying_seconds": _Entry(Gauge, "For how long the oldest payment is under way; 0: none is.", _SEATS),
    "audit_broken": _Entry(Gauge, "Promises that the last audit found broken: 0, or something is very wrong.", ()),
    "audit_sales": _Entry(Gauge, "Sales that the last audit looked at.", ()),
    "audit_seconds": _Entry(Gauge, "How long the last audit took.", ()),
    "audit_timestamp_seconds": _Entry(Gauge, "When the last audit of all sales ended, in seconds since 1970.", ()),
    "reconciled": _Entry(
        Counter,
        "Things that reconciliation put right.",
        ("what",),
        known=(("paid_hold", "unpaid_hold", "seats_set", "seats_freed", "fan_counts"),),
    ),
    "retired": _Entry(Counter, "Things deleted because their time was over.", ("what",)),
    "failed_open": _Entry(
        Counter,
        "Requests let through because a check could not be made.",
        ("what",),
        known=(("claim", "revocations", "queue_policies", "catalogue"),),
    ),
    "log_lines_dropped": _Entry(Gauge, "Lines lost since the start: nobody read the log fast enough.", ()),
}


class PrometheusMetrics:
    """Keeps the catalogue in a registry of its own; `exposition()` is what `/metrics` answers."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
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
        self._tallies: dict[str, Tally[str]] = {}
        for name, entry in CATALOGUE.items():
            for values in product(*entry.known) if entry.known else ():
                self.count(name, 0, **dict(zip(entry.labels, values, strict=True)))

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

    def tally(self, name: str, /) -> Tally[str]:
        return self._tallies.setdefault(name, Tally())

    def sampled(self, name: str, read: Callable[[], float], /, **labels: str) -> None:
        self._child(name, labels).set_function(read)  # type: ignore[union-attr]

    def forget(self, name: str, /) -> None:
        if CATALOGUE[name].labels:
            self._families[name].clear()
            self._children = {key: child for key, child in self._children.items() if key[0] != name}
        else:
            self.gauge(name, 0)

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        for name, tally in self._tallies.items():
            for value, amount in tally.items():
                self.count(name, amount, **{CATALOGUE[name].labels[0]: value})
            tally.clear()
        return generate_latest(self._registry)

    def _child(self, name: str, labels: Mapping[str, str]) -> Counter | Gauge | Histogram:
        key = (name, *labels, *labels.values())  # names too: callers may give them in any order
        child = self._children.get(key)
        if child is None:
            family = self._families[name]
            child = self._children[key] = family.labels(**labels) if labels else family
        return child
