"""What a controller says about its paths: Falcon routes by it, and the OpenAPI document is made from it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from boxoffice.kernel.errors import BoxofficeError


class Operation(NamedTuple):
    """One method of one path. `request` and the values of `replies` are msgspec types (None: no body)."""

    summary: str
    replies: Mapping[int, Any]
    request: Any = None
    errors: tuple[type[BoxofficeError], ...] = ()
    signed_in: bool = False
    role: str | None = None
    queue_token: bool = False
    idempotent: bool = False
    query: Mapping[str, str] = {}  # name -> what it means; all optional strings
    location: bool = False
    cache: str = "private, no-store"


class Route(NamedTuple):
    """A path with its Falcon resource and what each method does, e.g. `{"POST": Operation(...)}`."""

    path: str
    resource: object
    operations: Mapping[str, Operation]
    suffix: str | None = None
    tag: str = ""
