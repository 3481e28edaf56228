from collections.abc import AsyncIterator
from typing import Any

import pytest
from falcon.testing import TestClient

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.backoffice.controller import routes
from boxoffice.backoffice.models import Sale, SoldTicket, Standing
from boxoffice.backoffice.schemas import AuditReply, CheckReply
from boxoffice.catalog.models import Concert, Performance
from boxoffice.http.api import build_api
from boxoffice.kernel.clock import utc
from tests.rows import CONCERT, PERFORMANCE
from tests.standins import StandInGuard

PATH = f"/api/v1/admin/concerts/{CONCERT}"
TICKET = SoldTicket("00000000-0000-7000-8000-00000000e001", "r", "u", "p", 3, 100, True)

SHOW = Performance(PERFORMANCE, CONCERT, "p", "v1", "Hall", 0, 30, 4, ())
SALE = Sale(Concert(CONCERT, "T", "A", "", "KRW", None, (SHOW, SHOW)), Standing(None, 500, 2, 5))


class StandInService:
    def __init__(self) -> None:
        self.limits: list[int] = []

    async def live(self, _concert_id: str) -> Snapshot:
        return Snapshot(b'{"waiting":5}', '"x"', 0)

    async def audit(self, concert_id: str) -> AuditReply:
        return AuditReply(concert_id=concert_id, ok=False, checks=[CheckReply("a", False, "b")], at=utc(0))

    async def tickets(self, _concert_id: str, _cursor: str | None, limit: int) -> list[SoldTicket]:
        self.limits.append(limit)
        return [TICKET] * min(limit, 3)

    async def seat_states(self, _performance_id: str) -> Snapshot:
        return Snapshot(b'{"total":5}', '"x"', 0)

    async def sales(self, _cursor: str | None, limit: int) -> list[Sale]:
        return [SALE] * min(limit, 3)

    async def sale(self, _concert_id: str) -> Sale:
        return SALE

    async def sold_file(self, concert_id: str) -> AsyncIterator[bytes]:
        return self._pieces(concert_id)

    async def ledger_file(self, concert_id: str) -> AsyncIterator[bytes]:
        return self._pieces(concert_id)

    async def _pieces(self, concert_id: str) -> AsyncIterator[bytes]:
        yield b"head\r\n"
        yield f"{concert_id}\r\n".encode()


OPERATOR = {"Authorization": "Bearer operator"}


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def client(service: StandInService) -> TestClient:
    stand_in: Any = service
    guard: Any = StandInGuard()
    return TestClient(build_api(routes(stand_in, guard), metrics=NullMetrics()))


def test_live_numbers_are_private(client: TestClient) -> None:
    reply = client.simulate_get(f"{PATH}/live", headers=OPERATOR)

    assert reply.json == {"waiting": 5}
    assert reply.headers["Cache-Control"] == "private, no-store"


def test_an_audit_that_does_not_hold_is_still_an_answer(client: TestClient) -> None:
    reply = client.simulate_get(f"{PATH}/audit", headers=OPERATOR)

    assert (reply.status_code, reply.json["ok"]) == (200, False)
    assert reply.json["checks"] == [{"name": "a", "ok": False, "detail": "b"}]


def test_tickets_come_in_pages_of_up_to_a_thousand(client: TestClient, service: StandInService) -> None:
    reply = client.simulate_get(f"{PATH}/tickets?limit=2", headers=OPERATOR)
    client.simulate_get(f"{PATH}/tickets?limit=1000", headers=OPERATOR)

    assert (len(reply.json["items"]), reply.json["next"]) == (2, TICKET.id)
    assert service.limits == [3, 1001]
    assert client.simulate_get(f"{PATH}/tickets?limit=1001", headers=OPERATOR).status_code == 422


def test_sales_are_concerts_with_how_they_stand(client: TestClient) -> None:
    one = client.simulate_get(f"/api/v1/admin/sales/{CONCERT}", headers=OPERATOR).json
    listed = client.simulate_get("/api/v1/admin/sales?limit=2", headers=OPERATOR).json

    assert one.pop("concert")["id"] == CONCERT
    assert one == {
        "phase": "scheduled",
        "seats_total": 60,
        "seats_sold": 5,
        "reservations": 2,
        "revenue_minor": 500,
    }
    assert (len(listed["items"]), listed["next"]) == (2, CONCERT)


def test_the_states_of_seats_are_private(client: TestClient) -> None:
    path = f"/api/v1/admin/performances/{PERFORMANCE}/seat-states"
    reply = client.simulate_get(path, headers=OPERATOR)

    assert (reply.json, reply.headers["Cache-Control"]) == ({"total": 5}, "private, no-store")
    assert client.simulate_get(path, headers={"Authorization": "Bearer fan"}).status_code == 403


@pytest.mark.parametrize("file", ["sales", "ledger"])
def test_a_file_is_sent_in_pieces_under_its_name(client: TestClient, file: str) -> None:
    reply = client.simulate_get(f"{PATH}/{file}.csv", headers=OPERATOR)

    assert reply.text == f"head\r\n{CONCERT}\r\n"
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{file}-{CONCERT}.csv"'
    assert reply.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("page", ["live", "audit", "tickets", "sales.csv", "ledger.csv"])
def test_only_operators_see_it(client: TestClient, page: str) -> None:
    assert client.simulate_get(f"{PATH}/{page}").status_code == 401
    assert client.simulate_get(f"{PATH}/{page}", headers={"Authorization": "Bearer fan"}).status_code == 403
    assert client.simulate_get(f"/api/v1/admin/concerts/x/{page}", headers=OPERATOR).status_code == 404
