"""Grafana's dashboards as code: what stands on those about the service itself, and the JSON that Grafana imports."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from deploy.monitoring.front import FRONT
from deploy.monitoring.panels import API_ROUTES, Dashboard, Panel, Query, mean, now, quantile, rate, series
from deploy.monitoring.servers import SERVERS

FOLDER = Path(__file__).with_name("dashboards")

_WIDTH, _HEIGHT, _A_ROW = 8, 8, 3
_SOURCE = {"type": "prometheus", "uid": "${source}"}


SALE = Dashboard(
    "boxoffice-sale",
    "Boxoffice: the sale",
    (
        Panel("Fans waiting", "short", (Query(now("queue_waiting", "concert"), "{{concert}}"),)),
        Panel(
            "Fans inside, and the limit",
            "short",
            (
                Query(now("queue_inside", "concert"), "inside {{concert}}"),
                Query(now("queue_limit", "concert"), "limit {{concert}}"),
                Query(now("queue_present", "concert"), "present {{concert}}"),
            ),
        ),
        Panel(
            "Let in each second",
            "short",
            (Query(f"max by (concert) (deriv({series('queue_admitted')}[1m]))", "{{concert}}"),),
        ),
        Panel(
            "Seats by state", "short", (Query(f"sum by (state) ({now('seats', 'performance, state')})", "{{state}}"),)
        ),
        Panel(
            "Seats that do not add up",
            "short",
            (
                Query(
                    f"sum by (performance) ({now('seats_capacity', 'performance')})"
                    f" - sum by (performance) ({now('seats', 'performance, state')})",
                    "{{performance}}",
                ),
            ),
        ),
        Panel("Holds", "short", (Query(f"sum by (state) ({now('holds', 'performance, state')})", "{{state}}"),)),
        Panel(
            "Payments by outcome", "ops", (Query(rate("outcomes", "outcome", 'operation="payment"'), "{{outcome}}"),)
        ),
        Panel(
            "Holds by outcome", "ops", (Query(rate("outcomes", "outcome", 'operation=~"hold|best"'), "{{outcome}}"),)
        ),
        Panel("Oldest payment under way", "s", (Query(now("oldest_paying_seconds", "concert"), "{{concert}}"),)),
        Panel(
            "Promises broken, by the audit",
            "short",
            (
                Query(f"max({series('audit_broken')})", "broken"),
                Query(f"max({series('audit_sales')})", "sales audited"),
            ),
        ),
        Panel(
            "Put right by reconciliation",
            "short",
            (Query(rate("reconciled", "what", over="5m"), "{{what}}"),),
        ),
        Panel(
            "Sales that are on",
            "short",
            (Query(f"max({series('sales')})", "on"), Query(f"max({series('sales_shown')})", "shown here")),
        ),
    ),
)

API = Dashboard(
    "boxoffice-api",
    "Boxoffice: the API",
    (
        Panel("Requests by route", "reqps", (Query(rate("http_requests", "method, route"), "{{method}} {{route}}"),)),
        Panel("Requests by status", "reqps", (Query(rate("http_requests", "status"), "{{status}}"),)),
        Panel(
            "Share that fails",
            "percentunit",
            (
                Query(
                    f'(sum(rate({series("http_requests")}{{{API_ROUTES}, status=~"5.."}}[1m])) or vector(0))'
                    f" / sum(rate({series('http_requests')}{{{API_ROUTES}}}[1m]))",
                    "5xx",
                ),
            ),
        ),
        Panel(
            "Time to answer",
            "s",
            tuple(
                Query(quantile("http_request_seconds", share, match=API_ROUTES), f"p{share * 100:g}")
                for share in (0.5, 0.95, 0.99)
            ),
        ),
        Panel(
            "Slowest routes (p99)",
            "s",
            (Query(f"topk(8, {quantile('http_request_seconds', 0.99, 'route')})", "{{route}}"),),
        ),
        Panel("Requests in progress", "short", (Query(now("http_in_progress", "instance"), "{{instance}}"),)),
        Panel(
            "Event loop late (p90)",
            "s",
            (Query(quantile("event_loop_lag_seconds", 0.9, "instance"), "{{instance}}"),),
        ),
        Panel(
            "Processor",
            "percentunit",
            (Query("sum by (instance) (rate(process_cpu_seconds_total[$__rate_interval]))", "{{instance}}"),),
        ),
        Panel("Memory", "bytes", (Query("max by (instance) (process_resident_memory_bytes)", "{{instance}}"),)),
        Panel("Jobs", "ops", (Query(rate("job_ticks", "exported_job"), "{{exported_job}}"),)),
        Panel("Jobs that fail", "ops", (Query(rate("job_failures", "exported_job"), "{{exported_job}}"),)),
        Panel(
            "Who runs which job",
            "short",
            (Query(f"sum by (exported_job) ({series('job_running')})", "{{exported_job}}"),),
        ),
    ),
)

STORES = Dashboard(
    "boxoffice-stores",
    "Boxoffice: the stores",
    (
        Panel("Database: time (p99)", "s", (Query(quantile("database_seconds", 0.99, "operation"), "{{operation}}"),)),
        Panel("Database: reads by source", "ops", (Query(rate("database_reads", "source"), "{{source}}"),)),
        Panel(
            "Database: connections in use",
            "short",
            (
                Query(f"sum by (server, pool) ({series('database_connections')})", "{{server}} {{pool}}"),
                Query(f"sum by (server, pool) ({series('database_connections_max')})", "{{server}} {{pool}} at most"),
            ),
        ),
        Panel(
            "Database: conflicts and retries",
            "ops",
            (
                Query(rate("database_conflicts", "reason"), "{{reason}}"),
                Query(rate("database_retries", "operation, reason"), "again: {{operation}}, {{reason}}"),
            ),
        ),
        Panel(
            "Replication",
            "s",
            (
                Query(now("replica_lag_seconds", "replica"), "lag {{replica}}"),
                Query(now("replica_in_use", "replica"), "in use {{replica}}"),
                Query(now("semi_sync", "primary"), "semi-sync {{primary}}"),
            ),
        ),
        Panel(
            "Primaries",
            "short",
            (
                Query(now("database_primaries", "instance"), "{{instance}}"),
                Query(f"sum({series('primary_changes')})", "found"),
            ),
        ),
        Panel("Redis: calls", "ops", (Query(rate("redis_calls", "operation"), "{{operation}}"),)),
        Panel(
            "Redis: time of a pipeline",
            "s",
            tuple(Query(quantile("redis_seconds", share), f"p{share * 100:g}") for share in (0.5, 0.99)),
        ),
        Panel(
            "Redis: losses, changes, rebuilds",
            "short",
            tuple(Query(f"sum({series(each)})", each) for each in ("redis_losses", "redis_changes", "queue_rebuilds")),
        ),
        Panel("Batches: commands in one", "short", (Query(mean("coalescer_batch", "name"), "{{name}}"),)),
        Panel("Batches: time (p99)", "s", (Query(quantile("coalescer_seconds", 0.99, "name"), "{{name}}"),)),
        Panel(
            "Refused, failed, let through",
            "ops",
            (
                Query(rate("coalescer_refused", "name"), "refused {{name}}"),
                Query(rate("store_errors", "store"), "no answer {{store}}"),
                Query(rate("failed_open", "what"), "let through {{what}}"),
            ),
        ),
    ),
)

ALL = (SALE, API, STORES, FRONT, SERVERS)


def rendered(dashboard: Dashboard) -> bytes:
    """What Grafana imports."""
    return msgspec.json.format(msgspec.json.encode(_page(dashboard)), indent=2) + b"\n"


def _page(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["boxoffice"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "5s",
        "time": {"from": "now-15m", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]
        },
        "panels": list(_panels(dashboard.panels)),
    }


def _panels(panels: Sequence[Panel]) -> Iterator[dict[str, Any]]:
    for number, panel in enumerate(panels):
        row, column = divmod(number, _A_ROW)
        yield {
            "id": number + 1,
            "type": "timeseries",
            "title": panel.title,
            "datasource": _SOURCE,
            "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": column * _WIDTH, "y": row * _HEIGHT},
            "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
            "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
            "targets": [
                {
                    "refId": chr(ord("A") + place),
                    "datasource": _SOURCE,
                    "expr": each.expression,
                    "legendFormat": each.legend,
                }
                for place, each in enumerate(panel.queries)
            ],
        }
