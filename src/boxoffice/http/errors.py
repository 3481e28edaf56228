"""The one table from errors to HTTP status, and their form: `application/problem+json` (RFC 9457)."""

import falcon
import msgspec
import structlog
from falcon.asgi import Request, Response

from boxoffice.kernel import errors as e

_log = structlog.get_logger()

RETRY_AFTER_S = 1
KEPT_BY_NOBODY = "private, no-store"

STATUS: dict[type[e.BoxofficeError], int] = {
    e.MalformedJson: 400,
    e.IdempotencyKeyRequired: 400,
    e.Unauthorized: 401,
    e.BadCredentials: 401,
    e.BadQueueToken: 401,
    e.InsufficientBalance: 402,
    e.Forbidden: 403,
    e.NotAdmitted: 403,
    e.NotFound: 404,
    e.RequestTimeout: 408,
    e.Conflict: 409,
    e.EmailTaken: 409,
    e.SaleClosed: 409,
    e.SeatTaken: 409,
    e.LimitExceeded: 409,
    e.HoldExpired: 409,
    e.AlreadyPaid: 409,
    e.AlreadyCancelled: 409,
    e.BodyTooLarge: 413,
    e.UnsupportedMediaType: 415,
    e.InvalidRequest: 422,
    e.InvalidPlan: 422,
    e.UnknownSeat: 422,
    e.IdempotencyKeyReused: 422,
    e.TooManyAttempts: 429,
    e.Overloaded: 503,
    e.Unavailable: 503,
}


class Problem(msgspec.Struct):
    """The shape of every error; some codes add members of their own, e.g. `seats`."""

    type: str
    title: str
    status: int
    code: str
    detail: str


def status_of(error: type[e.BoxofficeError]) -> int:
    """The HTTP status of an error class or of its nearest listed ancestor."""
    for ancestor in error.__mro__:
        if ancestor in STATUS:
            return STATUS[ancestor]
    raise LookupError(f"{error.__name__} has no row in the table of statuses")


def problem(status: int, code: str, detail: str) -> dict[str, object]:
    """The document itself."""
    title = falcon.util.code_to_http_status(status)[4:]
    return {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}


def write_problem(
    resp: Response, status: int, code: str, detail: str, members: dict[str, object] | None = None
) -> None:
    """Answer with a problem document that no cache keeps."""
    resp.status = status
    resp.data = msgspec.json.encode(problem(status, code, detail) | (members or {}))
    resp.content_type = "application/problem+json"
    resp.set_header("Cache-Control", KEPT_BY_NOBODY)
    if status == 503:
        resp.set_header("Retry-After", str(RETRY_AFTER_S))
    if status == 401:
        resp.set_header("WWW-Authenticate", "Bearer")


async def on_refusal(_req: Request, resp: Response, error: e.BoxofficeError, _params: object) -> None:
    """An expected refusal."""
    write_problem(resp, status_of(type(error)), error.code, error.detail, dict(error.members))
    if "retry_after_s" in error.members:
        resp.set_header("Retry-After", str(error.members["retry_after_s"]))


async def on_http_error(_req: Request, resp: Response, error: falcon.HTTPError, _params: object) -> None:
    """What Falcon refuses by itself: an unknown path, a method that a path does not have."""
    for name, value in dict(error.headers or {}).items():
        resp.set_header(name, value)
    sentences = {404: "There is no such path.", 405: "This path does not have this method; see Allow."}
    code = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}.get(
        error.status_code, "invalid_request"
    )
    write_problem(
        resp,
        error.status_code,
        code,
        error.description or sentences.get(error.status_code) or "The request was refused.",
    )


async def on_crash(req: Request, resp: Response, error: Exception, _params: object) -> None:
    """A bug: logged in full, told in one sentence."""
    _log.error("request_failed", method=req.method, route=req.uri_template, exc_info=error)
    write_problem(resp, 500, "internal_error", "Something went wrong on our side.")
