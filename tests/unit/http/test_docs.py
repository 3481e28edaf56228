"""The reference page and its document, over HTTP."""

import re
from html.parser import HTMLParser

import pytest
from falcon.testing import TestClient

from boxoffice.accounts.controller import routes
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.http.api import build_api
from boxoffice.http.docs import reference_routes, render
from boxoffice.http.openapi import document
from boxoffice.http.routes import Operation, Route

VOID = {"meta", "link", "br"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    accounts = routes(None, None)  # type: ignore[arg-type]
    every = [*accounts, *reference_routes(accounts, version="1.2.3")]
    return TestClient(build_api(every, metrics=NullMetrics()))  # type: ignore[arg-type]


class Reader(HTMLParser):
    """Checks that every element is closed in its place, and keeps ids, links and tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        self.attributes |= set(given)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_the_document_describes_every_route_and_itself(client: TestClient) -> None:
    answer = client.simulate_get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert {"/api/v1/users", "/openapi.json", "/docs", "/docs.css"} <= set(answer.json["paths"])
    assert answer.json["info"]["version"] == "1.2.3"


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/docs.css"])
def test_it_is_public_and_unchanged_until_the_next_version(client: TestClient, path: str) -> None:
    first = client.simulate_get(path)
    second = client.simulate_get(path, headers={"If-None-Match": first.headers["etag"]})

    assert first.status_code == 200
    assert first.headers["cache-control"].startswith("public")
    assert (second.status_code, second.content) == (304, b"")


def test_the_page_is_whole_and_each_link_leads_somewhere(client: TestClient) -> None:
    page = read(client.simulate_get("/docs").text)

    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == {"/docs.css", "/openapi.json"}


def test_the_page_needs_no_script_no_inline_style_and_no_other_host(client: TestClient) -> None:
    answer = client.simulate_get("/docs")
    page = read(answer.text)

    assert not page.tags & {"script", "style", "iframe", "img"}
    assert not any(name == "style" or name.startswith("on") for name in page.attributes)
    assert not re.search(r"https?://", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "style-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_page_names_paths_codes_and_limits(client: TestClient) -> None:
    text = client.simulate_get("/docs").text

    for word in ("/api/v1/sessions/refresh", "email_taken", "at most 128 characters", "Authorization: Bearer"):
        assert word in text


def test_what_looks_like_markup_is_shown_and_not_obeyed() -> None:
    hostile = Route("/x", None, {"GET": Operation("<script>alert(1)</script>", {200: None})}, tag="<b>")
    text = render(document([hostile], version="<i>"))

    assert read(text).tags.isdisjoint({"script", "b", "i"})
    assert "&lt;script&gt;" in text
