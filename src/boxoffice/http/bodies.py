"""Bodies of requests that come whole and in time, or are refused."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from boxoffice.kernel.errors import RequestTimeout

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Message], Awaitable[None]]

BODY_MAX_S = 20.0
_LOOKS = 20


class Bodies:
    """Watches over the bodies that are being received: a client has `max_s` for all of it.

    One that sends half a body and waits would otherwise keep its place in the instance for ever. One timer looks after
    them all, so that a body that comes at once costs an entry in a dictionary; late ones are noticed up to 5 % later.
    """

    def __init__(self, max_s: float = BODY_MAX_S) -> None:
        self._max_s = max_s
        self._receiving: dict[asyncio.Task[Any], float] = {}  # the oldest first
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def watched(self, receive: Receive, send: Send) -> Receive:
        """`receive` for an application that asks for a first piece before it does anything else.

        Where not even that comes, the client is answered here, and the application told that nobody is there.
        """
        since_s: float | None = None

        async def receive_in_time() -> Mapping[str, Any]:
            nonlocal since_s
            is_first = since_s is None
            since_s = asyncio.get_running_loop().time() if since_s is None else since_s
            try:
                event = await self._in_time(receive, since_s)
            except RequestTimeout as refusal:
                if not is_first:
                    raise
                await _refuse(send, 408, refusal.code, "Request Timeout", "The body of the request did not come.")
                return _GONE
            if is_first and event["type"] != "http.request":
                # Falcon would say nothing, and the server make a 500 of it.
                broken = "The body of the request broke off before its end."
                await _refuse(send, 400, "malformed_json", "Bad Request", broken)
            return event

        return receive_in_time

    async def _in_time(self, receive: Receive, since_s: float) -> Mapping[str, Any]:
        task = asyncio.current_task()
        assert task is not None
        self._receiving[task] = since_s
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._max_s / _LOOKS, self._look)
        try:
            return await receive()
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise RequestTimeout from None
        finally:
            self._receiving.pop(task, None)
            self._late.discard(task)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        for task, since_s in self._receiving.items():
            if now_s - since_s >= self._max_s and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._timer = loop.call_later(self._max_s / _LOOKS, self._look) if self._receiving else None


_GONE: Message = {"type": "http.disconnect"}


async def _refuse(send: Send, status: int, code: str, title: str, detail: str) -> None:
    body = msgspec.json.encode(
        {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    )
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"private, no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
