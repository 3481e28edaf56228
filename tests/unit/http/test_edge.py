"""Reading requests, writing replies, the error table and the middleware, through a small application."""

from typing import Any

import msgspec
import pytest
from falcon.testing import Result, TestClient
from structlog.testing import capture_logs

from boxoffice.adapters.metrics import PrometheusMetrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.http.api import build_api
from boxoffice.http.replies import SHARED_ONE_SECOND, no_content, reply, reply_snapshot
from boxoffice.http.requests import bearer_token, idempotency_key, page, path_id, read_json
from boxoffice.http.routes import Operation, Route
from boxoffice.kernel.errors import SeatTaken

ID = "018bcfe5-6800-7000-8000-000000000001"


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A number."""

    number: int


_BODY = msgspec.json.Decoder(Body)


class Resource:
    async def on_get(self, req: Any, resp: Any, thing_id: str) -> None:
        cursor, limit = page(req)
        reply(resp, {"id": path_id(thing_id), "cursor": cursor, "limit": limit})

    async def on_post(self, req: Any, resp: Any, thing_id: str) -> None:
        body = await read_json(req, _BODY, 100)
        reply(resp, {"key": idempotency_key(req), "number": body.number, "by": bearer_token(req)}, 201, location="/x")

    async def on_put(self, req: Any, resp: Any, thing_id: str) -> None:
        raise SeatTaken(seats=[3, 4])

    async def on_patch(self, req: Any, resp: Any, thing_id: str) -> None:
        raise ZeroDivisionError("a bug with a secret in it")

    async def on_delete(self, req: Any, resp: Any, thing_id: str) -> None:
        no_content(resp)


class PublicResource:
    async def on_get(self, req: Any, resp: Any) -> None:
        reply_snapshot(req, resp, Snapshot(b"{}", '"tag"', 0))


@pytest.fixture
def metrics() -> PrometheusMetrics:
    return PrometheusMetrics()


@pytest.fixture
def client(metrics: PrometheusMetrics) -> TestClient:
    described = {method: Operation("", {200: None}) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")}
    every = [
        Route("/things/{thing_id}", Resource(), described),
        Route("/public", PublicResource(), {"GET": Operation("", {200: None})}),
    ]
    return TestClient(build_api(every, metrics=metrics))  # type: ignore[arg-type]


SIGNED = {"Authorization": "Bearer t", "Idempotency-Key": "k"}


def post(client: TestClient, **changes: str | None) -> Result:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    headers = {name: value for name, value in (SIGNED | named).items() if value is not None}
    return client.simulate_post(f"/things/{ID}", body=b'{"number":1}', headers=headers)


def test_a_good_request_is_answered_and_kept_by_nobody(client: TestClient) -> None:
    answer = post(client)

    assert answer.status_code == 201
    assert answer.json == {"key": "k", "number": 1, "by": "t"}
    assert answer.headers["location"] == "/x"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_required"),
        ("", "idempotency_key_required"),
        ("k" * 201, "invalid_request"),
        ("a b", "invalid_request"),
        ("é", "invalid_request"),
    ],
)
def test_an_idempotency_key_is_there_and_visible_ascii(client: TestClient, key: str | None, code: str) -> None:
    assert post(client, **{"Idempotency-Key": key}).json["code"] == code


def test_the_longest_key_is_accepted(client: TestClient) -> None:
    assert post(client, **{"Idempotency-Key": "k" * 200}).status_code == 201


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8", None])
def test_json_is_accepted_however_it_is_spelled(client: TestClient, media_type: str | None) -> None:
    assert post(client, **{"Content-Type": media_type}).status_code == 201


def test_a_body_over_the_bound_is_refused_though_its_length_is_not_told(client: TestClient) -> None:
    for headers in (SIGNED, SIGNED | {"Content-Length": "101"}):
        answer = client.simulate_post(f"/things/{ID}", body=b" " * 101, headers=headers)

        assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("query", "limit"), [("", 20), ("limit=1", 1), ("limit=100", 100), ("limit=007", 7), (f"cursor={ID}", 20)]
)
def test_a_page_has_its_limit(client: TestClient, query: str, limit: int) -> None:
    assert client.simulate_get(f"/things/{ID}", query_string=query).json["limit"] == limit


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=%C2%B2",
        "limit=0000000015000",
        "limit=000000001" + "0" * 5000,
        "cursor=nonsense",
        "cursor=" + ID.upper().replace("0", "A"),
    ],
)
def test_a_page_outside_its_bounds_is_422(client: TestClient, query: str) -> None:
    answer = client.simulate_get(f"/things/{ID}", query_string=query)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("name", ["1", "nonsense", "%00", "..%2f", ID.upper().replace("0", "A"), "x" * 3000])
def test_what_could_be_no_id_is_404(client: TestClient, name: str) -> None:
    answer = client.simulate_get(f"/things/{name}")

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_refusal_shows_its_members(client: TestClient) -> None:
    answer = client.simulate_put(f"/things/{ID}")

    assert answer.json == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "seat_taken",
        "detail": SeatTaken.sentence,
        "seats": [3, 4],
    }


def test_a_bug_is_500_and_tells_no_secrets(client: TestClient) -> None:
    answer = client.simulate_patch(f"/things/{ID}")

    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


def test_an_unknown_path_is_404_and_an_unknown_method_405(client: TestClient) -> None:
    assert client.simulate_get("/nowhere").json["code"] == "not_found"
    answer = client.simulate_post("/public")

    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_204_has_no_body(client: TestClient) -> None:
    answer = client.simulate_delete(f"/things/{ID}")

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("known", "status"), [(None, 200), ('"tag"', 304), ('W/"tag"', 304), ('"a", "tag"', 304), ("*", 304), ('"no"', 200)]
)
def test_a_snapshot_that_the_client_has_is_304(client: TestClient, known: str | None, status: int) -> None:
    answer = client.simulate_get("/public", headers={} if known is None else {"If-None-Match": known})

    assert answer.status_code == status
    assert answer.headers["etag"] == '"tag"'
    assert answer.headers["cache-control"] == SHARED_ONE_SECOND


def test_labels_are_routes_and_methods_that_exist_never_what_a_client_makes_up(
    client: TestClient, metrics: PrometheusMetrics
) -> None:
    client.simulate_get(f"/things/{ID}")
    client.simulate_get("/made/up")
    client.simulate_request("MADEUP", "/public")
    exposition = metrics.exposition().decode()

    assert 'route="/things/{thing_id}"' in exposition
    assert 'route="unknown"' in exposition
    assert "made/up" not in exposition
    assert "MADEUP" not in exposition


@pytest.mark.parametrize(("given", "expected"), [("abc-1", "abc-1"), ("x" * 65, None), ("é", None)])
def test_a_request_id_comes_back_when_it_is_a_decent_one(client: TestClient, given: str, expected: str | None) -> None:
    answer = client.simulate_get("/public", headers={"X-Request-Id": given})

    assert answer.headers.get("x-request-id") == expected


def test_of_requests_that_went_well_one_in_so_many_is_logged_and_a_failed_one_always() -> None:
    described = {method: Operation("", {200: None}) for method in ("GET", "PUT", "PATCH")}
    api = build_api(
        [Route("/things/{thing_id}", Resource(), described)], metrics=PrometheusMetrics(), instance="one", log_one_in=3
    )
    client = TestClient(api)  # type: ignore[arg-type]
    with capture_logs() as lines:
        answers = [client.simulate_get(f"/things/{ID}") for _ in range(6)]
        client.simulate_put(f"/things/{ID}")  # an expected refusal
        client.simulate_patch(f"/things/{ID}")  # a bug

    assert [(line["event"], line.get("status")) for line in lines] == [
        ("request", 200),
        ("request", 200),
        ("request_failed", None),
        ("request", 500),
    ]
    assert {answer.status_code for answer in answers} == {200}


def test_requests_in_progress_are_counted_up_and_down(client: TestClient, metrics: PrometheusMetrics) -> None:
    client.simulate_get(f"/things/{ID}")
    client.simulate_patch(f"/things/{ID}")

    assert "boxoffice_http_in_progress 0.0" in metrics.exposition().decode()
