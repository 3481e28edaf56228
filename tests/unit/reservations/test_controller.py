from typing import Any

import msgspec
import pytest
from falcon.testing import TestClient

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.http.api import build_api
from boxoffice.kernel import errors as e
from boxoffice.kernel.clock import utc
from boxoffice.reservations.controller import routes
from boxoffice.reservations.schemas import PaymentReceipt, PaymentReply, ReservationReply
from boxoffice.wallet.models import Answer
from tests.standins import StandInGuard

RESERVATION = "00000000-0000-7000-8000-00000000d001"
KEY = {"Idempotency-Key": "k", "Authorization": "Bearer ann"}


def reservation_reply() -> ReservationReply:
    return ReservationReply(
        id=RESERVATION,
        concert_id="c",
        performance_id="p",
        status="confirmed",
        total_minor=100,
        currency="KRW",
        created_at=utc(0),
        cancelled_at=None,
        tickets=[],
    )


def payment_body() -> bytes:
    receipt = PaymentReceipt(id="p1", amount_minor=100, currency="KRW", balance_minor=0, created_at=utc(0))
    return msgspec.json.encode(PaymentReply(receipt, reservation_reply()))


class StandInService:
    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.outcome: Any = Answer(201, payment_body())

    async def pay(self, *asked: Any) -> Answer:
        return self._answer("pay", asked)

    async def cancel(self, *asked: Any) -> Answer:
        return self._answer("cancel", asked)

    async def page(self, *asked: Any) -> list[ReservationReply]:
        self.asked.append(("page", *asked))
        return [reservation_reply()] * 3

    async def reservation(self, *asked: Any) -> ReservationReply:
        self.asked.append(("reservation", *asked))
        raise e.NotFound

    def _answer(self, name: str, asked: tuple[Any, ...]) -> Answer:
        self.asked.append((name, *asked))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert isinstance(self.outcome, Answer)
        return self.outcome


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def client(service: StandInService) -> TestClient:
    guard: Any = StandInGuard()
    stand_in: Any = service
    return TestClient(build_api(routes(stand_in, guard), metrics=NullMetrics()))


def test_a_payment_answers_201_with_the_place_of_its_reservation(client: TestClient, service: StandInService) -> None:
    reply = client.simulate_post("/api/v1/payments", json={"hold_id": "h1"}, headers=KEY)

    assert reply.status_code == 201
    assert reply.headers["Location"] == f"/api/v1/reservations/{RESERVATION}"
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert "Idempotent-Replayed" not in reply.headers
    assert service.asked == [("pay", "ann", "h1", None, "k")]


def test_a_replay_is_the_same_body_and_says_so(client: TestClient, service: StandInService) -> None:
    service.outcome = Answer(201, payment_body(), replayed=True)

    reply = client.simulate_post("/api/v1/payments", json={"hold_id": "h1", "receipt": "r"}, headers=KEY)

    assert reply.content == payment_body()
    assert reply.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (e.InsufficientBalance(missing_minor=5), 402, "insufficient_balance"),
        (e.HoldExpired(), 409, "hold_expired"),
        (e.SeatTaken(seats=[3]), 409, "seat_taken"),
        (e.AlreadyPaid(), 409, "already_paid"),
        (e.LimitExceeded(), 409, "limit_exceeded"),
        (e.IdempotencyKeyReused(), 422, "idempotency_key_reused"),
        (e.NotFound(), 404, "not_found"),
        (e.Overloaded(), 503, "overloaded"),
        (e.Unavailable(), 503, "unavailable"),
    ],
)
def test_a_refused_payment_is_a_problem_document(
    client: TestClient, service: StandInService, refusal: e.BoxofficeError, status: int, code: str
) -> None:
    service.outcome = refusal

    reply = client.simulate_post("/api/v1/payments", json={"hold_id": "h1"}, headers=KEY)

    assert (reply.status_code, reply.json["code"]) == (status, code)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json.items() >= dict(refusal.members).items()
    assert ("Retry-After" in reply.headers) == (status == 503)


def test_a_payment_without_a_key_is_refused_before_anything_else(client: TestClient, service: StandInService) -> None:
    reply = client.simulate_post("/api/v1/payments", json={"hold_id": "h1"}, headers={"Authorization": "Bearer ann"})

    assert (reply.status_code, reply.json["code"]) == (400, "idempotency_key_required")
    assert service.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"hold_id": "h1", "price_minor": 1}, 422),
        ({"hold_id": 7}, 422),
        ({"hold_id": ""}, 422),
        ({"hold_id": "x" * 201}, 422),
        ({}, 422),
        ([], 422),
    ],
)
def test_a_payment_of_another_shape_is_refused(
    client: TestClient, service: StandInService, body: object, status: int
) -> None:
    reply = client.simulate_post("/api/v1/payments", json=body, headers=KEY)

    assert reply.status_code == status
    assert service.asked == []


def test_a_stranger_cannot_pay(client: TestClient) -> None:
    reply = client.simulate_post("/api/v1/payments", json={"hold_id": "h1"}, headers={"Idempotency-Key": "k"})

    assert (reply.status_code, reply.json["code"]) == (401, "unauthorized")


def test_reservations_come_in_pages(client: TestClient, service: StandInService) -> None:
    reply = client.simulate_get("/api/v1/reservations?limit=2", headers=KEY)

    assert len(reply.json["items"]) == 2
    assert reply.json["next"] == RESERVATION
    assert service.asked == [("page", "ann", None, 3)]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x"])
def test_a_page_out_of_bounds_is_refused(client: TestClient, query: str) -> None:
    assert client.simulate_get(f"/api/v1/reservations?{query}", headers=KEY).status_code == 422


@pytest.mark.parametrize("reservation_id", ["x", RESERVATION.upper(), RESERVATION])
def test_what_is_not_there_is_not_found(client: TestClient, reservation_id: str) -> None:
    assert client.simulate_get(f"/api/v1/reservations/{reservation_id}", headers=KEY).status_code == 404


def test_a_cancellation_needs_a_key(client: TestClient, service: StandInService) -> None:
    path = f"/api/v1/reservations/{RESERVATION}/cancellation"

    assert client.simulate_post(path, headers={"Authorization": "Bearer ann"}).status_code == 400
    assert client.simulate_post(path, headers=KEY).status_code == 201
    assert service.asked == [("cancel", "ann", RESERVATION, "k")]
