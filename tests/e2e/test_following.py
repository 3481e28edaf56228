"""One purchase, followed by one id through the logs of the instances that had a part in it."""

import json
import signal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.e2e.service import Demo, Instance

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def send(method: str, url: str, body: Any = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = json.dumps(body).encode() if body is not None else None
    request = Request(
        url, data, {"Content-Type": "application/json", "traceparent": f"00-{TRACE}-{'1' * 16}-01"} | named
    )
    request.method = method
    with urlopen(request, timeout=10) as reply:
        return json.load(reply)


def lines(instance: Instance) -> list[dict[str, Any]]:
    return [json.loads(line) for line in instance.log.read_text().splitlines()]


async def test_a_purchase_is_followed_by_its_holds_id_whichever_instances_it_took(tmp_path: Path) -> None:
    with Demo(tmp_path / "demo", "--plan", "club-50"):
        first, second = (Instance(tmp_path / "demo", BOXOFFICE_LOG_LEVEL="info") for _ in range(2))
        try:
            for instance in (first, second):
                await instance.start()
            one, other = (f"{instance.url}/api/v1" for instance in (first, second))
            concert = send("GET", f"{one}/concerts")["items"][0]
            performance = send("GET", f"{one}/concerts/{concert['id']}")["performances"][0]
            account = {"email": "a.fan@example.com", "password": "a good password", "name": "Ann"}
            fan = send("POST", f"{one}/users", account)["id"]
            session = send("POST", f"{other}/sessions", {name: account[name] for name in ("email", "password")})
            signed = {"Authorization": f"Bearer {session['access_token']}"}
            send("POST", f"{one}/wallet/charges", {"amount_minor": 1_000_000}, Idempotency_Key="k1", **signed)
            send("POST", f"{one}/concerts/{concert['id']}/queue/tokens", **signed)
            hold = send("POST", f"{one}/performances/{performance['id']}/holds", {"seats": [3]}, **signed)["id"]
            paid = send("POST", f"{other}/payments", {"hold_id": hold}, Idempotency_Key="k2", **signed)
            reservation = paid["reservation"]["id"]
            send("POST", f"{one}/reservations/{reservation}/cancellation", Idempotency_Key="k3", **signed)
            for instance in (first, second):
                await instance.end(signal.SIGTERM)
        finally:
            for instance in (first, second):
                instance.clear_away()
    told = [(number, line) for number, each in enumerate((first, second)) for line in lines(each)]
    story = sorted((line["timestamp"], number, line["event"]) for number, line in told if line.get("hold") == hold)
    admitted = [line for _, line in told if line["event"] == "admitted"]
    topped_up = [line for _, line in told if line["event"] == "topped_up"]

    assert [(number, event) for _, number, event in story] == [(0, "held"), (1, "paid"), (0, "refunded")]
    assert [line["fan"] for line in admitted] == [fan]
    assert [(line["fan"], line["amount_minor"], line["replayed"]) for line in topped_up] == [(fan, 1_000_000, False)]
    for _, line in told:
        if line.get("hold") == hold:
            assert (line["fan"], line["trace_id"]) == (fan, TRACE)
            assert line["elapsed_ms"] > 0
            assert line["route"].startswith("/api/v1/")
    assert {line.get("reservation") for _, line in told if line["event"] in {"paid", "refunded"}} == {reservation}
