"""Builds the Falcon application from the controllers' routes."""

from collections.abc import Sequence

import falcon
from falcon.asgi import App, Request, Response

from boxoffice.adapters.metrics import Metrics
from boxoffice.http.errors import on_crash, on_http_error, on_refusal
from boxoffice.http.middleware import Observed
from boxoffice.http.routes import Route
from boxoffice.kernel.errors import BoxofficeError


def build_api(routes: Sequence[Route], *, metrics: Metrics) -> App[Request, Response]:
    """An ASGI application that answers `routes`, every error as a problem document."""
    app = App(middleware=[Observed(metrics)])
    app.req_options.auto_parse_form_urlencoded = False
    app.req_options.strip_url_path_trailing_slash = False
    app.add_error_handler(Exception, on_crash)
    app.add_error_handler(falcon.HTTPError, on_http_error)
    app.add_error_handler(BoxofficeError, on_refusal)
    for route in routes:
        app.add_route(route.path, route.resource, suffix=route.suffix)
    return app
