"""HTTP of accounts, with a stand-in service."""

from typing import Any

import msgspec
import pytest
from falcon.testing import Result, TestClient

from boxoffice.accounts.controller import routes
from boxoffice.accounts.guard import AccountGuard
from boxoffice.accounts.models import Fan, Role, Session, SignedIn, User
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.http.api import build_api
from boxoffice.http.replies import reply
from boxoffice.http.routes import Operation, Route
from boxoffice.kernel.errors import (
    BadCredentials,
    EmailTaken,
    NotFound,
    Overloaded,
    TooManyAttempts,
    Unauthorized,
    Unavailable,
)

USER = User("018bcfe5-6800-7000-8000-000000000001", "fan@example.com", "김민지", "fan", 1_700_000_000_000)
USER_JSON = {
    "id": USER.id,
    "email": USER.email,
    "name": USER.name,
    "role": "fan",
    "created_at": "2023-11-14T22:13:20Z",
}
SIGN_UP = {"email": "fan@example.com", "password": "correct horse", "name": "김민지"}
GOOD = {"Authorization": "Bearer good"}


class StandInService:
    """Answers what it is told to; `refusal` is raised by every use case."""

    def __init__(self) -> None:
        self.refusal: Exception | None = None
        self.asked: list[tuple[Any, ...]] = []
        self.role: Role = "fan"

    def _asked(self, *call: Any) -> None:
        self.asked.append(call)
        if self.refusal is not None:
            raise self.refusal

    async def sign_up(self, email: str, password: str, name: str) -> User:
        self._asked("sign_up", email, password, name)
        return USER

    async def sign_in(self, email: str, password: str, *, client: str = "") -> SignedIn:
        self._asked("sign_in", email, password)
        return SignedIn("access", "refresh", 900, USER)

    async def refresh(self, refresh_token: str) -> SignedIn:
        self._asked("refresh", refresh_token)
        return SignedIn("access 2", "refresh 2", 900, USER)

    async def sign_out(self, fan: Fan) -> None:
        self._asked("sign_out", fan.session_id)

    async def sessions(self, fan: Fan) -> list[Session]:
        self._asked("sessions", fan.user_id)
        return [Session(name, 1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_000) for name in ("s1", "s2")]

    async def end_session(self, fan: Fan, session_id: str) -> None:
        self._asked("end_session", fan.user_id, session_id)

    async def sign_out_everywhere(self, fan: Fan) -> None:
        self._asked("sign_out_everywhere", fan.user_id)

    async def user(self, user_id: str) -> User:
        self._asked("user", user_id)
        return USER

    def verify(self, access_token: str) -> Fan:
        if access_token != "good":
            raise Unauthorized
        return Fan(USER.id, self.role, "s1", 2_000_000_000_000)


class OperatorsOnly:
    def __init__(self, guard: AccountGuard) -> None:
        self._guard = guard

    async def on_get(self, req: Any, resp: Any) -> None:
        reply(resp, {"user_id": self._guard.operator(req).user_id})


@pytest.fixture
def service() -> StandInService:
    return StandInService()


@pytest.fixture
def client(service: StandInService) -> TestClient:
    guard = AccountGuard(service)  # type: ignore[arg-type]
    guarded = Route("/guarded", OperatorsOnly(guard), {"GET": Operation("", {200: None})})
    return TestClient(build_api([*routes(service, guard), guarded], metrics=NullMetrics()))  # type: ignore[arg-type]


