"""Writing replies: msgspec's bytes, cache headers, entity tags."""

from typing import Protocol

import msgspec
from falcon.asgi import Request, Response

from boxoffice.adapters.snapshot import Snapshot

PRIVATE = "private, no-store"
# While a cache fetches the next one, all others may have the last: one request a second reaches us, and no burst.
SHARED_ONE_SECOND = "public, max-age=1, stale-while-revalidate=1"
SHARED_FOR_EVER = "public, max-age=31536000, immutable"

_encoder = msgspec.json.Encoder()


def reply(resp: Response, body: object, status: int = 200, *, location: str | None = None) -> None:
    """A personal answer, which no cache may keep."""
    reply_bytes(resp, _encoder.encode(body), status, location=location)


def reply_bytes(resp: Response, body: bytes, status: int = 200, *, location: str | None = None) -> None:
    """A personal answer that is encoded already."""
    resp.status = status
    resp.data = body
    resp.content_type = "application/json"
    resp.set_header("Cache-Control", PRIVATE)
    if location is not None:
        resp.set_header("Location", location)


def no_content(resp: Response) -> None:
    """204."""
    resp.status = 204
    resp.set_header("Cache-Control", PRIVATE)


def reply_snapshot(req: Request, resp: Response, snapshot: Snapshot, cache_control: str = SHARED_ONE_SECOND) -> None:
    """A public answer, the same for all; 304 when the client has it."""
    resp.set_header("Cache-Control", cache_control)
    resp.set_header("ETag", snapshot.etag)
    known = req.get_header("If-None-Match")
    if known is not None and (known.strip() == "*" or snapshot.etag in known):
        resp.status = 304
        return
    resp.data = snapshot.body
    resp.content_type = "application/json"


class Answered(Protocol):
    """An answer that is remembered under an idempotency key."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...
    @property
    def replayed(self) -> bool: ...


def reply_answer(resp: Response, answer: Answered, *, location: str | None = None) -> None:
    """The first answer to an intent, or the same bytes again, marked as such."""
    reply_bytes(resp, answer.body, answer.status, location=location)
    if answer.replayed:
        resp.set_header("Idempotent-Replayed", "true")
