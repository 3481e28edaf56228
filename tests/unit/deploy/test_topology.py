"""The diagram's numbers fit each other, and what is rendered from them is up to date."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from falcon.testing import ASGIConductor

from boxoffice.app import build
from boxoffice.http import pages
from boxoffice.settings import Settings, from_environ
from deploy import render
from deploy.places import standard
from deploy.rules import broken
from deploy.tiers import HealthCheck
from deploy.topology import TOPOLOGY

SENT = {
    rule.path: f"public, max-age={rule.lifetime_s}, stale-while-revalidate={rule.stale_s}"
    for rule in TOPOLOGY.edge.caches
}


async def public_paths(tmp_path: Path) -> dict[str, str]:
    """The Cache-Control of every public path, as the application describes it, and of the pages' files."""
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'boxoffice.db'}",
        redis_url=f"unix://{tmp_path / 'nobody.sock'}",
        secret="s" * 32,
    )
    application = build(settings)
    try:
        async with ASGIConductor(application.api) as conductor:
            document = (await conductor.simulate_get("/openapi.json")).json
    finally:
        await application.close()
    described = {path: _cache_control(methods.get("get")) for path, methods in document["paths"].items()}
    return {
        _with_holes(path): header for path, header in (described | pages.PUBLIC).items() if header.startswith("public")
    }


def _cache_control(operation: dict[str, Any] | None) -> str:
    headers = (operation or {"responses": {}})["responses"].get("200", {}).get("headers", {})
    return str(headers.get("Cache-Control", {}).get("description", "")).strip("`")


def _with_holes(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


async def test_every_rule_between_the_numbers_holds(tmp_path: Path) -> None:
    assert broken(TOPOLOGY, await public_paths(tmp_path)) == []


def test_what_the_edge_and_the_pages_both_say_is_the_same() -> None:
    both = TOPOLOGY.edge.headers.keys() & pages.HEADERS.keys()

    assert both == {"Cross-Origin-Opener-Policy", "Referrer-Policy"}
    assert {name: TOPOLOGY.edge.headers[name] for name in both} == {name: pages.HEADERS[name] for name in both}


@pytest.mark.parametrize(
    ("tier", "changes", "numbers"),
    [
        ("instances", {"keep_alive_s": 60}, ("60 s", "60 s")),
        ("edge", {"upstream_idle_s": 61}, ("61 s", "60 s")),
        ("instances", {"stop_within_s": 45}, ("45 s", "30 s")),
        ("instances", {"database_pool": 20}, ("266", "200")),
        ("balancer", {"noticed_within_s": 2}, ("2 s", "2 s")),
        ("balancer", {"frozen_within_s": 6}, ("6 s", "6 s")),
        ("balancer", {"health": HealthCheck("/readyz", 1, 1, 2, 2)}, ("1 s", "1 s")),
        ("balancer", {"answer_within_s": 12}, ("15 s", "12 s")),
        ("edge", {"answer_within_s": 30}, ("35 s", "30 s")),
        ("database", {"semi_sync_within_ms": 20_000}, ("20000 ms", "10000 ms")),
        ("valkey", {"quorum": 1}, ("1", "3")),
        ("valkey", {"replicas_to_write": 2}, ("2", "1")),
        ("edge", {"headers_max_kib": 20}, ("20 KiB", "20 KiB")),
        ("balancer", {"headers_max": 99}, ("100", "100")),
        ("edge", {"http_port": 8081}, ("edge-http", "balancer")),
        ("edge", {"hidden": ()}, ("hide", "/readyz")),
    ],
)
def test_a_broken_rule_is_told_with_both_numbers(tier: str, changes: dict[str, Any], numbers: tuple[str, str]) -> None:
    own = msgspec.structs.replace(getattr(TOPOLOGY, tier), **changes)

    (sentence,) = broken(msgspec.structs.replace(TOPOLOGY, **{tier: own}), SENT)

    assert all(number in sentence for number in numbers), sentence


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"/docs": "public, max-age=5"}, ("/docs", "60", "5")),
        ({"/new": "public, max-age=5"}, ("/new", "no rule")),
    ],
)
def test_a_cache_that_keeps_what_the_application_does_not_say_is_told(
    sent: dict[str, str], words: tuple[str, ...]
) -> None:
    (sentence,) = broken(TOPOLOGY, SENT | sent)

    assert all(word in sentence for word in words), sentence


def test_an_open_store_is_told() -> None:
    flows = tuple(flow for flow in TOPOLOGY.flows if flow.target != "database" or flow.source != "instances")
    opened = (*flows, TOPOLOGY.flows[0]._replace(target="database"))

    (sentence,) = broken(msgspec.structs.replace(TOPOLOGY, flows=opened), SENT)

    assert "database" in sentence


def test_what_is_rendered_to_be_read_is_up_to_date() -> None:
    written = {path.name: path.read_text() for path in render.RENDERED.iterdir()}

    assert dict(render.to_read()) == written, "python -m deploy.render writes them anew"


def test_a_number_that_changes_changes_what_is_rendered() -> None:
    balancer = msgspec.structs.replace(TOPOLOGY.balancer, client_idle_s=59)
    changed = msgspec.structs.replace(TOPOLOGY, balancer=balancer)

    assert "timeout client 59s" in render.haproxy(changed, standard())


def test_an_instance_can_be_told_its_settings() -> None:
    secrets = {"app": "a", "migrator": "m", "secret": "s" * 32}
    settings = from_environ(render.instance(TOPOLOGY, standard(), 2, secrets))

    assert (settings.port, settings.proxies) == (TOPOLOGY.ports()["instance-2"], 2)
