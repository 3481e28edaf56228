"""Serves one instance as `boxoffice serve` does, with one path more: an endpoint that answers constant bytes.

That path is the limit which everything else is compared with, so it goes through the same server, gateway, framework
and middleware. The product has no such path: it is added here, in the benchmark's own process.
"""

import os

from falcon.asgi import Request, Response

from boxoffice import app
from boxoffice.app import Application
from boxoffice.settings import Settings, from_environ

EMPTY = "/bench/empty"
_BODY = b"{}"
_build = app.build


class _Empty:
    async def on_get(self, _req: Request, resp: Response) -> None:
        resp.data = _BODY


def _build_with_empty(settings: Settings) -> Application:
    application = _build(settings)
    application.api.add_route(EMPTY, _Empty())
    return application


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    # Put in place before the server is imported, which takes `build` by its name.
    app.build = _build_with_empty  # type: ignore[assignment]
    from boxoffice import server  # noqa: PLC0415

    settings = from_environ(os.environ)
    server.configure_logging(settings.log_level)
    server.run(settings)


if __name__ == "__main__":
    main()
