"""What dashboards are made of, and how the metrics of the catalogue are asked for.

A name that the catalogue does not have stops the build.
"""

from typing import NamedTuple

from prometheus_client import Counter, Histogram

from boxoffice.adapters.metrics import CATALOGUE


class Query(NamedTuple):
    """An expression of PromQL, and what its lines are called."""

    expression: str
    legend: str


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


def series(metric: str) -> str:
    return f"boxoffice_{metric}{'_total' if CATALOGUE[metric].kind is Counter else ''}"


def now(metric: str, by: str, match: str = "") -> str:
    """A gauge; whichever instance tells it."""
    return f"max by ({by}) ({series(metric)}{{{match}}})" if match else f"max by ({by}) ({series(metric)})"


def rate(metric: str, by: str, match: str = "", over: str = "$__rate_interval") -> str:
    """A counter, each second."""
    return f"sum by ({by}) (rate({series(metric)}{{{match}}}[{over}]))"


def quantile(metric: str, share: float, by: str = "", match: str = "") -> str:
    """Of a histogram."""
    assert CATALOGUE[metric].kind is Histogram
    labels = f"{by}, le" if by else "le"
    return (
        f"histogram_quantile({share}, sum by ({labels}) (rate({series(metric)}_bucket{{{match}}}[$__rate_interval])))"
    )


def mean(metric: str, by: str) -> str:
    """Of a histogram."""
    parts = [f"sum by ({by}) (rate({series(metric)}_{part}[$__rate_interval]))" for part in ("sum", "count")]
    return f"{parts[0]} / ({parts[1]} > 0)"


API_ROUTES = 'route=~"/api/.*"'