def problem(answer: Result, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["status"] == status


def test_a_sign_up_is_created(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_post("/api/v1/users", json=SIGN_UP)

    assert answer.status_code == 201
    assert answer.json == USER_JSON
    assert answer.headers["location"] == "/api/v1/users/me"
    assert answer.headers["cache-control"] == "private, no-store"
    assert service.asked == [("sign_up", *SIGN_UP.values())]


def test_a_taken_address_is_409(client: TestClient, service: StandInService) -> None:
    service.refusal = EmailTaken()

    problem(client.simulate_post("/api/v1/users", json=SIGN_UP), 409, "email_taken")


@pytest.mark.parametrize(
    "change",
    [
        {"role": "operator"},
        {"balance_minor": 1},
        {"email": None},
        {"email": 7},
        {"email": "no address"},
        {"email": "a@" + "b" * 200 + ".kr"},
        {"password": "short"},
        {"password": "x" * 129},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"name": "a\u202eb"},
        {"name": " "},
        {"name": ["a"]},
    ],
)
def test_a_sign_up_of_the_wrong_shape_is_422_and_asks_nothing(
    client: TestClient, service: StandInService, change: dict[str, object]
) -> None:
    problem(client.simulate_post("/api/v1/users", json=SIGN_UP | change), 422, "invalid_request")
    assert service.asked == []


def test_a_name_of_nothing_but_spaces_is_refused_fast(client: TestClient) -> None:
    problem(client.simulate_post("/api/v1/users", json=SIGN_UP | {"name": " " * 60_000}), 422, "invalid_request")


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"{'email': 1}", b"\xff\xfe"])
def test_what_is_not_json_is_400(client: TestClient, body: bytes) -> None:
    for path in ("/api/v1/users", "/api/v1/sessions", "/api/v1/sessions/refresh"):
        problem(client.simulate_post(path, body=body), 400, "malformed_json")


@pytest.mark.parametrize("body", [b'"text"', b"7", b"null", b"[]", b"[" * 60_000, b'{"email":' * 6_000])
def test_json_that_is_no_such_object_is_422(client: TestClient, body: bytes) -> None:
    problem(client.simulate_post("/api/v1/users", body=body), 422, "invalid_request")


