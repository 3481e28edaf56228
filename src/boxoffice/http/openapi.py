"""The OpenAPI 3.1 document, made from the controllers' routes and the structs that they decode and encode."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec

from boxoffice.http.errors import Problem, status_of
from boxoffice.http.requests import PAGE_MAX
from boxoffice.http.routes import Media, Operation, Query, Route
from boxoffice.kernel import errors as e

Document = dict[str, Any]

_PREFIX = "/api/v1"
_COMPONENTS = "#/components/schemas/{name}"
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_OPAQUE_PATTERN = "^[A-Za-z0-9_-]{43}$"
_OPAQUE_IDS = frozenset({"hold_id"})
_KEY_PATTERN = "^[!-~]{1,200}$"
_LISTED: Mapping[str, Any] = {
    "cursor": Annotated[str, msgspec.Meta(pattern=_UUID_PATTERN)],
    "limit": Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)],
}
_PROBLEM = "application/problem+json"

_STATUS_MEANINGS: Mapping[int, str] = {
    200: "Done.",
    201: "Created.",
    204: "Done; there is nothing to say.",
    304: "Unchanged since the entity tag that was sent.",
    503: "A store does not answer, or too much waits.",
}
_SECURITY_SCHEMES: Document = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a sign-in or refresh.",
    },
    "queueToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Queue-Token",
        "description": "The token that joining the queue of a concert gave out.",
    },
}
_ABOUT = (
    "Concert reservations: a fair waiting queue, live seats, holds, a wallet, tickets. Every error is a problem "
    "document (RFC 9457) with a stable `code`; programs should look at that alone. Amounts are integers in minor "
    "units of the currency. Moments are RFC 3339 in UTC; `_ms` and `_s` end the names of durations."
)


def document(routes: Sequence[Route], *, version: str) -> Document:
    """Everything that `routes` answer, as an OpenAPI 3.1 document ready to be encoded."""
    types = list(_types(routes))
    schemas, components = msgspec.json.schema_components(types, ref_template=_COMPONENTS)
    # Types may be unhashable (`list[...]` is, an `Annotated` with lists is not): looked up by identity.
    schema_of = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, Document] = {}
    for route in routes:
        described = paths.setdefault(route.path, {})
        for method, operation in route.operations.items():
            described[method.lower()] = _operation(route, method, operation, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Boxoffice",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes if route.tag)],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY_SCHEMES},
    }


def _types(routes: Sequence[Route]) -> Iterator[Any]:
    yield Problem
    for route in routes:
        for operation in route.operations.values():
            bodies = [*_choices(operation.request)]
            for body in operation.replies.values():
                bodies += _choices(body)
            yield from (body for body in bodies if not isinstance(body, Media))
            for name, query in operation.query.items():
                yield _query(name, query).type


def _operation(route: Route, method: str, operation: Operation, schema_of: Mapping[int, Any]) -> Document:
    described: Document = {
        "operationId": _operation_id(route.path, method),
        "summary": operation.summary,
        "parameters": list(_parameters(route.path, operation, schema_of)),
        "responses": _responses(route.path, operation, schema_of),
        # Said for every operation: one without it would inherit whatever the document says for all.
        "security": _security(operation),
    }
    if route.tag:
        described["tags"] = [route.tag]
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.request, schema_of)}
    return described


def _operation_id(path: str, method: str) -> str:
    words = re.findall(r"\w+", path.removeprefix(_PREFIX))
    return "_".join([method.lower(), *words])


def _parameters(path: str, operation: Operation, schema_of: Mapping[int, Any]) -> Iterator[Document]:
    for name in _PATH_PARAMETER.findall(path):
        schema = (
            {"type": "string", "pattern": _OPAQUE_PATTERN}
            if name in _OPAQUE_IDS
            else {"type": "string", "format": "uuid", "pattern": _UUID_PATTERN}
        )
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, given in operation.query.items():
        query = _query(name, given)
        yield {
            "name": name,
            "in": "query",
            "required": query.required,
            "description": query.meaning,
            "schema": schema_of[id(query.type)],
        }
    if operation.idempotent:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "Names the intent. The same key with the same body has one effect and one answer.",
            "schema": {"type": "string", "pattern": _KEY_PATTERN},
        }
    if operation.signed_in and operation.queue_token:
        yield {
            "name": "X-Queue-Token",
            "in": "header",
            "required": False,
            "description": "May be sent; if so it must be valid, of this concert and of this fan.",
            "schema": {"type": "string", "maxLength": 4096},
        }
    if _is_public(operation):
        yield {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The ETag of an earlier answer.",
            "schema": {"type": "string"},
        }


def _responses(path: str, operation: Operation, schema_of: Mapping[int, Any]) -> Document:
    responses: Document = {}
    for status, body in sorted(operation.replies.items()):
        described: Document = {"description": _STATUS_MEANINGS.get(status, "Done.")}
        if body is not None:
            described["content"] = _content(body, schema_of)
        headers = _reply_headers(status, operation)
        if headers:
            described["headers"] = headers
        responses[str(status)] = described
    if _is_public(operation):
        responses["304"] = {"description": _STATUS_MEANINGS[304]}
    for status, refusals in sorted(_refusals(path, operation).items()):
        responses[str(status)] = _problem(status, refusals, schema_of)
    return responses


def _refusals(path: str, operation: Operation) -> dict[int, list[type[e.BoxofficeError]]]:
    """Errors by status: those that the operation names, and those that its form alone makes possible."""
    possible = list(operation.errors)
    if operation.request is not None:
        possible += [e.MalformedJson, e.RequestTimeout, e.BodyTooLarge, e.UnsupportedMediaType, e.InvalidRequest]
    if operation.query:
        possible.append(e.InvalidRequest)
    if operation.idempotent:
        possible += [e.IdempotencyKeyRequired, e.InvalidRequest]
    if operation.signed_in or operation.role:
        possible.append(e.Unauthorized)
    if operation.queue_token:
        possible.append(e.BadQueueToken)
    if operation.role:
        possible.append(e.Forbidden)
    if _PATH_PARAMETER.search(path):
        possible.append(e.NotFound)
    if path.startswith(_PREFIX):
        possible.append(e.Unavailable)
    by_status: dict[int, list[type[e.BoxofficeError]]] = {}
    for error in dict.fromkeys(possible):
        by_status.setdefault(status_of(error), []).append(error)
    return by_status


def _problem(status: int, refusals: Sequence[type[e.BoxofficeError]], schema_of: Mapping[int, Any]) -> Document:
    described: Document = {
        "description": " ".join(f"`{error.code}`: {error.sentence}" for error in refusals),
        "content": {_PROBLEM: {"schema": schema_of[id(Problem)]}},
    }
    if status in (429, 503):
        described["headers"] = {"Retry-After": _header({"type": "integer", "minimum": 0}, "Seconds to wait.")}
    if status == 401:
        described["headers"] = {"WWW-Authenticate": _header({"type": "string"}, "How to sign a request.")}
    return described


def _reply_headers(status: int, operation: Operation) -> Document:
    headers: Document = {"Cache-Control": _header({"type": "string"}, f"`{operation.cache}`")}
    if operation.location and status == 201:
        headers["Location"] = _header({"type": "string"}, "Where that which was created stands.")
    if _is_public(operation):
        headers["ETag"] = _header({"type": "string"}, "Send it back as `If-None-Match`.")
    if operation.idempotent:
        headers["Idempotent-Replayed"] = _header(
            {"type": "string", "const": "true"}, "On the answer to a repeat.", required=False
        )
    return headers


def _header(schema: Document, meaning: str, *, required: bool = True) -> Document:
    return {"description": meaning, "required": required, "schema": schema}


def _content(body: Any, schema_of: Mapping[int, Any]) -> Document:
    content: Document = {}
    for choice in _choices(body):
        if isinstance(choice, Media):
            content[choice.type] = {"schema": {"type": "string", "description": choice.meaning}}
        else:
            content["application/json"] = {"schema": schema_of[id(choice)]}
    return content


def _choices(body: Any) -> tuple[Any, ...]:
    if body is None:
        return ()
    return body if isinstance(body, tuple) and not isinstance(body, Media) else (body,)


def _query(name: str, given: str | Query) -> Query:
    return given if isinstance(given, Query) else Query(given, _LISTED.get(name, str))


def _security(operation: Operation) -> list[Document]:
    if operation.signed_in or operation.role:
        return [{"bearer": []}]
    return [{"queueToken": []}] if operation.queue_token else []


def _is_public(operation: Operation) -> bool:
    return operation.cache.startswith("public")
