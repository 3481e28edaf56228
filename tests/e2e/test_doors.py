"""What the edge and the load balancer refuse by themselves, before a request reaches an instance."""

import json
import socket
import ssl

import pytest

from tests.e2e.stack import Answer, Running

pytestmark = pytest.mark.xdist_group("stack")

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
