from typing import Any

import msgspec
import pytest
from falcon.testing import TestClient

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.http.api import build_api
from boxoffice.kernel import errors as e
from boxoffice.kernel.clock import utc
from boxoffice.wallet.controller import routes
from boxoffice.wallet.models import Answer, Wallet, WalletEntry
from boxoffice.wallet.schemas import ChargeReply
from tests.standins import StandInGuard

TRANSFER = "00000000-0000-7000-8000-00000000e001"
KEY = {"Idempotency-Key": "k", "Authorization": "Bearer ann"}


class StandInService:
    def __init__(self) -> None:
        self.charged: list[tuple[str, int, str]] = []
        self.replayed = False

    async def wallet(self, user_id: str) -> Wallet:
        return Wallet(user_id, "KRW", 700)

    async def charge(self, user_id: str, amount_minor: int, key: str) -> Answer:
        self.charged.append((user_id, amount_minor, key))
        reply = ChargeReply(
            id=TRANSFER, amount_minor=amount_minor, balance_minor=700, currency="KRW", created_at=utc(1_000)
        )
        return Answer(201, msgspec.json.encode(reply), self.replayed)

    async def history(self, _user_id: str, _cursor: str | None, limit: int) -> list[WalletEntry]:
        return [WalletEntry(TRANSFER, "charge", 5, 1_000)] * min(limit, 3)

    async def entry(self, _user_id: str, transfer_id: str) -> WalletEntry:
        if transfer_id != TRANSFER:
            raise e.NotFound
        return WalletEntry(TRANSFER, "charge", 5, 1_000)


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def client(service: StandInService) -> TestClient:
    stand_in: Any = service
    guard: Any = StandInGuard()
    return TestClient(build_api(routes(stand_in, guard), metrics=NullMetrics()))


def test_a_fan_sees_the_balance_and_no_cache_keeps_it(client: TestClient) -> None:
    reply = client.simulate_get("/api/v1/wallet", headers=KEY)

    assert reply.json == {"balance_minor": 700, "currency": "KRW"}
    assert reply.headers["Cache-Control"] == "private, no-store"


def test_a_charge_answers_201_with_the_place_of_its_entry(client: TestClient, service: StandInService) -> None:
    reply = client.simulate_post("/api/v1/wallet/charges", json={"amount_minor": 50}, headers=KEY)

    assert reply.status_code == 201
    assert reply.headers["Location"] == f"/api/v1/wallet/entries/{TRANSFER}"
    assert reply.json["created_at"] == "1970-01-01T00:00:01Z"
    assert service.charged == [("ann", 50, "k")]


def test_a_repeated_charge_says_that_it_is_one(client: TestClient, service: StandInService) -> None:
    service.replayed = True

    reply = client.simulate_post("/api/v1/wallet/charges", json={"amount_minor": 50}, headers=KEY)

    assert (reply.status_code, reply.headers["Idempotent-Replayed"]) == (201, "true")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"amount_minor":0}', 422),
        (b'{"amount_minor":-5}', 422),
        (b'{"amount_minor":1000000000001}', 422),
        (b'{"amount_minor":99999999999999999999999999}', 422),
        (b'{"amount_minor":1.5}', 422),
        (b'{"amount_minor":"5"}', 422),
        (b'{"amount_minor":true}', 422),
        (b'{"amount_minor":5,"balance_minor":9}', 422),
        (b"{}", 422),
        (b"[]", 422),
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"amount_minor":' + b"9" * 70_000 + b"}", 413),
    ],
)
def test_a_charge_of_another_shape_is_refused_and_moves_nothing(
    client: TestClient, service: StandInService, body: bytes, status: int
) -> None:
    reply = client.simulate_post(
        "/api/v1/wallet/charges", body=body, headers=KEY | {"Content-Type": "application/json"}
    )

    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert service.charged == []


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "naïve"])
def test_a_key_that_is_none_is_refused(client: TestClient, service: StandInService, key: str) -> None:
    headers = {"Authorization": "Bearer ann", "Idempotency-Key": key}

    reply = client.simulate_post("/api/v1/wallet/charges", json={"amount_minor": 50}, headers=headers)

    assert reply.status_code in {400, 422}
    assert service.charged == []


def test_history_comes_in_pages(client: TestClient) -> None:
    first = client.simulate_get("/api/v1/wallet/entries?limit=2", headers=KEY).json
    last = client.simulate_get("/api/v1/wallet/entries?limit=3", headers=KEY).json

    assert (len(first["items"]), first["next"]) == (2, TRANSFER)
    assert (len(last["items"]), last["next"]) == (3, None)


@pytest.mark.parametrize("transfer_id", ["x", "00000000-0000-7000-8000-00000000e002"])
def test_an_entry_that_is_not_the_fans_is_not_found(client: TestClient, transfer_id: str) -> None:
    assert client.simulate_get(f"/api/v1/wallet/entries/{transfer_id}", headers=KEY).status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/wallet", "/api/v1/wallet/entries", f"/api/v1/wallet/entries/{TRANSFER}"])
def test_a_stranger_sees_nothing(client: TestClient, path: str) -> None:
    assert client.simulate_get(path).status_code == 401
