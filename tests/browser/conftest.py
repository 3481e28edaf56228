"""One Chromium and one instance for the whole folder, and a watched profile for each visit."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.browser.site import Site
from tests.browser.visits import Visits
from tests.e2e.service import Demo

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".browser"
"""Pictures and traces of tests that failed."""

_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def playwright() -> AsyncIterator[Playwright]:
    chromium()
    async with async_playwright() as playwright:
        yield playwright


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
    yield browser
    await browser.close()


@pytest.fixture(scope="package")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    chromium()
    subprocess.run(["npm", "run", "--silent", "build"], cwd=ROOT / "web", check=True)  # bin/pages, once it is there
    with Demo(tmp_path_factory.mktemp("site"), "--plan", "club-50") as demo:
        yield demo


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def site(playwright: Playwright, instance: Demo) -> AsyncIterator[Site]:
    site = await Site.open(playwright, instance.url, plans=("club-50", "hall"))
    yield site
    await site.close()


@pytest_asyncio.fixture(loop_scope="package")
async def visits(request: pytest.FixtureRequest, browser: Browser, site: Site) -> AsyncIterator[Visits]:
    """Windows on the site; the test fails where one of them reports a fault."""
    async with Visits(browser, site) as visits:
        yield visits
        faults = visits.faults()
        if faults or request.node.stash.get(_FAILED, False):
            folder = KEPT / request.node.name
            await visits.keep(folder)
            print(f"What the windows showed is in {folder.relative_to(ROOT)}.")  # noqa: T201
        assert faults == []
