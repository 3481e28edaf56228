"""What HTTP asks for beyond the API, over a real socket."""

import gzip
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.service import Demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with Demo(folder, "--plan", "club-50") as demo:
        yield demo
        assert "Traceback" not in demo.log.read_text()


def exchange(demo: Demo, request: bytes) -> bytes:
    """Everything that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", demo.port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/concerts", "/docs"])
def test_http_1_0_is_answered(demo: Demo, path: str) -> None:
    assert exchange(demo, f"GET {path} HTTP/1.0\r\n\r\n".encode()).startswith(b"HTTP/1.0 200 OK")


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/concerts", "/openapi.json", "/metrics"])
def test_head_has_the_headers_of_get_and_no_body(demo: Demo, path: str) -> None:
    def ask(method: str) -> tuple[bytes, bytes]:
        request = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        head, _, body = exchange(demo, request.encode()).partition(b"\r\n\r\n")
        return head, body

    head, body = ask("HEAD")

    assert body == b""
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-type" in head
    assert ask("GET")[1] != b""


def ask(demo: Demo, path: str, *headers: str, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    """(status, headers but for `Date`, body)."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
    head, _, body = exchange(demo, "\r\n".join(lines).encode()).partition(b"\r\n\r\n")
    status, *named = head.decode().split("\r\n")
    told = dict(line.lower().split(": ", 1) for line in named)
    del told["date"]  # two answers may come in different seconds
    return status.split()[1], told, body


def test_the_pages_and_what_they_load_are_served_compressed_and_kept(demo: Demo) -> None:
    status, headers, page = ask(demo, "/concerts/1/queue")
    if status == "404" and os.environ.get("CI") != "true":
        pytest.skip(page.decode())
    loaded = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.decode())
    files = {path: ask(demo, path, "Accept-Encoding: gzip") for path in loaded}

    assert (status, headers["cache-control"]) == ("200", "no-cache")
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert {path.rpartition(".")[2] for path in loaded} >= {"js", "css"}
    for path, (found, told, body) in files.items():
        whole = ask(demo, path)[2]
        assert (found, told["cache-control"]) == ("200", "public, max-age=31536000, immutable")
        assert whole == (gzip.decompress(body) if "content-encoding" in told else body)
        assert ask(demo, path, f"If-None-Match: {told['etag']}", "Accept-Encoding: gzip")[0] == "304"
        assert ask(demo, path, "Accept-Encoding: gzip", method="HEAD")[1:] == (told, b"")


@pytest.mark.parametrize(
    "path",
    ["/assets/none.js", "/assets/../__main__.py", "/%2e%2e/app.py", "/../../../../etc/host.conf", "/api/v1/none"],
)
def test_what_is_not_of_the_pages_is_a_problem_document(demo: Demo, path: str) -> None:
    status, headers, _ = ask(demo, path)

    assert (status, headers["content-type"]) == ("404", "application/problem+json")


def test_head_of_what_is_personal_needs_a_sign_in(demo: Demo) -> None:
    answer = exchange(demo, b"HEAD /api/v1/wallet HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 401")


def test_a_malformed_chunked_body_is_a_problem_document(demo: Demo) -> None:
    answer = exchange(
        demo,
        b"POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
    )

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


def test_the_sentence_about_a_text_of_the_wrong_form_has_no_regular_expression(demo: Demo) -> None:
    body = b'{"email":"a@b","password":"long enough","name":"A"}'
    head = b"POST /api/v1/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
    answer = exchange(demo, head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    assert answer.startswith(b"HTTP/1.1 422")
    assert b"regex" not in answer
    assert b"$.email" in answer
