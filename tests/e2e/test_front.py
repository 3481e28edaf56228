"""What stands before instances: it refuses as they do, waits for none that is frozen, and says little in its log."""

import json
import os
import signal
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest

from deploy.topology import TOPOLOGY
from tests.e2e.stack import Answer, Running
from tests.servers_redis import wait_until

LINE = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
LONG = b"a" * 9000
MANY = b"".join(b"a-%d: b\r\n" % number for number in range(90))
REFUSED = {
    "no HTTP": (b"made up\r\n\r\n", 400, "invalid_request"),
    "a path that is no ASCII": ("GET /공연".encode() + LINE + b"\r\n", 400, "invalid_request"),
    "a header that no instance takes": (b"GET /api/v1/wallet" + LINE + b"A: \x01\r\n\r\n", 400, "invalid_request"),
    "a path of the inside": (b"GET /metrics" + LINE + b"\r\n", 404, "not_found"),
    "where refusals are made": (b"GET /.refused" + LINE + b"\r\n", 404, "not_found"),
    "a method that nobody has": (b"TRACE /" + LINE + b"\r\n", 405, "method_not_allowed"),
    "a condition": (b"GET /api/v1/concerts" + LINE + b'If-Match: "x"\r\n\r\n', 412, "conflict"),
    "a large body": (b"POST /api/v1/users" + LINE + b"Content-Length: 65537\r\n\r\n", 413, "body_too_large"),
    "a long path": (b"GET /" + LONG + LINE + b"\r\n", 414, "invalid_request"),
    "another host": (b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", 421, "invalid_request"),
    "a long header": (b"GET /" + LINE + b"A: " + LONG + b"\r\n\r\n", 431, "invalid_request"),
    "many headers": (b"GET /api/v1/wallet" + LINE + MANY + b"\r\n", 431, "invalid_request"),
    "a coding": (b"POST /" + LINE + b"Transfer-Encoding: made-up\r\n\r\n", 501, "invalid_request"),
    "a version": (b"GET / HTTP/3.1\r\n\r\n", 505, "invalid_request"),
}


def sent(stack: Running, port: str, request: bytes) -> Answer:
    """What comes back for these very bytes; by TLS unless the port is for those who come without."""
    trust = ssl.create_default_context(cafile=str(stack.ca))
    plain = socket.create_connection(("127.0.0.1", stack.ports[port]), timeout=10)
    door = plain if port == "edge-http" else trust.wrap_socket(plain, server_hostname="localhost")
    with door, door.makefile("rb") as answer:
        door.sendall(request)
        # Only as much as belongs to the answer: the rest of a request that nobody reads is answered with a reset.
        status = int(answer.readline().split()[1])
        lines = iter(lambda: answer.readline().decode().strip(), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Answer(status, headers, json.loads(answer.read(int(headers["content-length"]))))


def counted(stack: Running, path: str) -> int:
    """How many requests for a public path mtail has read of."""
    with urlopen(f"http://127.0.0.1:{stack.ports['edge-log-exporter']}/metrics", timeout=5) as reply:
        lines = reply.read().decode().splitlines()
    wanted = [line for line in lines if line.startswith("edge_requests_total{") and f'path="{path}"' in line]
    return sum(int(line.rpartition(" ")[2]) for line in wanted)


@pytest.mark.parametrize("port", ["edge", "edge-http"])
def test_whatever_is_refused_at_the_doors_has_the_form_of_the_services_own_refusals(stack: Running, port: str) -> None:
    # Without TLS our own host refuses nobody what it does not read, it sends them on.
    by_form = {"no HTTP", "a method that nobody has", "a long path", "another host", "a long header", "a version"}
    cases = {name: case for name, case in REFUSED.items() if port == "edge" or name in by_form}
    answers = {name: sent(stack, port, request) for name, (request, _, _) in cases.items()}

    for name, (_, status, code) in cases.items():
        answer = answers[name]
        assert (answer.status, answer.body["status"], answer.body["code"]) == (status, status, code), name
        assert answer.headers["content-type"] == "application/problem+json", name
        assert answer.headers["cache-control"] == "private, no-store", name
        assert answer.body.keys() == {"type", "title", "status", "code", "detail"}, name
    assert "GET" in answers["a method that nobody has"].headers["allow"]


def test_whoever_asked_a_frozen_instance_is_told_so_and_it_comes_back(stack: Running) -> None:
    def ask(number: int) -> tuple[Answer, float]:
        answer = stack.sign_in(f"frozen-{number}@example.com", "wrong horse")
        return answer, time.monotonic() - frozen_s

    wait_until(lambda: list(stack.in_service().values()).count("UP") == 2, "The instances are not in service.")
    pid = int(stack.state("instance-1")["words"][2])
    with ThreadPoolExecutor(8) as fans:
        os.kill(pid, signal.SIGSTOP)
        frozen_s = time.monotonic()
        try:
            asked = [fans.submit(ask, number) for number in range(8)]
            wait_until(lambda: stack.under_way("instance-1") > 0, "The instance is asked nothing.")
            answers = [each.result() for each in asked]
            out = stack.in_service()["instance-1"]
            without = stack.sign_in("frozen-out@example.com", "wrong horse")
        finally:
            os.kill(pid, signal.SIGCONT)
    wait_until(lambda: list(stack.in_service().values()).count("UP") == 2, "The instance does not come back.")
    told = [(answer, after_s) for answer, after_s in answers if answer.status != 401]

    assert told
    assert {(503, "unavailable", "1")} == {
        (answer.status, answer.body["code"], answer.headers["retry-after"]) for answer, _ in told
    }
    assert max(after_s for _, after_s in told) < TOPOLOGY.balancer.answer_within_s / 2  # on a machine that is busy, too
    assert out.startswith("DOWN")
    assert without.status == 401


def test_a_log_that_is_too_large_is_put_aside_and_nothing_goes_uncounted(stack: Running) -> None:
    log, path = stack.folder / "logs" / "edge-access.log", "/openapi.json"
    aside = log.with_name(f"{log.name}.1")
    before = counted(stack, path)
    stack.ask("GET", path)
    wait_until(lambda: counted(stack, path) == before + 1, "The first is not counted.")
    with log.open("ab") as more:
        for _ in range(TOPOLOGY.edge.log_max_mib + 1):
            more.write(b"x" * ((1 << 20) - 1) + b"\n")
    wait_until(lambda: aside.exists() and log.exists(), "It is not put aside.")
    stack.ask("GET", path)
    wait_until(lambda: counted(stack, path) == before + 2, "The second is not counted.")

    assert log.stat().st_size < 1 << 20 < aside.stat().st_size


def test_what_stands_in_a_query_stands_in_no_log(stack: Running) -> None:
    large = stack.ask("POST", "/api/v1/users?name=Jane", "x" * 66_000)
    logs = stack.folder / "logs"
    wait_until(lambda: '"status":413' in (logs / "edge-access.log").read_text(), "It is not written down.")
    lines = [json.loads(line) for line in (logs / "edge-access.log").read_text().splitlines()]

    assert large.status == 413
    assert {"/api/v1/users"} == {line["path"] for line in lines if line["status"] == 413}
    assert not [path.name for path in logs.iterdir() if b"Jane" in path.read_bytes()]
