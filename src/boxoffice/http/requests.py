"""Reading requests: bounded bodies, strict types, headers."""

import re
from typing import TypeVar

import msgspec
from falcon.asgi import Request

from boxoffice.kernel.errors import (
    BodyTooLarge,
    IdempotencyKeyRequired,
    InvalidRequest,
    MalformedJson,
    NotFound,
    Unauthorized,
    UnsupportedMediaType,
)
from boxoffice.kernel.ids import is_id

BODY_MAX_BYTES = 64 * 1024
PAGE_MAX = 100

_PATTERN = re.compile(r"Expected `str` matching regex .*? - at `([^`]*)`$", re.DOTALL)

Body = TypeVar("Body", bound=msgspec.Struct)


async def read_body(req: Request, max_bytes: int = BODY_MAX_BYTES) -> bytes:
    """The body, refused with `BodyTooLarge` as soon as it passes `max_bytes`."""
    if (req.content_length or 0) > max_bytes:
        raise BodyTooLarge(f"The body may have at most {max_bytes} bytes.")
    body = await req.stream.read(max_bytes + 1)  # in time, or `RequestTimeout`: see http.bodies
    if len(body) > max_bytes:
        raise BodyTooLarge(f"The body may have at most {max_bytes} bytes.")
    return bytes(body)


async def read_json(req: Request, decoder: msgspec.json.Decoder[Body], max_bytes: int = BODY_MAX_BYTES) -> Body:
    """The body as the decoder's struct. Make the decoder once; its struct forbids unknown fields.

    Raises `UnsupportedMediaType`, `BodyTooLarge`, `MalformedJson`, `InvalidRequest` (with the path in its sentence).
    """
    media_type = (req.content_type or "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType
    body = await read_body(req, max_bytes)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidRequest(_sentence(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson(f"The body is not valid JSON: {error}") from None


def bearer_token(req: Request) -> str:
    """The token of `Authorization: Bearer`. Raises `Unauthorized`."""
    scheme, _, token = (req.get_header("Authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    return token.strip()


def client_address(req: Request, proxies: int) -> str:
    """Where the request comes from, past `proxies` of our own, each of which added whom it saw to X-Forwarded-For.

    What stands before theirs anybody may have written. A request that passed fewer of them is known by its neighbour.
    """
    passed = (req.get_header("X-Forwarded-For") or "").split(",")
    if 0 < proxies <= len(passed) and (address := passed[-proxies].strip()):
        return address
    return req.remote_addr or ""


def idempotency_key(req: Request) -> str:
    """The `Idempotency-Key`: 1 to 200 visible ASCII characters. Raises `IdempotencyKeyRequired`, `InvalidRequest`."""
    key = req.get_header("Idempotency-Key")
    if not key:
        raise IdempotencyKeyRequired
    if len(key) > 200 or not all("!" <= character <= "~" for character in key):
        raise InvalidRequest("The Idempotency-Key may have 1 to 200 visible ASCII characters.")
    return key


def path_id(text: str) -> str:
    """An id from a path. Raises `NotFound` for what could not be one, without asking any store."""
    if not is_id(text):
        raise NotFound
    return text


def page(req: Request, default: int = 20, most: int = PAGE_MAX) -> tuple[str | None, int]:
    """`?cursor=` (an id, or None for the first page) and `?limit=` (1 to `most`). Raises `InvalidRequest`."""
    cursor = req.get_param("cursor")
    if cursor is not None and not is_id(cursor):
        raise InvalidRequest("The cursor is not one that this list gave out.")
    raw = req.get_param("limit")
    if raw is None:
        return cursor, default
    if not raw.isascii() or not raw.isdecimal() or len(raw) > 9 or not 1 <= int(raw) <= most:
        raise InvalidRequest(f"The limit is a whole number from 1 to {most}.")
    return cursor, int(raw)


def _sentence(detail: str) -> str:
    """msgspec's message, without the regular expression that a text did not match: it tells a person nothing."""
    return _PATTERN.sub(r"`\1` is empty, or has a form or characters that are not allowed", detail)
