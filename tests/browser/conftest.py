"""One Chromium and one instance for the whole folder, and a watched profile for each visit."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.chromium import chromium
from tests.browser.site import Site
from tests.browser.stage import ROOT, Stage, staged
from tests.browser.visits import Visits

KEPT = ROOT / ".browser"
"""Pictures and traces of tests that failed."""

_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage() -> AsyncIterator[Stage]:
    async with staged(chromium()) as stage:
        yield stage


@pytest.fixture
def site(stage: Stage) -> Site:
    return stage.site


@pytest_asyncio.fixture(loop_scope="package")
async def visits(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Visits]:
    """Windows on the site; the test fails where one of them reports a fault."""
    async with Visits(stage.browser, stage.site) as visits:
        yield visits
        faults = visits.faults()
        if faults or request.node.stash.get(_FAILED, False):
            folder = KEPT / request.node.name
            await visits.keep(folder)
            print(f"What the windows showed is in {folder.relative_to(ROOT)}.")  # noqa: T201
        assert faults == []
