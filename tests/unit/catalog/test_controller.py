import json
from typing import Any

import pytest
from falcon.testing import Result, TestClient

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.catalog.controller import routes
from boxoffice.catalog.models import PLAN_MAX_BYTES, Concert, Performance, PlanSummary, PricedTier, Tier, Venue
from boxoffice.http.api import build_api
from boxoffice.http.openapi import document
from boxoffice.http.replies import SHARED_ONE_SECOND
from boxoffice.kernel import errors as e
from tests.unit.catalog.parts import OPERATOR, UNKNOWN

VENUE = Venue("00000000-0000-7000-8000-00000000b001", "Hall", 0)
PLAN = PlanSummary("p", VENUE.id, "Club", "v1", 3, 40.0, 20.5, (Tier("VIP", "#000", 3),), 0)
CONCERT = Concert("00000000-0000-7000-8000-00000000c001", "One", "Band", "", "KRW", None)
PERFORMANCE = Performance("f", CONCERT.id, "p", "v1", "Hall", 0, 3, 4, (PricedTier("VIP", "#000", 5),))
SNAPSHOT = Snapshot(b'{"a":1}', '"tag"', 0)
BEARER = {"Authorization": "Bearer x"}
NEW_PERFORMANCE = {"plan_id": UNKNOWN, "starts_at": "2027-01-15T17:00:00+09:00", "prices": {"VIP": 5}}


class StandInService:
    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.refusal: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        answers = {
            "create_venue": VENUE,
            "venue": VENUE,
            "venues": [VENUE] * 3,
            "import_plan": PLAN,
            "preview_plan": b"{}",
            "plans": [PLAN] * 3,
            "plan": PLAN,
            "plan_seats": b"{}",
            "create_concert": CONCERT,
            "create_performance": PERFORMANCE,
            "page_document": SNAPSHOT,
            "concert_document": SNAPSHOT,
            "plan_document": SNAPSHOT,
        }

        async def answer(*asked: Any, **named: Any) -> Any:
            self.asked.append((name, *asked, *([named] if named else [])))
            if self.refusal is not None:
                raise self.refusal
            return answers[name]

        return answer


class Signed:
    user_id = OPERATOR


class StandInGuard:
    def __init__(self) -> None:
        self.refusal: Exception | None = None

    def operator(self, _req: Any) -> Signed:
        if self.refusal is not None:
            raise self.refusal
        return Signed()


class Edge:
    """The catalogue's paths over stand-ins."""

    def __init__(self) -> None:
        self.service: Any = StandInService()
        self.guard = StandInGuard()
        self.routes = routes(self.service, self.guard)
        self.client = TestClient(build_api(self.routes, metrics=NullMetrics()))

    def post(self, path: str, body: object) -> Result:
        return self.client.simulate_post(f"/api/v1/admin{path}", json=body, headers=BEARER)

    def import_plan(self, body: bytes, content_type: str, query: str = "", **headers: str) -> Result:
        path = f"/api/v1/admin/venues/{VENUE.id}/plans"
        sent = {"Content-Type": content_type, **headers}
        return self.client.simulate_post(path, body=body, query_string=query, headers=sent)


@pytest.fixture
def edge() -> Edge:
    return Edge()


@pytest.mark.parametrize("path", ["/concerts", f"/concerts/{CONCERT.id}"])
def test_concerts_are_public_for_a_second(edge: Edge, path: str) -> None:
    answer = edge.client.simulate_get(f"/api/v1{path}")

    assert (answer.status_code, answer.content) == (200, SNAPSHOT.body)
    assert (answer.headers["cache-control"], answer.headers["etag"]) == (SHARED_ONE_SECOND, '"tag"')


def test_a_seat_map_may_be_kept_for_ever(edge: Edge) -> None:
    path = f"/api/v1/performances/{UNKNOWN}/seats"
    answer = edge.client.simulate_get(path)
    again = edge.client.simulate_get(path, headers={"If-None-Match": '"tag"'})

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_is_asked_for_by_cursor_and_limit(edge: Edge) -> None:
    edge.client.simulate_get("/api/v1/concerts", query_string=f"cursor={CONCERT.id}&limit=7")

    assert edge.service.asked == [("page_document", CONCERT.id, 7)]
    for wrong in ("limit=0", "limit=101", "limit=x", "cursor=x"):
        assert edge.client.simulate_get("/api/v1/concerts", query_string=wrong).status_code == 422


@pytest.mark.parametrize("path", ["/concerts/x", "/performances/x/seats", "/admin/venues/x", "/admin/plans/x"])
def test_what_is_no_id_is_not_found_without_asking(edge: Edge, path: str) -> None:
    answer = edge.client.simulate_get(f"/api/v1{path}")

    assert (answer.status_code, answer.json["code"], edge.service.asked) == (404, "not_found", [])


ADMIN = [
    ("GET", "/venues"),
    ("POST", "/venues"),
    ("GET", f"/venues/{VENUE.id}"),
    ("POST", f"/venues/{VENUE.id}/plans"),
    ("GET", f"/venues/{VENUE.id}/plans"),
    ("POST", "/plan-previews"),
    ("GET", f"/plans/{UNKNOWN}"),
    ("GET", f"/plans/{UNKNOWN}/seats"),
    ("POST", "/concerts"),
    ("POST", f"/concerts/{CONCERT.id}/performances"),
]


@pytest.mark.parametrize(("method", "path"), ADMIN)
@pytest.mark.parametrize(("refusal", "status"), [(e.Unauthorized(), 401), (e.Forbidden(), 403)])
def test_only_operators_change_the_catalogue(
    edge: Edge, method: str, path: str, refusal: Exception, status: int
) -> None:
    edge.guard.refusal = refusal

    answer = edge.client.simulate_request(method, f"/api/v1/admin{path}", body="{}")

    assert (answer.status_code, edge.service.asked) == (status, [])


