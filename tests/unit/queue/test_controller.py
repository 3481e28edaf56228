"""HTTP of the queue, with a stand-in service."""

from typing import Any

import pytest
from falcon.testing import TestClient

from boxoffice.accounts.models import Fan
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.snapshot import Snapshot
from boxoffice.http.api import build_api
from boxoffice.http.replies import SHARED_ONE_SECOND
from boxoffice.kernel.errors import BadQueueToken, BoxofficeError, Conflict, SaleClosed
from boxoffice.queue.controller import routes
from boxoffice.queue.guard import QueueGuard
from boxoffice.queue.models import Joined, Place, PolicyChanges, QueuePolicy, TokenClaims
from tests.queues import CONCERT, OPEN
from tests.standins import StandInGuard

QUEUE = f"/api/v1/concerts/{CONCERT}/queue"
TOKENS = f"{QUEUE}/tokens"
CURRENT = f"{TOKENS}/current"
POLICY = f"/api/v1/admin/concerts/{CONCERT}/queue/policy"
SALE = f"/api/v1/admin/concerts/{CONCERT}/sale"
ANN = {"Authorization": "Bearer ann"}
OPERATOR = {"Authorization": "Bearer operator"}
WAITING = Place("waiting", 7, 3, 12, None, 1500)
ADMITTED = Place("admitted", 7, 0, 0, 1_700_000_000_000, 1500)


