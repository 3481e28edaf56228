"""The browser pages: what is served under which name, for how long it is kept, and what a page may load."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from falcon.testing import Result, TestClient

from boxoffice.adapters.metrics import PrometheusMetrics
from boxoffice.http.api import build_api
from boxoffice.http.gateway import Gateway
from boxoffice.http.pages import Pages
from boxoffice.http.replies import SHARED_FOR_EVER, reply
from boxoffice.http.routes import Operation, Route

SCRIPT, SCRIPT_IN_BROTLI = b"let calm = true;" * 100, b"(what brotli makes of it)"
SCRIPT_IN_GZIP = gzip.compress(SCRIPT, mtime=0)
INDEX = b"<!doctype html><title>Boxoffice</title>"


class Ping:
    async def on_get(self, _req: Any, resp: Any) -> None:
        reply(resp, "pong")


@pytest.fixture
def metrics() -> PrometheusMetrics:
    return PrometheusMetrics()


def served(folder: Path, metrics: PrometheusMetrics) -> TestClient:
    routes = [Route("/api/v1/ping", Ping(), {"GET": Operation("", {200: str})})]
    return TestClient(Gateway(build_api(routes, Pages(folder), metrics=metrics)))  # type: ignore[arg-type]


@pytest.fixture
def client(tmp_path: Path, metrics: PrometheusMetrics) -> TestClient:
    pages = tmp_path / "pages"
    (pages / "assets").mkdir(parents=True)
    (tmp_path / "secret.txt").write_bytes(b"not yours")
    (pages / "index.html").write_bytes(INDEX)
    (pages / "robots.txt").write_bytes(b"User-agent: *")
    (pages / "service-worker.js").write_bytes(SCRIPT)
    (pages / "assets" / "main-1a2b.js").write_bytes(SCRIPT)
    (pages / "assets" / "main-1a2b.js.gz").write_bytes(SCRIPT_IN_GZIP)
    (pages / "assets" / "main-1a2b.js.br").write_bytes(SCRIPT_IN_BROTLI)
    (pages / "assets" / "icon-3c4d.svg").write_bytes(b"<svg/>")
    return served(pages, metrics)


def script(client: TestClient, **headers: str) -> Result:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.simulate_get("/assets/main-1a2b.js", headers=named)


@pytest.mark.parametrize(
    "path",
    ["/", "/index.html", "/concerts/1/queue", "/wallet", "/organiser/plans/", "/sign-in?next=/a.b", "//x", "/a%2Fb"],
)
def test_every_path_of_a_page_is_the_one_page_and_is_asked_for_again(client: TestClient, path: str) -> None:
    answer = client.simulate_get(path)

    assert (answer.status_code, answer.content) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_the_worker_of_a_new_release_is_seen_at_once(client: TestClient) -> None:
    answer = client.simulate_get("/service-worker.js")

    assert (answer.status_code, answer.content) == (200, SCRIPT)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_page_may_load_from_its_own_host_alone_and_be_framed_by_none(client: TestClient) -> None:
    headers = client.simulate_get("/").headers

    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        ("/assets/main-1a2b.js", "text/javascript; charset=utf-8", SHARED_FOR_EVER),
        ("/assets/icon-3c4d.svg", "image/svg+xml", SHARED_FOR_EVER),
        ("/robots.txt", "text/plain; charset=utf-8", "no-cache"),
    ],
)
def test_what_has_its_hash_in_its_name_is_kept_for_ever(
    client: TestClient, path: str, media_type: str, kept: str
) -> None:
    headers = client.simulate_get(path).headers

    assert (headers["content-type"], headers["cache-control"]) == (media_type, kept)
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", SCRIPT_IN_BROTLI),
        ("br;q=0.5", "br", SCRIPT_IN_BROTLI),
        ("GZIP;q=1.0, br;q=0", "gzip", SCRIPT_IN_GZIP),
        ("gzip; q=0.000", None, SCRIPT),
        ("identity", None, SCRIPT),
        ("", None, SCRIPT),
    ],
    ids=["all", "brotli", "gzip", "no gzip", "plain", "nothing said"],
)
def test_the_smallest_form_that_a_client_takes_is_sent(
    client: TestClient, accepted: str, coding: str | None, body: bytes
) -> None:
    answer = script(client, Accept_Encoding=accepted)

    assert (answer.headers.get("content-encoding"), len(answer.content)) == (coding, len(body))
    assert (answer.headers["vary"], answer.headers["content-type"]) == (
        "Accept-Encoding",
        "text/javascript; charset=utf-8",
    )


def test_what_a_client_has_is_304_in_that_coding_alone(client: TestClient) -> None:
    tag = script(client, Accept_Encoding="br").headers["etag"]
    again, plain = script(client, Accept_Encoding="br", If_None_Match=tag), script(client, If_None_Match=tag)
    page = client.simulate_get("/", headers={"If-None-Match": client.simulate_get("/wallet").headers["etag"]})

    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", "Accept-Encoding")
    assert (plain.status_code, plain.content) == (200, SCRIPT)
    assert page.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/main-0000.js",
        "/assets/",
        "/assets",
        "/assets/main-1a2b.js.br",
        "/favicon.ico",
        "/api",
        "/api/v1/nothing",
        "/docs/more",
        "/metrics/more",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
    ],
)
def test_a_file_that_is_not_there_and_a_path_of_the_service_are_404(client: TestClient, path: str) -> None:
    answer = client.simulate_get(path)

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "content-security-policy" not in answer.headers


def test_pages_are_read_and_not_written(client: TestClient) -> None:
    head, post = client.simulate_head("/wallet"), client.simulate_post("/wallet")

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(INDEX)))
    assert (post.status_code, post.json["code"], post.headers["allow"]) == (405, "method_not_allowed", "GET, HEAD")
    assert client.simulate_post("/api/v1/nothing").status_code == 404


def test_pages_are_counted_as_pages_whatever_their_path(client: TestClient, metrics: PrometheusMetrics) -> None:
    for path in ("/concerts/1", "/concerts/2", "/assets/main-1a2b.js"):
        client.simulate_get(path)
    counted = metrics.exposition().decode()

    assert 'method="GET",route="/{page}",status="200"} 2.0' in counted
    assert 'method="GET",route="/assets/{name}",status="200"} 1.0' in counted


def test_before_the_pages_are_built_a_sentence_says_so_and_the_api_answers(
    tmp_path: Path, metrics: PrometheusMetrics
) -> None:
    client = served(tmp_path / "nothing", metrics)
    page = client.simulate_get("/")

    assert (page.status_code, page.json["code"]) == (404, "not_found")
    assert "bin/pages" in page.json["detail"]
    assert client.simulate_get("/api/v1/ping").json == "pong"
    assert "bin/pages" not in client.simulate_get("/api/v1/nothing").json["detail"]
