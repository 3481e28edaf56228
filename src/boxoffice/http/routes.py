"""What a controller says about its paths: Falcon routes by it, and the OpenAPI document is made from it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from boxoffice.kernel.errors import BoxofficeError


class Media(NamedTuple):
    """A body that is not JSON."""

    type: str  # e.g. text/csv
    meaning: str = ""


class Query(NamedTuple):
    """A query parameter: what it means and its msgspec type, e.g. `Annotated[str, Meta(max_length=100)]`."""

    meaning: str
    type: Any = str
    required: bool = False


PAGE_QUERY: Mapping[str, str | Query] = {"cursor": "`next` of the page before", "limit": "1 to 100; 20 unless given"}
"""The parameters of a list, as `http.requests.page` reads them."""


class Operation(NamedTuple):
    """One method of one path.

    `request` and the values of `replies` are msgspec types, `Media`, or tuples of these where a client may choose
    (None: no body). `query` names parameters; those of every list, `cursor` and `limit`, need only their meaning.
    """

    summary: str
    replies: Mapping[int, Any]
    request: Any = None
    errors: tuple[type[BoxofficeError], ...] = ()
    signed_in: bool = False
    role: str | None = None
    queue_token: bool = False
    idempotent: bool = False
    query: Mapping[str, str | Query] = {}
    location: bool = False
    cache: str = "private, no-store"


class Route(NamedTuple):
    """A path with its Falcon resource and what each method does, e.g. `{"POST": Operation(...)}`."""

    path: str
    resource: object
    operations: Mapping[str, Operation]
    suffix: str | None = None
    tag: str = ""
