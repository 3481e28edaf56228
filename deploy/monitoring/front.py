"""The dashboard of what stands before the instances: the edge, the load balancer, and when to add an instance.

The names are those of the exporters: mtail over the edge's log, nginx's, and HAProxy's own.
"""

from deploy.monitoring.panels import Dashboard, Panel, Query

_ANSWERED = 'cache=~"HIT|STALE|UPDATING"'
_OVER = "$__rate_interval"
_SERVERS = 'proxy="instances"'


def hit_ratio(by: str = "") -> str:
    """Of the answers to public paths, the share for which the edge did not wait for an instance."""
    grouped = f"sum by ({by})" if by else "sum"
    asked = f'{grouped} (rate(edge_requests_total{{cache!=""}}[{_OVER}]))'
    return f"{grouped} (rate(edge_requests_total{{{_ANSWERED}}}[{_OVER}])) / ({asked} > 0)"


FRONT = Dashboard(
    "boxoffice-front",
    "Boxoffice: edge and load balancer",
    (
        Panel(
            "Answered by the cache",
            "percentunit",
            (Query(hit_ratio(), "all public paths"), Query(hit_ratio("path"), "{{path}}")),
        ),
        Panel(
            "Edge: requests by what the cache did",
            "reqps",
            (Query(f"sum by (cache) (rate(edge_requests_total[{_OVER}]))", "{{cache}}"),),
        ),
        Panel(
            "Requests: at the edge, at the instances",
            "reqps",
            (
                Query(f"sum(rate(edge_requests_total[{_OVER}]))", "edge"),
                Query(f"sum(rate(haproxy_backend_http_requests_total{{{_SERVERS}}}[{_OVER}]))", "instances"),
            ),
        ),
        Panel(
            "Edge: answers by status",
            "reqps",
            (Query(f"sum by (status) (rate(edge_requests_total[{_OVER}]))", "{{status}}"),),
        ),
        Panel(
            "Edge: time to answer (p99)",
            "s",
            (
                Query(
                    f"histogram_quantile(0.99, sum by (cache, le) (rate(edge_request_seconds_bucket[{_OVER}])))",
                    "{{cache}}",
                ),
            ),
        ),
        Panel(
            "Edge: connections",
            "short",
            tuple(Query(f"nginx_connections_{each}", each) for each in ("active", "reading", "writing", "waiting")),
        ),
        Panel(
            "Load balancer: instances in service",
            "short",
            (Query(f"haproxy_backend_active_servers{{{_SERVERS}}}", "in service"),),
        ),
        Panel(
            "Load balancer: requests by instance",
            "reqps",
            (Query(f"rate(haproxy_server_sessions_total{{{_SERVERS}}}[{_OVER}])", "{{server}}"),),
        ),
        Panel(
            "Load balancer: waiting, asked again, broken",
            "short",
            (
                Query(f"haproxy_backend_current_queue{{{_SERVERS}}}", "waiting"),
                Query(f"rate(haproxy_backend_retry_warnings_total{{{_SERVERS}}}[{_OVER}])", "asked again"),
                Query(f"rate(haproxy_backend_response_errors_total{{{_SERVERS}}}[{_OVER}])", "broken"),
            ),
        ),
        Panel(
            "When to scale",
            "short",
            (
                Query("boxoffice:scale", "1: add an instance, -1: take one away"),
                Query("boxoffice:scale_signal", "its signal, in seconds"),
            ),
        ),
    ),
)
