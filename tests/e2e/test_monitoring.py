"""What the stack's own Prometheus knows of a sale: no panel and no alert is about something that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.monitoring.dashboards import ALL
from tests.e2e.stack import Running
from tests.servers_redis import wait_until

RULES = Path(__file__).parents[2] / "deploy" / "monitoring" / "alerts.yml"
WATCHED = {
    *("prometheus", "alertmanager", "balancer", "edge", "edge-log", "instance-1", "instance-2"),
    *("mariadb-1", "mariadb-2", "valkey-1", "valkey-2", "valkey-3", "sentinel-1", "sentinel-2", "sentinel-3"),
}
ABOUT_SPEED = {"BoxofficeSlowFast", "BoxofficeSlowSlow", "BoxofficeLoopLags"}
"""Alerts that are right on a machine that does other things besides."""
_COMPARISON = re.compile(r"(?<![=!<>])(==|!=|<=|>=|<|>)(?![=~])")


def panels() -> Iterator[str]:
    """What Grafana asks; it puts four scrapes at least for its own word."""
    for page in ALL:
        for panel in page.panels:
            yield from (query.expression.replace("$__rate_interval", "1m") for query in panel.queries)


def rules(kind: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


def sound(alert: str) -> Iterator[str]:
    """The expression of an alert as one that has data while the alert is silent: 0 or 1 in place of a comparison.

    Each part of an `or` by itself; and nothing between braces is a comparison of numbers.
    """
    for part in re.split(r"\bor\b", alert):
        pieces = re.split(r"(\{[^}]*\})", part)
        yield "".join(each if each.startswith("{") else _COMPARISON.sub(r"\1 bool", each) for each in pieces)


def without_data(stack: Running, expressions: set[str]) -> set[str]:
    """Those that have none after some scrapes and evaluations more, while somebody goes on looking at the catalogue."""
    missing = set(expressions)

    def all_have() -> bool:
        stack.ask("GET", "/api/v1/concerts")
        missing.difference_update([each for each in missing if stack.query(each)])
        return not missing

    try:
        wait_until(all_have, "", within_s=60)
    except AssertionError:
        return missing
    return set()


def answering(stack: Running) -> set[str]:
    """Whom Prometheus reached when it last asked them."""
    targets = stack.prometheus("targets", state="active")["activeTargets"]
    return {target["labels"]["instance"] for target in targets if target["health"] == "up"}


def failovers(stack: Running) -> float:
    """The greatest number of times that an instance found its Redis to be another."""
    found: list[Any] = []
    wait_until(lambda: found.extend(stack.query("max(boxoffice_redis_changes_total)")) or found, "It is not known.")
    return float(found[0]["value"][1])


async def test_every_panel_and_every_alert_has_data_and_a_sound_sale_alarms_nobody(stack: Running) -> None:
    result = await stack.crowd(120, arrival_s=6)
    asked = {*panels(), *(part for rule in rules("alert") for part in sound(rule["expr"]))}
    missing = without_data(stack, asked | {rule["record"] for rule in rules("record")})
    wait_until(lambda: answering(stack) == WATCHED, f"Not these answer Prometheus: {WATCHED}", within_s=60)
    loaded = [rule for group in stack.prometheus("rules")["groups"] for rule in group["rules"]]
    firing = {each["labels"]["alertname"] for each in stack.prometheus("alerts")["alerts"] if each["state"] == "firing"}

    assert result.ok, [check for check in result.checks if not check.ok]
    assert missing == set()
    assert {rule["name"] for rule in loaded} > {rule["alert"] for rule in rules("alert")} | {"boxoffice:scale"}
    assert [rule["name"] for rule in loaded if rule["health"] != "ok"] == []
    assert firing - ABOUT_SPEED == set()
    assert stack.query("max(boxoffice_audit_broken) + max(boxoffice_semi_sync)")[0]["value"][1] == "1"


def test_a_failover_is_seen_and_somebody_is_told(stack: Running) -> None:
    def primary() -> str:
        found = stack.query("redis_connected_slaves == 2")
        return str(found[0]["metric"]["instance"]) if found else ""

    def heard() -> list[dict[str, Any]]:
        new = stack.alerts()[told:]
        return [each for each in new if (each["alert"], each["status"]) == ("BoxofficeRedisFailover", "firing")]

    wait_until(primary, "Nobody is followed by both others.", within_s=60)
    lost, before, told = primary(), failovers(stack), len(stack.alerts())
    stack.command("kill", lost)
    wait_until(lambda: heard() and failovers(stack) > before, "Nobody is told.", within_s=60)
    # One of three is lost, and sessions are still written: as soon as the third follows the new primary, which it may
    # not do yet when the alert is heard.
    wait_until(lambda: stack.sign_in().status == 201, "Nobody can sign in.", within_s=60)
    down = stack.query(f'redis_up{{instance="{lost}"}}')[0]["value"][1]
    stack.command("start", lost)
    wait_until(lambda: primary() not in ("", lost), "The old primary does not follow.", within_s=60)

    assert heard()[0]["severity"] == "ticket"
    assert down == "0"
