"""No secret that anybody sends or is given comes back in a log, a metric or a problem document."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.e2e.service import Demo, Instance, environment_of

EMAIL, PASSWORD = "canary.bird@mine.example", "canary-password-7Qx"
KEY, TOKEN, RECEIPT = "canary-key-81Zk", "canary-token-55Tr", "canary-receipt-09Lm"
OPERATOR = ("operator@example.com", "boxoffice-demo")
ID, HOLD = "018bcfe5-6800-7000-8000-000000000001", "A" * 43


class Client:
    """Sends requests, and keeps every problem document and every secret that it was given."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.problems: list[str] = []
        self.secrets = {EMAIL, PASSWORD, KEY, TOKEN, RECEIPT}

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._url}{path}", data, {"Content-Type": "application/json"} | (headers or {}))
        request.method = method
        try:
            with urlopen(request, timeout=10) as reply:
                text = reply.read().decode()
        except HTTPError as refused:
            self.problems.append(refused.read().decode())
            return None
        return json.loads(text) if text.startswith("{") else text

    def sign_in(self, email: str, password: str) -> dict[str, str]:
        session = self.send("POST", "/api/v1/sessions", {"email": email, "password": password})
        for name in ("access_token", "refresh_token"):
            # The signature alone would do for a finder who knows the form.
            self.secrets |= {session[name], session[name].rpartition(".")[2]}
        return {"Authorization": f"Bearer {session['access_token']}"}


def filled(reference: dict[str, Any], schema: Any, name: str = "") -> Any:
    """A body as the schema wants it, with a secret wherever a text may stand."""
    if "$ref" in schema:
        return filled(reference, reference["components"]["schemas"][schema["$ref"].rpartition("/")[2]], name)
    for options in ("anyOf", "oneOf"):
        if options in schema:
            return filled(reference, schema[options][0], name)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {key: filled(reference, each, key) for key, each in schema.get("properties", {}).items()}
        case "array":
            return [filled(reference, schema.get("items", {}), name)]
        case "string":
            return {"email": EMAIL, "password": PASSWORD, "receipt": RECEIPT, "hold_id": HOLD}.get(name, TOKEN)
        case "boolean":
            return True
        case "integer" | "number":
            return schema.get("minimum", 1)
    return None


def operations(reference: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for template, methods in reference["paths"].items():
        for method, operation in methods.items():
            path, query = template, []
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    path = path.replace(f"{{{parameter['name']}}}", HOLD if parameter["name"] == "hold_id" else ID)
                elif parameter["in"] == "query":
                    query.append(f"{parameter['name']}={quote(TOKEN)}")
            content = operation.get("requestBody", {}).get("content", {})
            body = next((filled(reference, each["schema"]) for each in content.values()), None)
            yield method.upper(), f"{path}?{'&'.join(query)}" if query else path, body


def try_everything(client: Client, reference: dict[str, Any], signed: dict[str, str]) -> int:
    """Every operation, as it should be and with a body that is none; how many."""
    count = 0
    for method, path, body in operations(reference):
        if path.startswith("/api/v1/sessions") and method == "DELETE":
            continue  # it would sign out whoever tries the rest
        for each in (body, [TOKEN, PASSWORD, EMAIL]) if body is not None else (None,):
            client.send(method, path, each, signed)
            count += 1
    return count


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Path]]:
    data = tmp_path_factory.mktemp("canaries")
    with Demo(data) as running:
        yield running, data


async def test_secrets_stay_out_of_logs_metrics_and_problems(demo: tuple[Demo, Path]) -> None:
    _, data = demo
    instance = Instance(data, BOXOFFICE_LOG_LEVEL="debug", BOXOFFICE_LOG_ONE_IN="1")
    await instance.start()
    try:
        client = Client(instance.url)
        secrets_of_ours = {environment_of(data)["BOXOFFICE_SECRET"]}
        reference = client.send("GET", "/openapi.json")
        everywhere = {"X-Queue-Token": TOKEN, "Idempotency-Key": KEY, "X-Request-Id": "of-the-test"}
        client.send("POST", "/api/v1/users", {"email": EMAIL, "password": PASSWORD, "name": "Canary"})
        fan, operator = client.sign_in(EMAIL, PASSWORD), client.sign_in(*OPERATOR)
        client.send("POST", "/api/v1/users", {"email": EMAIL, "password": PASSWORD, "name": "Canary"})
        client.send("POST", "/api/v1/sessions", {"email": EMAIL, "password": PASSWORD + "x"})
        tried = 0
        for signed in ({"Authorization": f"Bearer {TOKEN}"}, fan, operator):
            tried += try_everything(client, reference, everywhere | signed)
        concert = client.send("GET", "/api/v1/concerts")["items"][0]["id"]
        joined = client.send("POST", f"/api/v1/concerts/{concert}/queue/tokens", headers=fan)
        client.secrets |= {joined["token"], joined["token"].rpartition(".")[2]}
        place = {"X-Queue-Token": joined["token"]}
        client.send("GET", f"/api/v1/concerts/{concert}/queue/tokens/current", headers=place)
        # And when things break: tracebacks quote what other software says.
        with sqlite3.connect(data / "boxoffice.db") as database:
            for table in ("users", "wallets", "reservations"):
                database.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
        for signed in (fan, operator):
            tried += try_everything(client, reference, everywhere | signed)
        metrics = client.send("GET", "/metrics")
        await instance.end(signal.SIGTERM)
    finally:
        instance.clear_away()
    log = instance.log.read_text()
    found = {
        (place, secret)
        for place, text in (("log", log), ("metrics", metrics), ("problems", "\n".join(client.problems)))
        for secret in client.secrets | secrets_of_ours
        if secret in text
    }
    lines = [json.loads(line) for line in log.splitlines()]

    assert found == set()
    assert tried > 150
    assert len(client.problems) > 100
    # The test is worth something only if the lines are there in which secrets could stand.
    assert {"request", "request_failed", "admitted"} <= {line["event"] for line in lines}
    assert "of-the-test" in {line.get("request_id") for line in lines}
    assert any("Traceback" in line.get("exception", "") for line in lines)
