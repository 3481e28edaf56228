"""HTTP of seats with a stand-in service: statuses, headers, what is refused before anything happens."""

from typing import Any

import falcon.testing
import pytest
from falcon.asgi import Request

from boxoffice.accounts.models import Fan
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.http.api import build_api
from boxoffice.http.replies import SHARED_ONE_SECOND
from boxoffice.kernel.errors import (
    BadQueueToken,
    Conflict,
    LimitExceeded,
    NotAdmitted,
    NotFound,
    SeatTaken,
    Unauthorized,
)
from boxoffice.seats import policy
from boxoffice.seats.controller import routes
from boxoffice.seats.models import Hold, make_hold_id
from tests.unit.seats.house import CONCERT, PERFORMANCE, performance_of_rows

HOLD = make_hold_id(PERFORMANCE, "018f0000-0000-7000-8000-000000000001")
HOLDS = f"/api/v1/performances/{PERFORMANCE}/holds"
SIGNED_IN = {"Authorization": "Bearer ada"}


class StandInService:
    """Holds everything for everybody, unless told to refuse."""

    def __init__(self) -> None:
        self.refusal: Exception | None = None
        self.asked: list[tuple[Any, ...]] = []

    def _answer(self, *asked: Any) -> Hold:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal
        return Hold(HOLD, PERFORMANCE, (3, 4), 180_000, "KRW", 1_700_000_300_000, "receipt")

    async def availability(self, performance_id: str) -> Snapshot:
        self._answer("availability", performance_id)
        return Snapshot(b'{"version":1}', '"tag"', 0)

    async def concert_of(self, performance_id: str) -> str:
        return CONCERT

    async def hold(
        self,
        fan_id: str,
        performance_id: str,
        *,
        seats: list[int] | None,
        best_count: int | None,
        best_tier: str | None,
    ) -> Hold:
        policy.wish(performance_of_rows(), seats, best_count, best_tier)
        return self._answer("hold", fan_id, performance_id, seats, best_count, best_tier)

    async def hold_of(self, fan_id: str, hold_id: str) -> Hold:
        return self._answer("hold_of", fan_id, hold_id)

    async def release(self, fan_id: str, hold_id: str) -> None:
        self._answer("release", fan_id, hold_id)


class StandInAccounts:
    def signed_in(self, req: Request) -> Fan:
        user_id = (req.get_header("Authorization") or "").removeprefix("Bearer ")
        if not user_id:
            raise Unauthorized
        return Fan(user_id, "fan", "session", 0)


class StandInPlaces:
    def place(self, req: Request, fan: Fan, concert_id: str) -> None:
        token = req.get_header("X-Queue-Token")
        if token is not None and token != f"{fan.user_id} {concert_id}":
            raise BadQueueToken


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def client(service: StandInService) -> falcon.testing.TestClient:
    paths = routes(service, StandInAccounts(), StandInPlaces())  # type: ignore[arg-type]
    return falcon.testing.TestClient(build_api(paths, metrics=NullMetrics()))


def test_availability_is_public_for_a_second_and_has_a_tag(client: falcon.testing.TestClient) -> None:
    path = f"/api/v1/performances/{PERFORMANCE}/availability"
    first = client.simulate_get(path)
    again = client.simulate_get(path, headers={"If-None-Match": '"tag"'})

    assert (first.status_code, first.content) == (200, b'{"version":1}')
    assert (first.headers["cache-control"], first.headers["etag"]) == (SHARED_ONE_SECOND, '"tag"')
    assert (again.status_code, again.content) == (304, b"")


def test_a_hold_of_chosen_seats_is_created(client: falcon.testing.TestClient, service: StandInService) -> None:
    answer = client.simulate_post(HOLDS, json={"seats": [4, 3]}, headers=SIGNED_IN)

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/holds/{HOLD}"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.json == {
        "id": HOLD,
        "performance_id": PERFORMANCE,
        "seats": [3, 4],
        "total_minor": 180_000,
        "currency": "KRW",
        "expires_at": "2023-11-14T22:18:20Z",
        "receipt": "receipt",
    }
    assert service.asked == [("hold", "ada", PERFORMANCE, [4, 3], None, None)]


def test_a_hold_of_the_best_available_passes_count_and_tier(
    client: falcon.testing.TestClient, service: StandInService
) -> None:
    body = {"best_available": {"count": 2, "tier": "Back"}}
    answer = client.simulate_post(HOLDS, json=body, headers=SIGNED_IN)

    assert answer.status_code == 201
    assert service.asked == [("hold", "ada", PERFORMANCE, None, 2, "Back")]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seats": []},
        {"seats": None},
        {"seats": [1, 1]},
        {"seats": [-1]},
        {"seats": [10**13]},
        {"seats": ["1"]},
        {"seats": [1.5]},
        {"seats": [True]},
        {"seats": list(range(21))},
        {"seats": [1], "best_available": {"count": 1}},
        {"best_available": {}},
        {"best_available": {"count": 0}},
        {"best_available": {"count": 21}},
        {"best_available": {"count": 1, "tier": "Balcony"}},
        {"best_available": {"count": 1, "tier": ""}},
        {"best_available": {"count": 1, "tier": "x" * 51}},
        {"seats": [1], "price_minor": 1},
        {"seats": [1], "fan_id": "bob"},
        {"best_available": {"count": 1, "price": 0}},
        [1],
        "seats",
    ],
)
def test_a_request_of_another_shape_is_refused_and_holds_nothing(
    client: falcon.testing.TestClient, service: StandInService, body: object
) -> None:
    answer = client.simulate_post(HOLDS, json=body, headers=SIGNED_IN)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")
    assert answer.headers["content-type"] == "application/problem+json"
    assert service.asked == []


