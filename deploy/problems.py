"""What the edge and the load balancer refuse by themselves, as problem documents like those of the service."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from boxoffice.http.errors import KEPT_BY_NOBODY, RETRY_AFTER_S, problem
from boxoffice.kernel import errors as e

_FORM = e.InvalidRequest.code
_AGAIN = {"Retry-After": str(RETRY_AFTER_S)}
NOT_ASCII = 460
"""No status of HTTP, and nobody is told it: a path that the load balancer could not read."""


class Refusal(NamedTuple):
    """`status` is what a client is told, `causes` are the statuses by which nginx or HAProxy knows it."""

    status: int
    code: str
    detail: str
    causes: tuple[int, ...]
    headers: Mapping[str, str] = {}

    def document(self) -> str:
        """The body of the answer."""
        return msgspec.json.encode(problem(self.status, self.code, self.detail)).decode()


_TOO_MANY_HEADERS = Refusal(431, _FORM, "The headers are larger, or more of them, than they may be.", (494,))
EDGE = (
    Refusal(
        400, _FORM, "This does not follow HTTP, or came without TLS to where TLS is spoken.", (400, NOT_ASCII, 497)
    ),
    Refusal(404, e.NotFound.code, "There is no such path.", (404,)),
    Refusal(
        405,
        "method_not_allowed",
        "No path has this method.",
        (405,),
        {"Allow": "GET, HEAD, POST, PUT, DELETE, OPTIONS"},
    ),
    Refusal(412, e.Conflict.code, "The answer is not the one that If-Match or If-Unmodified-Since asks for.", (412,)),
    Refusal(413, e.BodyTooLarge.code, e.BodyTooLarge.sentence, (413,)),
    Refusal(414, _FORM, "The path and its query are longer than they may be.", (414,)),
    Refusal(421, _FORM, "There is no host of this name here.", (421,)),
    Refusal(429, "too_many_requests", "Too many requests come from this address.", (429,), _AGAIN),
    _TOO_MANY_HEADERS,
    Refusal(501, _FORM, "There is no such transfer coding.", (501,)),
    Refusal(503, e.Unavailable.code, "The service does not answer at the moment.", (500, 502, 504), _AGAIN),
    Refusal(505, _FORM, "There is no such version of HTTP.", (505,)),
)
BALANCER = (
    Refusal(500, "internal_error", "Something went wrong in the load balancer.", (500,)),
    Refusal(503, e.Unavailable.code, "The instance that had this request is gone.", (502,), _AGAIN),
    Refusal(503, e.Unavailable.code, "No instance can take this request at the moment.", (503,), _AGAIN),
    Refusal(503, e.Unavailable.code, "The instance that has this request does not answer.", (504,), _AGAIN),
)
_UNREADABLE = Refusal(400, _FORM, "A header has a character that it may not have.", ())
_WITHOUT_PATH = {400, 414, 505}
"""What may be wrong before there is a path: nginx then has nowhere to go from, and has to be sent to one."""
_NOWHERE = "/.refused"


def said_at_edge() -> Iterator[str]:
    """For nginx's `http`: document and headers, by the status that goes out."""
    yield from _map("problem", {refusal.status: refusal.document() for refusal in EDGE})
    for name in _names():
        yield from _map(_variable(name), {each.status: each.headers[name] for each in EDGE if name in each.headers})


def refused_at_edge(headers: Mapping[str, str]) -> Iterator[str]:
    """For each of nginx's servers: where every refusal ends. What stands there may itself be refused for its number."""
    ends: dict[str, list[str]] = {}
    for refusal in EDGE:
        for cause in refusal.causes:
            status = "" if cause == refusal.status else f"={refusal.status} "
            ends.setdefault(f"{status}{_NOWHERE if cause in _WITHOUT_PATH else '@refused'}", []).append(str(cause))
    yield from (f"error_page {' '.join(causes)} {end};" for end, causes in ends.items())
    said = {**headers, "Cache-Control": KEPT_BY_NOBODY} | {name: f"${_variable(name)}" for name in _names()}
    for place in ("@refused", f"= {_NOWHERE}"):
        yield from (
            f"location {place} {{",
            "    internal;",
            "    recursive_error_pages on;",
            "    default_type application/problem+json;",
            *(f'    add_header {name} "{value}" always;' for name, value in said.items()),
            "    return 200 $problem;",
            "}",
        )


def refused_at_balancer() -> Iterator[str]:
    """For HAProxy: its own words for each of its refusals."""
    for refusal in BALANCER:
        for cause in refusal.causes:
            yield f"http-error status {cause} {_reply(refusal)}"


def refused_for_instances() -> dict[str, str]:
    """For HAProxy: what it says in place of instances, whose server would close the connection without a word."""
    rules = {"too_many_headers": _TOO_MANY_HEADERS, "unreadable_header": _UNREADABLE}
    return {name: f"status {refusal.status} {_reply(refusal)}" for name, refusal in rules.items()}


def _reply(refusal: Refusal) -> str:
    headers = {**refusal.headers, "Cache-Control": KEPT_BY_NOBODY}
    said = "".join(f' hdr {name} "{value}"' for name, value in headers.items())
    return f"content-type \"application/problem+json\" string '{refusal.document()}'{said}"


def _map(variable: str, values: Mapping[int, str]) -> Iterator[str]:
    yield f"map $status ${variable} {{"
    yield '    default "";'
    yield from (f"    {status} '{value}';" for status, value in values.items())
    yield "}"


def _names() -> list[str]:
    return sorted({name for refusal in EDGE for name in refusal.headers})


def _variable(name: str) -> str:
    return f"refused_{name.lower().replace('-', '_')}"
