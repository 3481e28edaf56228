"""The OpenAPI document, made from a few routes."""

from typing import Annotated, Any

import msgspec
import pytest

from boxoffice.http.openapi import Document, document
from boxoffice.http.routes import Media, Operation, Query, Route
from boxoffice.kernel import errors as e


class Wish(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one wishes for."""

    count: Annotated[int, msgspec.Meta(ge=1, le=8)]


class Granted(msgspec.Struct, frozen=True):
    """What one got."""

    id: str


ROUTES = [
    Route(
        "/api/v1/things/{thing_id}/wishes",
        None,
        {
            "POST": Operation(
                "Wish",
                {201: Granted, 200: Granted},
                request=Wish,
                errors=(e.SeatTaken, e.LimitExceeded, e.TooManyAttempts),
                signed_in=True,
                idempotent=True,
                location=True,
            ),
            "GET": Operation(
                "Wishes",
                {200: list[Granted]},
                query={
                    "cursor": "where to go on",
                    "limit": "how many",
                    "name": Query("a name", Annotated[str, msgspec.Meta(max_length=5)], required=True),
                },
                cache="public, max-age=1",
            ),
            "DELETE": Operation("Forget", {204: None}, role="operator", signed_in=True),
        },
        tag="Wishes",
    ),
    Route("/api/v1/holds/{hold_id}", None, {"GET": Operation("A hold", {200: Granted}, queue_token=True)}),
    Route(
        "/api/v1/plans",
        None,
        {"POST": Operation("A plan", {201: Granted}, request=(Wish, Media("text/csv", "rows")), signed_in=True)},
    ),
    Route("/healthz", None, {"GET": Operation("Alive", {200: Media("text/plain")})}),
]


@pytest.fixture(scope="module")
def described() -> Document:
    # Through JSON, as a client gets it.
    found: Document = msgspec.json.decode(msgspec.json.encode(document(ROUTES, version="1.2.3")))
    return found


def operation(described: Document, method: str, path: str) -> Any:
    return described["paths"][path][method]


WISHES = "/api/v1/things/{thing_id}/wishes"


def parameters(described: Document, method: str, path: str) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in operation(described, method, path)["parameters"]}


def test_it_is_openapi_3_1_of_this_version(described: Document) -> None:
    assert described["openapi"] == "3.1.0"
    assert described["info"]["version"] == "1.2.3"


def test_bodies_are_the_structs_that_are_decoded_and_encoded(described: Document) -> None:
    post = operation(described, "post", WISHES)

    assert post["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Wish"}
    assert described["components"]["schemas"]["Wish"]["properties"]["count"]["maximum"] == 8
    assert described["components"]["schemas"]["Wish"]["additionalProperties"] is False
    assert post["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/Granted")


def test_every_reference_leads_somewhere(described: Document) -> None:
    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            found = {part["$ref"]} if "$ref" in part else set()
            return found.union(*(references(value) for value in part.values()))
        return set().union(*(references(value) for value in part)) if isinstance(part, list) else set()

    names = {reference.removeprefix("#/components/schemas/") for reference in references(described)}

    assert names
    assert names <= set(described["components"]["schemas"])


def test_errors_are_grouped_by_status_and_told_by_code(described: Document) -> None:
    responses = operation(described, "post", WISHES)["responses"]

    assert "`seat_taken`" in responses["409"]["description"]
    assert "`limit_exceeded`" in responses["409"]["description"]
    assert responses["409"]["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_what_the_form_of_an_operation_makes_possible_is_documented_without_being_named(described: Document) -> None:
    statuses = {method: set(operation(described, method, WISHES)["responses"]) for method in ("post", "get", "delete")}

    assert statuses["post"] == {"200", "201", "400", "401", "404", "408", "409", "413", "415", "422", "429", "503"}
    assert statuses["get"] == {"200", "304", "404", "422", "503"}
    assert statuses["delete"] == {"204", "401", "403", "404", "503"}
    assert set(operation(described, "get", "/healthz")["responses"]) == {"200"}


def test_headers_that_an_answer_must_have_are_documented(described: Document) -> None:
    post, get = (operation(described, method, WISHES)["responses"] for method in ("post", "get"))

    assert post["201"]["headers"]["Location"]["required"]
    assert "Location" not in post["200"]["headers"]
    assert not post["201"]["headers"]["Idempotent-Replayed"]["required"]
    assert post["429"]["headers"]["Retry-After"]["required"]
    assert post["503"]["headers"]["Retry-After"]["required"]
    assert post["401"]["headers"]["WWW-Authenticate"]["required"]
    assert get["200"]["headers"]["ETag"]["required"]


def test_a_request_that_moves_money_needs_its_key(described: Document) -> None:
    key = parameters(described, "post", WISHES)["Idempotency-Key"]

    assert (key["in"], key["required"]) == ("header", True)


def test_ids_in_paths_have_their_form(described: Document) -> None:
    assert parameters(described, "post", WISHES)["thing_id"]["schema"]["format"] == "uuid"
    assert "43" in parameters(described, "get", "/api/v1/holds/{hold_id}")["hold_id"]["schema"]["pattern"]


def test_query_parameters_have_their_limits(described: Document) -> None:
    found = parameters(described, "get", WISHES)

    assert found["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert found["name"]["schema"]["maxLength"] == 5
    assert [found[name]["required"] for name in ("cursor", "limit", "name")] == [False, False, True]


def test_each_operation_says_how_it_is_signed(described: Document) -> None:
    assert operation(described, "post", WISHES)["security"] == [{"bearer": []}]
    assert operation(described, "get", WISHES)["security"] == []
    assert operation(described, "get", "/api/v1/holds/{hold_id}")["security"] == [{"queueToken": []}]
    assert set(described["components"]["securitySchemes"]) == {"bearer", "queueToken"}


def test_a_body_may_have_several_forms(described: Document) -> None:
    content = operation(described, "post", "/api/v1/plans")["requestBody"]["content"]

    assert set(content) == {"application/json", "text/csv"}


def test_operation_ids_are_unique(described: Document) -> None:
    ids = [found["operationId"] for path in described["paths"].values() for found in path.values()]

    assert len(ids) == len(set(ids))
    assert "post_things_thing_id_wishes" in ids