def test_a_seat_that_the_plan_does_not_have_is_named(client: falcon.testing.TestClient) -> None:
    answer = client.simulate_post(HOLDS, json={"seats": [1, 30, 999]}, headers=SIGNED_IN)

    assert (answer.status_code, answer.json["code"], answer.json["seats"]) == (422, "unknown_seat", [30, 999])


def test_a_body_that_is_not_json_or_too_large_is_refused(client: falcon.testing.TestClient) -> None:
    headers = {**SIGNED_IN, "Content-Type": "application/json"}
    broken = client.simulate_post(HOLDS, body="{", headers=headers)
    huge = client.simulate_post(HOLDS, body='{"seats":[' + "1," * 50_000 + "1]}", headers=headers)

    assert [broken.status_code, huge.status_code] == [400, 413]


def test_an_already_taken_seat_is_a_conflict_that_names_the_seats(
    client: falcon.testing.TestClient, service: StandInService
) -> None:
    service.refusal = SeatTaken(seats=[4])
    answer = client.simulate_post(HOLDS, json={"seats": [3, 4]}, headers=SIGNED_IN)

    assert (answer.status_code, answer.json["code"], answer.json["seats"]) == (409, "seat_taken", [4])


def test_a_fan_whose_turn_is_not_reached_is_forbidden(
    client: falcon.testing.TestClient, service: StandInService
) -> None:
    service.refusal = NotAdmitted()
    answer = client.simulate_post(HOLDS, json={"seats": [3]}, headers=SIGNED_IN)

    assert (answer.status_code, answer.json["code"]) == (403, "not_admitted")


def test_more_seats_than_a_fan_may_have_is_a_conflict(
    client: falcon.testing.TestClient, service: StandInService
) -> None:
    service.refusal = LimitExceeded(limit=4, has=3)
    answer = client.simulate_post(HOLDS, json={"seats": [3, 4]}, headers=SIGNED_IN)

    assert (answer.status_code, answer.json["code"]) == (409, "limit_exceeded")
    assert (answer.json["limit"], answer.json["has"]) == (4, 3)


def test_a_queue_token_need_not_be_sent_but_must_be_the_fans_own(
    client: falcon.testing.TestClient, service: StandInService
) -> None:
    good = client.simulate_post(HOLDS, json={"seats": [3]}, headers={**SIGNED_IN, "X-Queue-Token": f"ada {CONCERT}"})
    bad = client.simulate_post(HOLDS, json={"seats": [3]}, headers={**SIGNED_IN, "X-Queue-Token": f"bob {CONCERT}"})

    assert good.status_code == 201
    assert (bad.status_code, bad.json["code"]) == (401, "bad_queue_token")
    assert len(service.asked) == 1


def test_whoever_has_not_signed_in_holds_sees_and_releases_nothing(
    client: falcon.testing.TestClient, service: StandInService
) -> None:
    answers = [
        client.simulate_post(HOLDS, json={"seats": [3]}),
        client.simulate_get(f"/api/v1/holds/{HOLD}"),
        client.simulate_delete(f"/api/v1/holds/{HOLD}"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert service.asked == []


def test_what_cannot_be_a_performance_is_not_found(client: falcon.testing.TestClient, service: StandInService) -> None:
    hold = client.simulate_post("/api/v1/performances/1/holds", json={"seats": [3]}, headers=SIGNED_IN)
    availability = client.simulate_get("/api/v1/performances/..%2F1/availability")

    assert [hold.status_code, availability.status_code] == [404, 404]
    assert service.asked == []


def test_a_fan_looks_at_and_releases_an_own_hold(client: falcon.testing.TestClient, service: StandInService) -> None:
    seen = client.simulate_get(f"/api/v1/holds/{HOLD}", headers=SIGNED_IN)
    released = client.simulate_delete(f"/api/v1/holds/{HOLD}", headers=SIGNED_IN)

    assert (seen.status_code, seen.json["id"]) == (200, HOLD)
    assert (released.status_code, released.content) == (204, b"")
    assert service.asked == [("hold_of", "ada", HOLD), ("release", "ada", HOLD)]


@pytest.mark.parametrize(("refusal", "status"), [(NotFound(), 404), (Conflict(), 409)])
def test_anothers_hold_is_not_found_and_one_that_is_being_paid_stays(
    client: falcon.testing.TestClient, service: StandInService, refusal: Exception, status: int
) -> None:
    service.refusal = refusal

    assert client.simulate_delete(f"/api/v1/holds/{HOLD}", headers=SIGNED_IN).status_code == status