class StandInService:
    """Answers what the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.joined = Joined("the-token", WAITING, False)
        self.place = WAITING
        self.refuses: BoxofficeError | None = None
        self.asked: list[tuple[Any, ...]] = []

    def _asked(self, *call: Any) -> None:
        self.asked.append(call)
        if self.refuses:
            raise self.refuses

    async def join(self, fan: Fan, concert_id: str, presented: str | None) -> Joined:
        self._asked("join", fan.user_id, concert_id, presented)
        return self.joined

    async def snapshot(self, concert_id: str) -> Snapshot:
        self._asked("snapshot", concert_id)
        return Snapshot(b'{"serving":1}', '"tag"', 0)

    async def current(self, concert_id: str, token: str, fan: Fan | None) -> Place:
        self._asked("current", concert_id, token, fan and fan.user_id)
        return self.place

    async def leave(self, concert_id: str, token: str, fan: Fan | None) -> None:
        self._asked("leave", concert_id, token, fan and fan.user_id)

    async def policy(self, concert_id: str) -> QueuePolicy:
        self._asked("policy", concert_id)
        return OPEN

    async def change_policy(self, actor: Fan, concert_id: str, changes: PolicyChanges) -> QueuePolicy:
        self._asked("change_policy", actor.user_id, concert_id, changes)
        return OPEN

    async def change_phase(self, actor: Fan, concert_id: str, action: str) -> QueuePolicy:
        self._asked("change_phase", actor.user_id, concert_id, action)
        return OPEN

    def claims(self, concert_id: str, token: str, fan: Fan | None = None) -> TokenClaims:
        if token != "good" or (fan and fan.user_id != "ann"):
            raise BadQueueToken
        return TokenClaims("ann", concert_id, 7, 1)


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def client(service: StandInService) -> TestClient:
    return TestClient(build_api(routes(service, StandInGuard(), QueueGuard(service)), metrics=NullMetrics()))


# Joining


def test_a_first_join_answers_201_with_the_place_and_where_it_is(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_post(TOKENS, headers=ANN)

    assert (answer.status_code, answer.headers["location"]) == (201, CURRENT)
    assert answer.json == {
        "token": "the-token",
        "number": 7,
        "status": "waiting",
        "position": 3,
        "eta_s": 12,
        "poll_after_ms": 1500,
        "epoch": 1,
    }
    assert answer.headers["cache-control"] == "private, no-store"
    assert service.asked == [("join", "ann", CONCERT, None)]


def test_a_repeated_join_answers_200(client: TestClient, service: StandInService) -> None:
    service.joined = service.joined._replace(repeated=True)

    assert client.simulate_post(TOKENS, headers=ANN).status_code == 200


def test_a_join_that_lets_in_says_until_when(client: TestClient, service: StandInService) -> None:
    service.joined = service.joined._replace(place=ADMITTED)

    answer = client.simulate_post(TOKENS, headers=ANN).json

    assert (answer["status"], answer["admitted_until"]) == ("admitted", "2023-11-14T22:13:20Z")


def test_a_join_hands_on_the_token_that_it_presents(client: TestClient, service: StandInService) -> None:
    client.simulate_post(TOKENS, headers={**ANN, "X-Queue-Token": "earlier"})

    assert service.asked == [("join", "ann", CONCERT, "earlier")]


def test_joining_needs_an_account(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_post(TOKENS)

    assert (answer.status_code, answer.json["code"], service.asked) == (401, "unauthorized", [])


def test_joining_a_closed_sale_answers_409_sale_closed(client: TestClient, service: StandInService) -> None:
    service.refuses = SaleClosed()

    answer = client.simulate_post(TOKENS, headers=ANN)

    assert (answer.status_code, answer.json["code"]) == (409, "sale_closed")


@pytest.mark.parametrize("path", ["/api/v1/concerts/nonsense/queue/tokens", "/api/v1/concerts/1/queue/tokens"])
def test_what_is_no_id_is_not_found_without_asking(client: TestClient, service: StandInService, path: str) -> None:
    assert (client.simulate_post(path, headers=ANN).status_code, service.asked) == (404, [])


# The snapshot


def test_the_snapshot_is_public_for_a_second(client: TestClient) -> None:
    answer = client.simulate_get(QUEUE)

    assert (answer.status_code, answer.text) == (200, '{"serving":1}')
    assert (answer.headers["cache-control"], answer.headers["etag"]) == (SHARED_ONE_SECOND, '"tag"')


def test_a_known_snapshot_is_304(client: TestClient) -> None:
    answer = client.simulate_get(QUEUE, headers={"If-None-Match": '"tag"'})

    assert (answer.status_code, answer.text) == (304, "")


# The place


def test_a_queue_token_alone_asks_for_the_place(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_get(CURRENT, headers={"X-Queue-Token": "good"})

    assert answer.json == {
        "status": "waiting",
        "number": 7,
        "position": 3,
        "eta_s": 12,
        "admitted_until": None,
        "poll_after_ms": 1500,
    }
    assert answer.headers["cache-control"] == "private, no-store"
    assert service.asked == [("current", CONCERT, "good", None)]


def test_whoever_signs_as_well_must_own_the_place(client: TestClient, service: StandInService) -> None:
    client.simulate_get(CURRENT, headers={"X-Queue-Token": "good", **ANN})
    client.simulate_delete(CURRENT, headers={"X-Queue-Token": "good", **ANN})

    assert [call[-1] for call in service.asked] == ["ann", "ann"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_without_a_queue_token_there_is_no_place(client: TestClient, service: StandInService, method: str) -> None:
    answer = client.simulate_request(method, CURRENT, headers=ANN)

    assert (answer.status_code, answer.json["code"], service.asked) == (401, "bad_queue_token", [])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_bad_queue_token_answers_401(client: TestClient, service: StandInService, method: str) -> None:
    service.refuses = BadQueueToken()

    answer = client.simulate_request(method, CURRENT, headers={"X-Queue-Token": "forged"})

    assert (answer.status_code, answer.json["code"]) == (401, "bad_queue_token")


def test_leaving_answers_204(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_delete(CURRENT, headers={"X-Queue-Token": "good"})

    assert (answer.status_code, answer.text) == (204, "")
    assert service.asked == [("leave", CONCERT, "good", None)]


# The operator


def test_an_operator_reads_the_policy(client: TestClient) -> None:
    answer = client.simulate_get(POLICY, headers=OPERATOR)

    assert answer.json == {
        "limit": 2,
        "admit_rate_per_s": 0,
        "session_ttl_s": 600,
        "presence_ttl_s": 30,
        "phase": "open",
    }


def test_an_operator_changes_a_part_of_the_policy(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_put(POLICY, headers=OPERATOR, json={"limit": 9, "admit_rate_per_s": 2})

    assert answer.status_code == 200
    assert service.asked == [("change_policy", "operator", CONCERT, PolicyChanges(limit=9, admit_rate_per_s=2.0))]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": "9"},
        {"limit": 1.5},
        {"limit": True},
        {"limit": 10**12},
        {"limit": None},
        {"admit_rate_per_s": -1},
        {"session_ttl_s": 0},
        {"presence_ttl_s": 10**9},
        {"phase": "party"},
        {"price": 1},
        [],
    ],
)
def test_a_policy_out_of_shape_answers_422(client: TestClient, service: StandInService, body: object) -> None:
    answer = client.simulate_put(POLICY, headers=OPERATOR, json=body)

    assert (answer.status_code, answer.json["code"], service.asked) == (422, "invalid_request", [])


@pytest.mark.parametrize("action", ["open", "pause", "resume", "close"])
def test_an_operator_moves_the_sale(client: TestClient, service: StandInService, action: str) -> None:
    answer = client.simulate_post(SALE, headers=OPERATOR, json={"action": action})

    assert answer.status_code == 200
    assert service.asked == [("change_phase", "operator", CONCERT, action)]


def test_a_move_without_sense_answers_409(client: TestClient, service: StandInService) -> None:
    service.refuses = Conflict()

    answer = client.simulate_post(SALE, headers=OPERATOR, json={"action": "resume"})

    assert (answer.status_code, answer.json["code"]) == (409, "conflict")


@pytest.mark.parametrize(("method", "path"), [("GET", POLICY), ("PUT", POLICY), ("POST", SALE)])
def test_a_fan_may_not_operate(client: TestClient, service: StandInService, method: str, path: str) -> None:
    refused = client.simulate_request(method, path, headers=ANN, json={})
    unsigned = client.simulate_request(method, path, json={})

    assert (refused.status_code, unsigned.status_code, service.asked) == (403, 401, [])


# What other features require


def request(**headers: str) -> Any:
    class Sent:
        def get_header(self, name: str) -> str | None:
            return headers.get(name.replace("-", "_"))

    return Sent()


def test_the_guard_lets_a_request_without_a_queue_token_pass(service: StandInService) -> None:
    assert QueueGuard(service).place(request(), Fan("bob", "fan", "s", 0), CONCERT) is None


def test_the_guard_reads_a_good_token(service: StandInService) -> None:
    claims = QueueGuard(service).place(request(X_Queue_Token="good"), Fan("ann", "fan", "s", 0), CONCERT)

    assert claims == TokenClaims("ann", CONCERT, 7, 1)


@pytest.mark.parametrize(("token", "fan"), [("forged", "ann"), ("good", "bob"), ("", "ann")])
def test_the_guard_refuses_a_bad_or_foreign_token(service: StandInService, token: str, fan: str) -> None:
    with pytest.raises(BadQueueToken):
        QueueGuard(service).place(request(X_Queue_Token=token), Fan(fan, "fan", "s", 0), CONCERT)
