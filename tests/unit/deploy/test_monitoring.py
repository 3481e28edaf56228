"""Alert rules and dashboards: that they are about metrics that there are, that they fire, and that they are told of."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Histogram

from boxoffice.adapters.metrics import CATALOGUE
from deploy.monitoring.dashboards import ALL, FOLDER, Dashboard, rendered
from tests.programs import program

ROOT = Path(__file__).parents[3]
MONITORING = ROOT / "deploy" / "monitoring"


def rules(kind: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


ALERTS = [rule["alert"] for rule in rules("alert")]


def series() -> set[str]:
    """Every name under which Prometheus keeps something of ours."""
    names = set()
    for name, entry in CATALOGUE.items():
        endings = (
            ("_bucket", "_sum", "_count") if entry.kind is Histogram else ("_total" if entry.kind is Counter else "",)
        )
        names |= {f"boxoffice_{name}{ending}" for ending in endings}
    return names


def unknown(text: str) -> set[str]:
    return set(re.findall(r"\bboxoffice_\w+", text)) - series()


def test_every_rule_is_about_metrics_that_there_are() -> None:
    assert unknown("\n".join(rule["expr"] for kind in ("alert", "record") for rule in rules(kind))) == set()


def test_the_rules_behave_as_their_cases_say() -> None:
    done = subprocess.run(
        [program("promtool"), "test", "rules", "alerts_test.yml"],
        cwd=MONITORING,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_has_a_firing_and_a_silent_case(alert: str) -> None:
    tests = yaml.safe_load((MONITORING / "alerts_test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"] if case["alertname"] == alert]

    assert {True, False} == {bool(case.get("exp_alerts")) for case in cases}


def test_every_alert_has_its_paragraph_and_every_paragraph_its_alert() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()

    assert sorted(ALERTS) == sorted(re.findall(r"^#### (Boxoffice\w+)$", page, re.MULTILINE))


@pytest.mark.parametrize("dashboard", ALL, ids=lambda dashboard: dashboard.uid)
def test_the_committed_dashboard_is_the_one_that_the_code_makes(dashboard: Dashboard) -> None:
    assert rendered(dashboard) == (FOLDER / f"{dashboard.uid}.json").read_bytes(), "run: python -m deploy.monitoring"


@pytest.mark.parametrize("dashboard", ALL, ids=lambda dashboard: dashboard.uid)
def test_every_panel_is_about_metrics_that_there_are(dashboard: Dashboard) -> None:
    expressions = [query.expression for panel in dashboard.panels for query in panel.queries]

    assert unknown("\n".join(expressions)) == set()


def test_no_other_dashboard_lies_about() -> None:
    assert {f"{dashboard.uid}.json" for dashboard in ALL} == {path.name for path in FOLDER.iterdir()}
