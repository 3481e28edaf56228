"""Builds the Falcon application from the controllers' routes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import falcon
from falcon.asgi import App, Request, Response

from boxoffice.adapters.metrics import Metrics
from boxoffice.http.errors import on_crash, on_http_error, on_refusal
from boxoffice.http.middleware import Observed
from boxoffice.http.pages import Pages
from boxoffice.http.routes import Route
from boxoffice.http.tracing import TracedRequests
from boxoffice.kernel.errors import BoxofficeError

if TYPE_CHECKING:
    from boxoffice.adapters.traces import Traces


def build_api(
    routes: Sequence[Route],
    pages: Pages | None = None,
    *,
    metrics: Metrics,
    instance: str = "",
    log_one_in: int = 0,
    traces: "Traces | None" = None,
) -> App[Request, Response]:
    """An ASGI application that answers `routes`, every error as a problem document.

    What no route is for goes to `pages`. A request that is logged and came without an id gets one that begins with
    `instance`.
    """
    app = App(middleware=[Observed(metrics, instance=instance, log_one_in=log_one_in)])
    if traces is not None:
        app.add_middleware(TracedRequests(traces))
    app.req_options.auto_parse_form_urlencoded = False
    app.req_options.strip_url_path_trailing_slash = False
    app.add_error_handler(Exception, on_crash)
    app.add_error_handler(falcon.HTTPError, on_http_error)
    app.add_error_handler(BoxofficeError, on_refusal)
    for route in routes:
        app.add_route(route.path, route.resource, suffix=route.suffix)
    if pages is not None:
        app.add_sink(pages.answer, "/")  # type: ignore[arg-type]  # its type allows for no response; there always is one
    return app
