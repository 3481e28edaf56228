"""A span around every request, where traces are switched on."""

from typing import TYPE_CHECKING

from falcon.asgi import Request, Response

if TYPE_CHECKING:
    from boxoffice.adapters.traces import Traces


class TracedRequests:
    """Goes on with the client's trace, and tells it in `traceresponse` which span was its request."""

    def __init__(self, traces: "Traces") -> None:
        self._traces = traces

    async def process_request(self, req: Request, _resp: Response) -> None:
        req.context.span = span = self._traces.arrived(req.get_header("traceparent"))
        req.context.mark.trace_id = f"{span.get_span_context().trace_id:032x}"

    async def process_response(self, req: Request, resp: Response, _resource: object, _succeeded: bool) -> None:
        mark, span = req.context.mark, req.context.span
        here = span.get_span_context()
        resp.set_header("traceresponse", f"00-{here.trace_id:032x}-{here.span_id:016x}-{here.trace_flags:02x}")
        route = req.uri_template or "unknown"
        attributes = {
            "http.request.method": req.method,
            "http.route": route,
            "http.response.status_code": resp.status_code,
            "enduser.id": mark.fan_id,
        }
        known = {name: value for name, value in attributes.items() if value is not None}
        self._traces.answered(span, f"{req.method} {route}", known, failed=resp.status_code >= 500)
