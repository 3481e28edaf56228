"""What happens around every request: its id, its time, its line in the log."""

from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import structlog
from falcon.asgi import Request, Response
from falcon.constants import HTTP_METHODS

from boxoffice.adapters.metrics import Metrics

_log = structlog.get_logger()
_ID_MAX_CHARACTERS = 64


class _Meters(NamedTuple):
    counted: Callable[[], None]
    timed: Callable[[float], None]


class Observed:
    """Counts and times requests by route (never by path: labels stay bounded), and logs the ones that failed."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._meters: dict[tuple[str, str, int], _Meters] = {}

    async def process_request(self, req: Request, _resp: Response) -> None:
        req.context.started_s = perf_counter()

    async def process_response(self, req: Request, resp: Response, _resource: object, _succeeded: bool) -> None:
        elapsed_s = perf_counter() - req.context.started_s
        status = resp.status_code
        route = req.uri_template or "unknown"
        # A method is any word that a client likes; only those that there are may become a label.
        method = req.method if req.method in HTTP_METHODS else "other"
        meters = self._meters.get((route, method, status)) or self._meters_of(route, method, status)
        meters.counted()
        meters.timed(elapsed_s)
        resp.set_header("X-Content-Type-Options", "nosniff")
        request_id = req.get_header("X-Request-Id")
        if (
            request_id is not None
            and len(request_id) <= _ID_MAX_CHARACTERS
            and request_id.isascii()
            and request_id.isprintable()
        ):
            resp.set_header("X-Request-Id", request_id)
        if status >= 500:
            _log.warning(
                "request",
                route=route,
                method=method,
                status=str(status),
                elapsed_ms=round(elapsed_s * 1000, 1),
            )

    def _meters_of(self, route: str, method: str, status: int) -> _Meters:
        meters = self._meters[route, method, status] = _Meters(
            self._metrics.counter("http_requests", route=route, method=method, status=str(status)),
            self._metrics.observer("http_request_seconds", route=route, method=method),
        )
        return meters
