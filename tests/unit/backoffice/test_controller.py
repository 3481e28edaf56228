from typing import Any

import pytest
from falcon.testing import TestClient

from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.backoffice.controller import routes
from boxoffice.backoffice.models import SoldTicket
from boxoffice.backoffice.schemas import AuditReply, CheckReply
from boxoffice.http.api import build_api
from boxoffice.kernel.clock import utc
from tests.rows import CONCERT
from tests.standins import StandInGuard

PATH = f"/api/v1/admin/concerts/{CONCERT}"
TICKET = SoldTicket("00000000-0000-7000-8000-00000000e001", "r", "u", "p", 3, 100, True)


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


@pytest.mark.parametrize("page", ["live", "audit", "tickets"])
def test_only_operators_see_it(client: TestClient, page: str) -> None:
    assert client.simulate_get(f"{PATH}/{page}").status_code == 401
    assert client.simulate_get(f"{PATH}/{page}", headers={"Authorization": "Bearer fan"}).status_code == 403
    assert client.simulate_get(f"/api/v1/admin/concerts/x/{page}", headers=OPERATOR).status_code == 404