def test_a_venue_is_made(edge: Edge) -> None:
    answer = edge.post("/venues", {"name": "Hall"})

    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/admin/venues/{VENUE.id}")
    assert answer.json == {"id": VENUE.id, "name": "Hall", "created_at": "1970-01-01T00:00:00Z"}
    assert edge.service.asked == [("create_venue", OPERATOR, "Hall")]


def test_venues_are_paged(edge: Edge) -> None:
    answer = edge.client.simulate_get("/api/v1/admin/venues", query_string="limit=2")

    assert (len(answer.json["items"]), answer.json["next"]) == (2, VENUE.id)
    assert edge.service.asked == [("venues", None, 3)]


@pytest.mark.parametrize(
    ("content_type", "format"), [("application/json", "json"), ("text/csv; charset=utf-8", "csv"), ("Text/CSV", "csv")]
)
def test_a_plan_is_imported_by_its_media_type(edge: Edge, content_type: str, format: str) -> None:
    answer = edge.import_plan(b"content", content_type, "name=Club")

    assert (answer.status_code, answer.headers["location"]) == (201, "/api/v1/admin/plans/p")
    assert answer.json["tiers"] == [{"name": "VIP", "color": "#000", "seat_count": 3}]
    assert edge.service.asked[-1] == ("import_plan", OPERATOR, VENUE.id, "Club", b"content", format)


def test_a_plan_is_previewed_by_its_media_type(edge: Edge) -> None:
    path = "/api/v1/admin/plan-previews"
    answer = edge.client.simulate_post(path, body=b"content", headers={"Content-Type": "text/csv"})

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert edge.service.asked == [("preview_plan", b"content", "csv")]
    assert edge.client.simulate_post(path, body=b"x", headers={"Content-Type": "image/png"}).status_code == 415


def test_the_plans_of_a_venue_are_paged(edge: Edge) -> None:
    answer = edge.client.simulate_get(f"/api/v1/admin/venues/{VENUE.id}/plans", query_string="limit=2")

    assert (len(answer.json["items"]), answer.json["next"]) == (2, PLAN.id)
    assert edge.service.asked == [("plans", VENUE.id, None, 3)]


def test_a_plan_of_another_media_type_is_refused(edge: Edge) -> None:
    assert edge.import_plan(b"x", "application/xml").status_code == 415
    assert edge.import_plan(b"x", "").status_code == 415


def test_a_plan_that_is_too_large_is_not_read(edge: Edge) -> None:
    answer = edge.import_plan(b"x" * (PLAN_MAX_BYTES + 1), "text/csv")

    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")
    assert edge.service.asked == [("venue", VENUE.id)]


def test_a_refused_plan_tells_the_path(edge: Edge) -> None:
    edge.service.refusal = e.InvalidPlan("line 7, tier: no.", path="line 7, tier")

    answer = edge.import_plan(b"x", "text/csv")

    assert (answer.status_code, answer.json["code"], answer.json["path"]) == (422, "invalid_plan", "line 7, tier")


def test_a_concert_is_made(edge: Edge) -> None:
    answer = edge.post("/concerts", {"title": "One", "artist": "Band", "sale_opens_at": "2027-01-15T17:00:00+09:00"})

    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/concerts/{CONCERT.id}")
    assert (answer.json["sale_opens_at"], answer.json["performances"]) == (None, [])
    assert edge.service.asked[0][2] == {
        "title": "One",
        "artist": "Band",
        "description": "",
        "sale_opens_ms": 1_800_000_000_000,
    }


def test_a_performance_is_made(edge: Edge) -> None:
    answer = edge.post(f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE)

    assert (answer.status_code, answer.headers["location"]) == (201, "/api/v1/performances/f/seats")
    assert answer.json["tiers"] == [{"name": "VIP", "color": "#000", "price_minor": 5}]
    assert edge.service.asked[0][3] == {
        "plan_id": UNKNOWN,
        "starts_ms": 1_800_000_000_000,
        "prices": {"VIP": 5},
        "seats_per_fan": None,
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/venues", {"name": ""}),
        ("/venues", {"name": "x" * 201}),
        ("/venues", {"name": "a\x00b"}),
        ("/venues", {"name": "Hall", "id": "x"}),
        ("/venues", []),
        ("/concerts", {"title": "One"}),
        ("/concerts", {"title": "One", "artist": "Band", "currency": "USD"}),
        ("/concerts", {"title": "One", "artist": "Band", "sale_opens_at": "2027-01-15T17:00:00"}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"plan_id": "x" * 36}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"prices": {}}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"prices": {"VIP": -1}}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"prices": {"VIP": 1.5}}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"prices": {"VIP": 10**13}}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"prices": {str(n): 1 for n in range(33)}}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"seats_per_fan": 0}),
        (f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"starts_at": 5}),
    ],
)
def test_a_request_of_the_wrong_shape_is_refused(edge: Edge, path: str, body: object) -> None:
    answer = edge.post(path, body)

    assert (answer.status_code, answer.json["code"], edge.service.asked) == (422, "invalid_request", [])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_reach_the_service_as_numbers(edge: Edge, at: str) -> None:
    answer = edge.post(f"/concerts/{CONCERT.id}/performances", NEW_PERFORMANCE | {"starts_at": at})

    assert answer.status_code in (201, 422)


def test_every_operation_is_in_the_reference(edge: Edge) -> None:
    described = document(edge.routes, version="1")

    found = {(method, path) for path, methods in described["paths"].items() for method in methods}
    assert len(found) == sum(len(route.operations) for route in edge.routes) == 13
    assert json.dumps(described)
