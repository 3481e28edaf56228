"""The owner's diagram, once: what stands where, and every number. `rules.py` says which numbers must fit which."""

from boxoffice.catalog.models import PLAN_MAX_BYTES
from boxoffice.http.bodies import BODY_MAX_S
from boxoffice.http.requests import BODY_MAX_BYTES
from boxoffice.server import DRAIN_S, KEEP_ALIVE_S
from deploy.tiers import (
    AddressLimit,
    Balancer,
    CacheRule,
    Database,
    Edge,
    Flow,
    HealthCheck,
    Instances,
    Monitoring,
    Scaling,
    Topology,
    Valkey,
)

_FOR_EVER_S = 31_536_000

TOPOLOGY = Topology(
    edge=Edge(
        https_port=8443,
        http_port=8080,
        workers=2,
        connections_max=16_000,
        client_idle_s=75,
        header_within_s=10,
        body_within_s=int(BODY_MAX_S),
        upstream_idle_s=50,
        answer_within_s=40,
        header_max_kib=16,
        body_max_bytes=BODY_MAX_BYTES,
        admin_body_max_bytes=PLAN_MAX_BYTES,
        limit=AddressLimit(requests_per_s=50, burst=100, at_once=100),
        unlimited=("127.0.0.1/32", "::1/128"),
        caches=(
            CacheRule("/api/v1/concerts", 1, 1, query=("cursor", "limit")),
            CacheRule("/api/v1/concerts/{}", 1, 1),
            CacheRule("/api/v1/concerts/{}/queue", 1, 1),
            CacheRule("/api/v1/performances/{}/availability", 1, 1),
            CacheRule("/api/v1/performances/{}/seats", _FOR_EVER_S),
            CacheRule("/assets/{}", _FOR_EVER_S),
            CacheRule("/openapi.json", 60),
            CacheRule("/docs", 60),
            CacheRule("/docs.css", 60),
        ),
        cache_max_mib=256,
        cache_lock_s=2,
        hidden=("/metrics", "/readyz", "/healthz"),
        headers={
            "Strict-Transport-Security": "max-age=31536000",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        },
    ),
    balancer=Balancer(
        port=8081,
        metrics_port=8404,
        connections_max=8_000,
        client_idle_s=60,
        header_within_s=10,
        connect_within_s=1,
        queue_within_s=5,
        answer_within_s=30,
        slow_start_s=5,
        drain_s=30,
        retries=3,
        health=HealthCheck("/readyz", interval_s=1, fall=2, rise=2),
        noticed_within_s=3,
    ),
    instances=Instances(
        first_port=8101,
        least=2,
        usual=2,
        most=6,
        keep_alive_s=int(KEEP_ALIVE_S),
        stop_within_s=int(DRAIN_S),
        at_once=1024,
        database_pool=8,
        database_wait_s=5,
        statement_s=10,
        # The fans of a try-out are invented by the thousand; hashing their passwords must not be what one watches.
        settings={"LOG_LEVEL": "warning", "PASSWORD_TIME_COST": "1", "PASSWORD_MEMORY_KIB": "8"},
        scaling=Scaling(
            "boxoffice_event_loop_lag_seconds", quantile=0.9, add_above=0.05, remove_below=0.005, over_s=30
        ),
    ),
    valkey=Valkey(
        ports=(6379, 6380),
        sentinel_ports=(26379, 26380, 26381),
        service="boxoffice",
        quorum=2,
        down_after_ms=1000,
        failover_within_ms=10_000,
        replicas_to_write=1,
        replica_lag_max_s=2,
    ),
    database=Database(
        ports=(3306, 3307),
        connections_max=200,
        reserved=20,
        buffer_pool_mib=128,
        lock_wait_s=5,
        semi_sync_within_ms=5000,
    ),
    monitoring=Monitoring(port=9090, every_s=5, keep_days=15),
    flows=(
        Flow("internet", "edge", "fans and operators, by TLS"),
        Flow("edge", "balancer", "what the cache cannot answer"),
        Flow("balancer", "instances", "requests and health checks"),
        Flow("instances", "valkey", "places, holds, sessions; the sentinels say who is primary"),
        Flow("instances", "database", "ownership and money to the primary, catalogue from the replica"),
        Flow("valkey", "valkey", "replication, and the sentinels' watch"),
        Flow("database", "database", "replication"),
        Flow("monitoring", "balancer", "metrics"),
        Flow("monitoring", "instances", "metrics"),
    ),
)
