"""What happens around every request: its id, its time, its line in the log."""

from time import perf_counter

import structlog
from falcon.asgi import Request, Response
from falcon.constants import HTTP_METHODS

from boxoffice.adapters.metrics import Metrics

_log = structlog.get_logger()
_ID_MAX_CHARACTERS = 64


class Observed:
    """Counts and times requests by route (never by path: labels stay bounded), and logs the ones that failed."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def process_request(self, req: Request, _resp: Response) -> None:
        req.context.started_s = perf_counter()

    async def process_response(self, req: Request, resp: Response, _resource: object, _succeeded: bool) -> None:
        route = req.uri_template or "unknown"
        # A method is any word that a client likes; only those that there are may become a label.
        method = req.method if req.method in HTTP_METHODS else "other"
        status = str(resp.status_code)
        elapsed_s = perf_counter() - req.context.started_s
        self._metrics.count("http_requests", route=route, method=method, status=status)
        self._metrics.observe("http_request_seconds", elapsed_s, route=route, method=method)
        resp.set_header("X-Content-Type-Options", "nosniff")
        request_id = req.get_header("X-Request-Id")
        if (
            request_id is not None
            and len(request_id) <= _ID_MAX_CHARACTERS
            and request_id.isascii()
            and request_id.isprintable()
        ):
            resp.set_header("X-Request-Id", request_id)
        if resp.status_code >= 500:
            _log.warning(
                "request",
                route=route,
                method=method,
                status=status,
                elapsed_ms=round(elapsed_s * 1000, 1),
            )
