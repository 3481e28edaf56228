"""One Chromium and one instance, for as long as somebody looks."""

import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, async_playwright

from tests.browser.chromium import FLAGS
from tests.browser.site import Site
from tests.e2e.service import Demo

ROOT = Path(__file__).parents[2]


class Stage(NamedTuple):
    """What is running."""

    browser: Browser
    site: Site


@asynccontextmanager
async def staged(chromium: str, *, words: Sequence[str] = ("--plan", "club-50")) -> AsyncIterator[Stage]:
    """A demo started with these words, over pages that are built and a folder that goes away."""
    subprocess.run([ROOT / "bin" / "pages"], check=True)  # noqa: ASYNC221  nothing else goes on yet
    with tempfile.TemporaryDirectory(prefix="boxoffice-") as folder, Demo(Path(folder), *words) as demo:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            site = await Site.open(playwright, demo.url)
            try:
                yield Stage(browser, site)
            finally:
                await site.close()
                await browser.close()
