"""Between the server and Falcon: what HTTP asks for and neither of the two does."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_NO_BODY: Message = {"type": "http.request", "body": b"", "more_body": False}


class Gateway:
    """Answers HEAD as GET without its body, takes HTTP/1.0, and turns a request that breaks off into a refusal.

    A request without a body goes straight to `app`, which need not ask the server for one: asking is a trip to another
    thread and back, and costs more than all else that a poll needs from HTTP.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app

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
        return self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        await self._app(scope, receive, watched)
        # Falcon says nothing where the body breaks off before its first piece, and the server would make a 500 of it.
        if not started:
            await _refuse(send)


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


async def _refuse(send: Send) -> None:
    body = msgspec.json.encode(
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "code": "malformed_json",
            "detail": "The body of the request broke off before its end.",
        }
    )
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"private, no-store")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
