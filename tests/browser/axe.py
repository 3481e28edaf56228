"""What axe-core finds on a page: faults that keep somebody from using it."""

import os
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter((fault) => fault.impact === "serious" || fault.impact === "critical")
  .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")}: ${node.failureSummary}`))"""


async def serious_faults(page: Page) -> list[str]:
    """Serious and critical ones, each with the element that has it."""
    # Evaluated by the debugger and not by the page, whose policy lets in no foreign script.
    await page.evaluate(_source())
    return list(await page.evaluate(_RUN))


@cache
def _source() -> str:
    if not AXE.is_file():
        sentence = "axe-core is not installed, and so the pages are not checked: npm ci in web/ brings it."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return AXE.read_text()
