"""Grafana's dashboards as code: what stands on each, and the JSON that Grafana imports.

Metrics are named as in the catalogue: a name that it does not have stops the build.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from prometheus_client import Counter, Histogram

from boxoffice.adapters.metrics import CATALOGUE

FOLDER = Path(__file__).with_name("dashboards")

_WIDTH, _HEIGHT, _A_ROW = 8, 8, 3
_SOURCE = {"type": "prometheus", "uid": "${source}"}


class Query(NamedTuple):
    """An expression of PromQL, and what its lines are called. `idle`: there may be no data, and nothing is wrong."""

    expression: str
    legend: str
    idle: bool = False


class Panel(NamedTuple):
    """A graph with its unit, as Grafana calls units."""

    title: str
    unit: str
    queries: tuple[Query, ...]


class Dashboard(NamedTuple):
    """A page of panels."""

    uid: str
    title: str
    panels: tuple[Panel, ...]


def _name(metric: str) -> str:
    return f"boxoffice_{metric}{'_total' if CATALOGUE[metric].kind is Counter else ''}"


def _now(metric: str, by: str, match: str = "") -> str:
    """A gauge; whichever instance tells it."""
    return f"max by ({by}) ({_name(metric)}{{{match}}})" if match else f"max by ({by}) ({_name(metric)})"


def _rate(metric: str, by: str, match: str = "", over: str = "$__rate_interval") -> str:
    """A counter, each second."""
    return f"sum by ({by}) (rate({_name(metric)}{{{match}}}[{over}]))"


def _quantile(metric: str, share: float, by: str = "", match: str = "") -> str:
    """Of a histogram."""
    assert CATALOGUE[metric].kind is Histogram
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({_name(metric)}_bucket{{{match}}}[$__rate_interval])))"


def _mean(metric: str, by: str) -> str:
    """Of a histogram."""
    parts = [f"sum by ({by}) (rate({_name(metric)}_{part}[$__rate_interval]))" for part in ("sum", "count")]
    return f"{parts[0]} / ({parts[1]} > 0)"


_API = 'route=~"/api/.*"'

SALE = Dashboard(
    "boxoffice-sale",
    "Boxoffice: the sale",
    (
        Panel("Fans waiting", "short", (Query(_now("queue_waiting", "concert"), "{{concert}}"),)),
        Panel(
            "Fans inside, and the limit",
            "short",
            (
                Query(_now("queue_inside", "concert"), "inside {{concert}}"),
                Query(_now("queue_limit", "concert"), "limit {{concert}}"),
                Query(_now("queue_present", "concert"), "present {{concert}}"),
            ),
        ),
        Panel(
            "Let in each second",
            "short",
            (Query(f"max by (concert) (deriv({_name('queue_admitted')}[1m]))", "{{concert}}"),),
        ),
        Panel(
            "Seats by state", "short", (Query(f"sum by (state) ({_now('seats', 'performance, state')})", "{{state}}"),)
        ),
        Panel(
            "Seats that do not add up",
            "short",
            (
                Query(
                    f"sum by (performance) ({_now('seats_capacity', 'performance')})"
                    f" - sum by (performance) ({_now('seats', 'performance, state')})",
                    "{{performance}}",
                ),
            ),
        ),
        Panel("Holds", "short", (Query(f"sum by (state) ({_now('holds', 'performance, state')})", "{{state}}"),)),
        Panel(
            "Payments by outcome", "ops", (Query(_rate("outcomes", "outcome", 'operation="payment"'), "{{outcome}}"),)
        ),
        Panel(
            "Holds by outcome", "ops", (Query(_rate("outcomes", "outcome", 'operation=~"hold|best"'), "{{outcome}}"),)
        ),
        Panel("Oldest payment under way", "s", (Query(_now("oldest_paying_seconds", "concert"), "{{concert}}"),)),
        Panel(
            "Promises broken, by the audit",
            "short",
            (Query(f"max({_name('audit_broken')})", "broken"), Query(f"max({_name('audit_sales')})", "sales audited")),
        ),
        Panel(
            "Put right by reconciliation",
            "short",
            (Query(_rate("reconciled", "what", over="5m"), "{{what}}", idle=True),),
        ),
        Panel(
            "Sales that are on",
            "short",
            (Query(f"max({_name('sales')})", "on"), Query(f"max({_name('sales_shown')})", "shown here")),
        ),
    ),
)

API = Dashboard(
    "boxoffice-api",
    "Boxoffice: the API",
    (
        Panel("Requests by route", "reqps", (Query(_rate("http_requests", "method, route"), "{{method}} {{route}}"),)),
        Panel("Requests by status", "reqps", (Query(_rate("http_requests", "status"), "{{status}}"),)),
        Panel(
            "Share that fails",
            "percentunit",
            (
                Query(
                    f'sum(rate({_name("http_requests")}{{{_API}, status=~"5.."}}[1m]))'
                    f" / sum(rate({_name('http_requests')}{{{_API}}}[1m]))",
                    "5xx",
                    idle=True,
                ),
            ),
        ),
        Panel(
            "Time to answer",
            "s",
            tuple(
                Query(_quantile("http_request_seconds", share, match=_API), f"p{share * 100:g}")
                for share in (0.5, 0.95, 0.99)
            ),
        ),
        Panel(
            "Slowest routes (p99)",
            "s",
            (Query(f"topk(8, {_quantile('http_request_seconds', 0.99, 'route')})", "{{route}}"),),
        ),
        Panel("Requests in progress", "short", (Query(_now("http_in_progress", "instance"), "{{instance}}"),)),
        Panel(
            "Event loop late (p90)",
            "s",
            (Query(_quantile("event_loop_lag_seconds", 0.9, "instance"), "{{instance}}"),),
        ),
        Panel(
            "Processor",
            "percentunit",
            (Query("sum by (instance) (rate(process_cpu_seconds_total[$__rate_interval]))", "{{instance}}"),),
        ),
        Panel("Memory", "bytes", (Query("max by (instance) (process_resident_memory_bytes)", "{{instance}}"),)),
        Panel("Jobs", "ops", (Query(_rate("job_ticks", "exported_job"), "{{exported_job}}"),)),
        Panel("Jobs that fail", "ops", (Query(_rate("job_failures", "exported_job"), "{{exported_job}}", idle=True),)),
        Panel(
            "Who runs which job",
            "short",
            (Query(f"sum by (exported_job) ({_name('job_running')})", "{{exported_job}}"),),
        ),
    ),
)

STORES = Dashboard(
    "boxoffice-stores",
    "Boxoffice: the stores",
    (
        Panel("Database: time (p99)", "s", (Query(_quantile("database_seconds", 0.99, "operation"), "{{operation}}"),)),
        Panel("Database: reads by source", "ops", (Query(_rate("database_reads", "source"), "{{source}}"),)),
        Panel(
            "Database: connections in use",
            "short",
            (
                Query(f"sum by (server, pool) ({_name('database_connections')})", "{{server}} {{pool}}"),
                Query(f"sum by (server, pool) ({_name('database_connections_max')})", "{{server}} {{pool}} at most"),
            ),
        ),
        Panel(
            "Database: conflicts and retries",
            "ops",
            (
                Query(_rate("database_conflicts", "reason"), "{{reason}}", idle=True),
                Query(_rate("database_retries", "operation, reason"), "again: {{operation}}, {{reason}}", idle=True),
            ),
        ),
        Panel(
            "Replication",
            "s",
            (
                Query(_now("replica_lag_seconds", "replica"), "lag {{replica}}", idle=True),
                Query(_now("replica_in_use", "replica"), "in use {{replica}}", idle=True),
                Query(_now("semi_sync", "primary"), "semi-sync {{primary}}", idle=True),
            ),
        ),
        Panel(
            "Primaries",
            "short",
            (
                Query(_now("database_primaries", "instance"), "{{instance}}"),
                Query(f"sum({_name('primary_changes')})", "found"),
            ),
        ),
        Panel("Redis: calls", "ops", (Query(_rate("redis_calls", "operation"), "{{operation}}"),)),
        Panel(
            "Redis: time of a pipeline",
            "s",
            tuple(Query(_quantile("redis_seconds", share), f"p{share * 100:g}") for share in (0.5, 0.99)),
        ),
        Panel(
            "Redis: losses, changes, rebuilds",
            "short",
            tuple(Query(f"sum({_name(each)})", each) for each in ("redis_losses", "redis_changes", "queue_rebuilds")),
        ),
        Panel("Batches: commands in one", "short", (Query(_mean("coalescer_batch", "name"), "{{name}}"),)),
        Panel("Batches: time (p99)", "s", (Query(_quantile("coalescer_seconds", 0.99, "name"), "{{name}}"),)),
        Panel(
            "Refused, failed, let through",
            "ops",
            (
                Query(_rate("coalescer_refused", "name"), "refused {{name}}", idle=True),
                Query(_rate("store_errors", "store"), "no answer {{store}}", idle=True),
                Query(_rate("failed_open", "what"), "let through {{what}}", idle=True),
            ),
        ),
    ),
)

ALL = (SALE, API, STORES)


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
