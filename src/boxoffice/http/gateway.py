"""Between the server and Falcon: what HTTP asks for and neither of the two does."""

from collections.abc import Awaitable, Callable

from boxoffice.http.bodies import BODY_MAX_S, Bodies, Message, Receive, Scope, Send

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
_NO_BODY: Message = {"type": "http.request", "body": b"", "more_body": False}


class Gateway:
    """Answers HEAD as GET without its body, takes HTTP/1.0, and refuses a body that breaks off or does not come.

    A request without a body goes straight to `app`, which need not ask the server for one: asking is a trip to another
    thread and back, and costs more than all else that a poll needs from HTTP.
    """

    def __init__(self, app: Asgi, *, body_max_s: float = BODY_MAX_S) -> None:
        self._app = app
        self._bodies = Bodies(body_max_s)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        if scope["http_version"] == "1":  # how granian writes 1.0
            scope = {**scope, "http_version": "1.0"}
        method = scope["method"]
        if method == "GET":
            return self._app(scope, _no_body, send)
        if method == "HEAD":
            return self._app({**scope, "method": "GET"}, _no_body, _without_body(send))
        if _has_no_body(scope):
            return self._app(scope, _no_body, send)
        return self._app(scope, self._bodies.watched(receive, send), send)


async def _no_body() -> Message:
    return _NO_BODY


def _has_no_body(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            return False
    return True


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
