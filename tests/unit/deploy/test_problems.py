"""What the edge and the load balancer refuse by themselves: told once, and told on the page on the API."""

import re
from collections import Counter
from pathlib import Path

from deploy.problems import BALANCER, EDGE

API = Path(__file__).parents[3] / "docs" / "api.md"


def test_the_page_on_the_api_has_what_is_refused_at_the_doors() -> None:
    section = API.read_text().partition("### At the doors")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.*) \|$", section, re.MULTILINE)

    assert [(str(each.status), each.code, each.detail) for each in EDGE] == rows


def test_each_cause_has_one_answer() -> None:
    for table in (EDGE, BALANCER):
        assert {1} == set(Counter(cause for refusal in table for cause in refusal.causes).values())
