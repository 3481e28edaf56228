"""What happens around every request: its id, its time, its line in the log."""

import itertools
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from falcon.asgi import Request, Response
from falcon.constants import HTTP_METHODS

from boxoffice.adapters.logs import CURRENT
from boxoffice.adapters.metrics import Metrics

_log = structlog.get_logger()
_ID_MAX_CHARACTERS = 64
_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class _Meters(NamedTuple):
    counted: Callable[[], None]
    timed: Callable[[float], None]


class Mark:
    """A request as the log knows it. What costs something to find out is found out when a line is written."""

    __slots__ = ("_next_id", "_req", "fan_id", "request_id", "started_s", "trace_id")

    def __init__(self, req: Request, next_id: Callable[[], str]) -> None:
        # Until it is answered: the request knows its mark too, and a ring of two is not freed at once.
        self._req: Request | None = req
        self._next_id = next_id
        self.request_id: str | None = None
        self.trace_id: str | None = None
        self.fan_id: str | None = None
        self.started_s = perf_counter()

    def describe(self, line: dict[str, Any]) -> None:
        req = self._req
        if req is None:
            return  # told by something that the request began and that outlives it
        trace_id = self.trace_id or trace_of(req)
        if self.request_id is None:
            self.request_id = _client_id(req) or trace_id or self._next_id()
        line["request_id"] = self.request_id
        if trace_id is not None:
            line["trace_id"] = trace_id
        line["route"] = req.uri_template
        if self.fan_id is not None:
            line["fan"] = self.fan_id
        line["elapsed_ms"] = round((perf_counter() - self.started_s) * 1000, 2)

    def end(self) -> None:
        """It is answered."""
        self._req = None


class Observed:
    """Counts and times requests by route (never by path: labels stay bounded), and logs those that failed.

    Of those that went well one in `log_one_in` is logged.
    """

    def __init__(self, metrics: Metrics, *, instance: str = "", log_one_in: int = 0) -> None:
        self._metrics = metrics
        self._instance = instance
        self._numbers = itertools.count(1)
        self._log_one_in = log_one_in
        self._until_logged = log_one_in
        self._meters: dict[tuple[str, str, int], _Meters] = {}
        self._in_progress = 0
        metrics.sampled("http_in_progress", lambda: self._in_progress)

    async def process_request(self, req: Request, _resp: Response) -> None:
        self._in_progress += 1
        req.context.mark = mark = Mark(req, self._next_id)
        CURRENT.set(mark)

    async def process_response(self, req: Request, resp: Response, _resource: object, _succeeded: bool) -> None:
        self._in_progress -= 1
        mark: Mark = req.context.mark
        elapsed_s = perf_counter() - mark.started_s
        status = resp.status_code
        route = req.uri_template or "unknown"
        # A method is any word that a client likes; only those that there are may become a label.
        method = req.method if req.method in HTTP_METHODS else "other"
        meters = self._meters.get((route, method, status)) or self._meters_of(route, method, status)
        meters.counted()
        meters.timed(elapsed_s)
        resp.set_header("X-Content-Type-Options", "nosniff")
        if status >= 500:
            _log.warning("request", method=method, status=status)
        elif status < 400 and self._log_one_in:
            self._until_logged -= 1
            if self._until_logged <= 0:
                self._until_logged = self._log_one_in
                _log.info("request", method=method, status=status)
        request_id = mark.request_id or _client_id(req)
        if request_id is not None:
            resp.set_header("X-Request-Id", request_id)
        mark.end()

    def _next_id(self) -> str:
        return f"{self._instance}-{next(self._numbers)}"

    def _meters_of(self, route: str, method: str, status: int) -> _Meters:
        meters = self._meters[route, method, status] = _Meters(
            self._metrics.counter("http_requests", route=route, method=method, status=str(status)),
            self._metrics.observer("http_request_seconds", route=route, method=method),
        )
        return meters


def trace_of(req: Request) -> str | None:
    """The trace id of a W3C `traceparent`."""
    found = _TRACE_PARENT.fullmatch(req.get_header("traceparent") or "")
    return found[1] if found else None


def _client_id(req: Request) -> str | None:
    given: str | None = req.get_header("X-Request-Id")
    if given is None or len(given) > _ID_MAX_CHARACTERS or not given.isascii() or not given.isprintable():
        return None
    return given