def test_a_huge_body_is_413(client: TestClient) -> None:
    problem(client.simulate_post("/api/v1/users", body=b" " * 70_000), 413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/json-patch+json"])
def test_another_media_type_is_415(client: TestClient, media_type: str) -> None:
    body = msgspec.json.encode(SIGN_UP)
    answer = client.simulate_post("/api/v1/users", body=body, headers={"Content-Type": media_type})

    problem(answer, 415, "unsupported_media_type")


def test_signing_in_creates_a_session(client: TestClient) -> None:
    answer = client.simulate_post("/api/v1/sessions", json={"email": "fan@example.com", "password": "p"})

    assert answer.status_code == 201
    assert answer.json == {
        "access_token": "access",
        "refresh_token": "refresh",
        "expires_in_s": 900,
        "user": USER_JSON,
    }
    assert answer.headers["location"] == "/api/v1/sessions/current"
    assert answer.headers["cache-control"] == "private, no-store"


def test_bad_credentials_are_401(client: TestClient, service: StandInService) -> None:
    service.refusal = BadCredentials()

    problem(client.simulate_post("/api/v1/sessions", json={"email": "a", "password": "b"}), 401, "bad_credentials")


def test_too_many_attempts_are_429_with_the_time_to_wait(client: TestClient, service: StandInService) -> None:
    service.refusal = TooManyAttempts(retry_after_s=42)
    answer = client.simulate_post("/api/v1/sessions", json={"email": "a", "password": "b"})

    problem(answer, 429, "too_many_attempts")
    assert answer.headers["retry-after"] == "42"
    assert answer.json["retry_after_s"] == 42


@pytest.mark.parametrize(("refusal", "code"), [(Overloaded(), "overloaded"), (Unavailable(), "unavailable")])
def test_trouble_of_ours_is_503_with_the_time_to_wait(
    client: TestClient, service: StandInService, refusal: Exception, code: str
) -> None:
    service.refusal = refusal
    answer = client.simulate_post("/api/v1/sessions", json={"email": "a", "password": "b"})

    problem(answer, 503, code)
    assert answer.headers["retry-after"] == "1"


def test_a_refresh_answers_new_tokens(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_post("/api/v1/sessions/refresh", json={"refresh_token": "r"})

    assert answer.status_code == 201
    assert answer.json["refresh_token"] == "refresh 2"
    assert service.asked == [("refresh", "r")]


def test_a_used_refresh_token_is_401(client: TestClient, service: StandInService) -> None:
    service.refusal = Unauthorized()

    problem(client.simulate_post("/api/v1/sessions/refresh", json={"refresh_token": "r"}), 401, "unauthorized")


def test_signing_out_is_204(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_delete("/api/v1/sessions/current", headers=GOOD)

    assert answer.status_code == 204
    assert answer.content == b""
    assert service.asked == [("sign_out", "s1")]


def test_a_fan_sees_their_sessions_and_which_one_asks(client: TestClient) -> None:
    answer = client.simulate_get("/api/v1/sessions", headers=GOOD)

    at = "2023-11-14T22:13:20Z"
    times = {"created_at": at, "last_used_at": at, "expires_at": at}
    assert answer.json == {
        "items": [{"id": "s1", "current": True} | times, {"id": "s2", "current": False} | times],
        "next": None,
    }
    assert answer.headers["cache-control"] == "private, no-store"


def test_signing_out_everywhere_is_204(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_delete("/api/v1/sessions", headers=GOOD)

    assert answer.status_code == 204
    assert service.asked == [("sign_out_everywhere", USER.id)]


def test_ending_one_session_is_204(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_delete("/api/v1/sessions/" + "s" * 43, headers=GOOD)

    assert answer.status_code == 204
    assert service.asked == [("end_session", USER.id, "s" * 43)]


@pytest.mark.parametrize("session_id", ["short", "x" * 65, "a%20b" * 5, "{s}" * 9])
def test_what_cannot_be_a_session_is_404_and_asks_nothing(
    client: TestClient, service: StandInService, session_id: str
) -> None:
    problem(client.simulate_delete(f"/api/v1/sessions/{session_id}", headers=GOOD), 404, "not_found")
    assert service.asked == []


def test_a_fan_sees_their_own_account(client: TestClient, service: StandInService) -> None:
    answer = client.simulate_get("/api/v1/users/me", headers=GOOD)

    assert answer.json == USER_JSON
    assert service.asked == [("user", USER.id)]


def test_an_account_that_is_gone_is_404(client: TestClient, service: StandInService) -> None:
    service.refusal = NotFound()

    problem(client.simulate_get("/api/v1/users/me", headers=GOOD), 404, "not_found")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer bad", "Basic Zm9v", "good", "Bearer good good", "bearer\xa0good"],
)
@pytest.mark.parametrize(
    "ask",
    [
        ("GET", "/api/v1/users/me"),
        ("DELETE", "/api/v1/sessions/current"),
        ("GET", "/api/v1/sessions"),
        ("DELETE", "/api/v1/sessions"),
        ("DELETE", "/api/v1/sessions/" + "s" * 43),
    ],
)
def test_without_a_good_token_it_is_401(
    client: TestClient, service: StandInService, authorization: str | None, ask: tuple[str, str]
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = client.simulate_request(*ask, headers=headers)

    problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert service.asked == []


@pytest.mark.parametrize(("role", "headers", "status"), [("fan", {}, 401), ("fan", GOOD, 403), ("operator", GOOD, 200)])
def test_only_an_operator_may_do_what_operators_do(
    client: TestClient, service: StandInService, role: Role, headers: dict[str, str], status: int
) -> None:
    service.role = role

    assert client.simulate_get("/guarded", headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/sessions", "/api/v1/users/me", "/api/v1/sessions/current"])
def test_a_method_that_a_path_does_not_have_is_405(client: TestClient, path: str) -> None:
    answer = client.simulate_patch(path, headers=GOOD)

    problem(answer, 405, "method_not_allowed")
    assert "OPTIONS" in answer.headers["allow"]
