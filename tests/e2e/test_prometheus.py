"""A real Prometheus watches a small sale: every panel and every rule has data, and nothing alarms."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

from deploy.monitoring.dashboards import ALL, Query
from tests.e2e.service import START_MAX_S, Demo, clean_environ, command, free_port
from tests.programs import program

RULES = Path(__file__).parents[2] / "deploy" / "monitoring" / "alerts.yml"
FANS = 150
# What one instance over an SQLite file and one Valkey cannot have, beside what only trouble brings.
NOT_HERE = ("replica_", "semi_sync", "database_primaries", "primary_changes")


class Prometheus:
    """A Prometheus of its own, with our rules, that looks at one instance every second."""

    def __init__(self, folder: Path, target: str) -> None:
        self.port = free_port()
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(RULES)],
            "scrape_configs": [{"job_name": "boxoffice", "static_configs": [{"targets": [target]}]}],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        self._log = (folder / "prometheus.log").open("wb")
        self._process = subprocess.Popen(
            [
                program("prometheus"),
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=self._log,
            stderr=self._log,
        )

    def ask(self, path: str, **parameters: str) -> Any:
        """What its API answers under `data`."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urlencode(parameters)}"
        with urlopen(url, timeout=5) as reply:
            return json.load(reply)["data"]

    def values(self, expression: str) -> list[Any]:
        return list(self.ask("query", query=expression.replace("$__rate_interval", "1m"))["result"])

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._log.close()


@pytest.fixture(scope="module")
def sale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Prometheus, Demo]]:
    folder = tmp_path_factory.mktemp("prometheus")
    program("prometheus")
    with Demo(folder / "demo", "--plan", "club-50") as demo:
        prometheus = Prometheus(folder, demo.url.removeprefix("http://"))
        try:
            yield prometheus, demo
        finally:
            prometheus.stop()


async def until_there(prometheus: Prometheus, expressions: set[str]) -> set[str]:
    """Those that have no data by the end of the time that a start may take."""
    missing = set(expressions)
    loop = asyncio.get_running_loop()
    until_s = loop.time() + START_MAX_S
    while missing and loop.time() < until_s:
        with suppress(OSError):  # it is still starting
            missing = {each for each in missing if not await asyncio.to_thread(prometheus.values, each)}
        await asyncio.sleep(0.5)
    return missing


def expected(query: Query) -> bool:
    return not query.idle and not any(f"boxoffice_{name}" in query.expression for name in NOT_HERE)


def asked_by_rules() -> set[str]:
    """Every series that an alert rests on: of a sound sale the alert itself says nothing."""
    named = set(re.findall(r"\bboxoffice_\w+", RULES.read_text()))
    return {name for name in named if not name.removeprefix("boxoffice_").startswith(NOT_HERE)}


@pytest.mark.long
async def test_every_panel_and_every_rule_has_data_in_a_sale(sale: tuple[Prometheus, Demo]) -> None:
    prometheus, demo = sale
    await until_there(prometheus, {"up == 1"})
    crowd = subprocess.Popen(  # noqa: ASYNC220  it returns at once
        command("crowd", "--base-url", demo.url, "--fans", str(FANS), "--seed", "3"),
        env=clean_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await asyncio.to_thread(crowd.communicate, timeout=120)
    panels = {query.expression for page in ALL for panel in page.panels for query in panel.queries if expected(query)}
    missing = await until_there(prometheus, panels | asked_by_rules() | {"boxoffice:slow:ratio_rate5m"})
    groups = prometheus.ask("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    firing = {
        alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"] if alert["state"] == "firing"
    }

    assert crowd.returncode == 0, output.decode()
    assert missing == set()
    assert len(panels) > 35
    assert len(asked_by_rules()) > 15
    assert [rule["name"] for rule in rules if rule["health"] != "ok"] == []
    assert firing == set()
    assert float(prometheus.values("max(boxoffice_audit_sales)")[0]["value"][1]) == 1
    assert float(prometheus.values("max(boxoffice_audit_broken)")[0]["value"][1]) == 0
