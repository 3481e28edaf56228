"""What each tier of the diagram may be told. The numbers themselves stand in `topology.py`."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec


class CacheRule(NamedTuple):
    """A public path that a cache may answer: for `lifetime_s`, and `stale_s` more while it fetches the next answer.

    `{}` in the path is an id. Answers differ by the parameters in `query`, and by no others.
    """

    path: str
    lifetime_s: int
    stale_s: int = 0
    query: tuple[str, ...] = ()


class AddressLimit(NamedTuple):
    """What one address may do: so many requests a second, a burst on top, and so many at once."""

    requests_per_s: int
    burst: int
    at_once: int


class HealthCheck(NamedTuple):
    """Asked every `interval_s`; `fall` bad answers take a server out, `rise` good ones bring it back.

    No answer within `answer_within_s` is a bad one.
    """

    path: str
    interval_s: int
    answer_within_s: int
    fall: int
    rise: int


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """The CDN. Times bound a client (idle, header, body) and the way to the load balancer (idle, answer)."""

    https_port: int
    http_port: int
    status_port: int
    workers: int
    connections_max: int
    client_idle_s: int
    header_within_s: int
    body_within_s: int
    upstream_idle_s: int
    answer_within_s: int
    header_max_kib: int
    """The longest header, and the longest path with its query."""
    headers_max_kib: int
    """All of them together."""
    body_max_bytes: int
    admin_body_max_bytes: int
    limit: AddressLimit
    unlimited: tuple[str, ...]
    """Addresses without a limit: this machine's own, from which the crowd comes. None on a real edge."""
    caches: tuple[CacheRule, ...]
    log_max_mib: int
    """Larger, and the log of requests is put aside in place of the one before; so there is twice as much at most."""
    cache_max_mib: int
    cache_lock_s: int
    """How long requests for a public path wait for the one that fetches it."""
    hidden: tuple[str, ...]
    """Paths for the inside: nobody outside reaches them."""
    headers: Mapping[str, str]


class Balancer(msgspec.Struct, frozen=True, kw_only=True):
    """The load balancer. `drain_s`: how long requests under way may take when their instance is taken out."""

    port: int
    metrics_port: int
    connections_max: int
    headers_max: int
    buffer_kib: int
    """A request's line and headers, with what proxies add, have to fit."""
    client_idle_s: int
    header_within_s: int
    connect_within_s: int
    queue_within_s: int
    answer_within_s: int
    slow_start_s: int
    drain_s: int
    retries: int
    health: HealthCheck
    noticed_within_s: int
    """Longer than this, fans may not be sent to an instance that is dead."""
    frozen_within_s: int
    """Longer than this, nobody may wait for an instance that is there and does not move."""


class Scaling(NamedTuple):
    """When an autoscaler adds an instance, and when it takes one away: by one histogram over all instances."""

    metric: str
    quantile: float
    add_above: float
    remove_below: float
    over_s: int


class Instances(msgspec.Struct, frozen=True, kw_only=True):
    """The application. Ports count up from `first_port`. `settings` are more of its settings, without their prefix."""

    first_port: int
    least: int
    usual: int
    most: int
    keep_alive_s: int
    stop_within_s: int
    headers_max: int
    at_once: int
    database_pool: int
    database_wait_s: int
    statement_s: int
    settings: Mapping[str, str]
    scaling: Scaling


class Valkey(msgspec.Struct, frozen=True, kw_only=True):
    """A primary with replicas, and the sentinels that watch it."""

    ports: tuple[int, ...]
    sentinel_ports: tuple[int, ...]
    service: str
    quorum: int
    down_after_ms: int
    failover_within_ms: int
    replicas_to_write: int
    replica_lag_max_s: int


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """A primary (the first port) and replicas. `reserved` connections are for people, migrations, replication."""

    ports: tuple[int, ...]
    connections_max: int
    reserved: int
    buffer_pool_mib: int
    lock_wait_s: int
    semi_sync_within_ms: int
    binlog_kept_s: int
    """How long a replica may have been away and still catch up."""


class Monitoring(NamedTuple):
    """Prometheus, what tells it of servers that do not speak its language, and who hears of alerts.

    The ports of what watches the databases count up from `database_exporter_port`. Alerts of one name go out together:
    the first after `alert_wait_s`, more of them after `alert_again_s`, the same ones after `alert_repeat_s`.
    """

    port: int
    every_s: int
    keep_days: int
    edge_exporter_port: int
    edge_log_exporter_port: int
    valkey_exporter_port: int
    database_exporter_port: int
    alertmanager_port: int
    alert_log_port: int
    alert_wait_s: int
    alert_again_s: int
    alert_repeat_s: int


TierName = Literal["internet", "edge", "balancer", "instances", "valkey", "database", "monitoring"]


class Flow(NamedTuple):
    """An edge of the firewall: who may open connections to whom. What is not listed is closed."""

    source: TierName
    target: TierName
    why: str


class Topology(msgspec.Struct, frozen=True, kw_only=True):
    """The whole diagram."""

    edge: Edge
    balancer: Balancer
    instances: Instances
    valkey: Valkey
    database: Database
    monitoring: Monitoring
    flows: tuple[Flow, ...]

    @property
    def proxies(self) -> int:
        """How many proxies of ours a request comes through: the edge and the load balancer."""
        return 2

    def ports(self) -> dict[str, int]:
        """The port of everything that listens, by name."""
        listeners = {
            "edge": self.edge.https_port,
            "edge-http": self.edge.http_port,
            "edge-status": self.edge.status_port,
            "balancer": self.balancer.port,
            "balancer-metrics": self.balancer.metrics_port,
            "prometheus": self.monitoring.port,
            "alertmanager": self.monitoring.alertmanager_port,
            "alerts": self.monitoring.alert_log_port,
            "edge-exporter": self.monitoring.edge_exporter_port,
            "edge-log-exporter": self.monitoring.edge_log_exporter_port,
            "valkey-exporter": self.monitoring.valkey_exporter_port,
        }
        listeners |= {f"instance-{at + 1}": self.instances.first_port + at for at in range(self.instances.most)}
        listeners |= {f"valkey-{at + 1}": port for at, port in enumerate(self.valkey.ports)}
        listeners |= {f"sentinel-{at + 1}": port for at, port in enumerate(self.valkey.sentinel_ports)}
        watching = self.monitoring.database_exporter_port
        listeners |= {f"mariadb-{at + 1}": port for at, port in enumerate(self.database.ports)}
        return listeners | {f"mariadb-{at + 1}-exporter": watching + at for at in range(len(self.database.ports))}
