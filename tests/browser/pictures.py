"""Pictures of the pages in the middle of a sale."""

import asyncio
import base64
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import get_args

from playwright.async_api import Page

from tests.browser.gallery import PICTURES, Gallery
from tests.browser.stage import staged
from tests.browser.visits import Device, Language, Visits
from tests.e2e.service import clean_environ, command

_QUALITY = 82


async def take(chromium: str, folder: Path, *, fans: int, only: frozenset[str]) -> None:
    """Write each picture as `<name>-<language>-<device>.webp`, and print its name and size."""
    async with staged(chromium, words=()) as stage:
        gallery = await Gallery.open(stage.site)
        await gallery.seat_some()
        with _crowd(stage.site.url, gallery.concert.id, fans):
            await gallery.wait_for_crowd(fans // 2)
            for name, language, device in product(PICTURES, get_args(Language), get_args(Device)):
                if only and name not in only:
                    continue
                async with Visits(stage.browser, stage.site) as visits:
                    page = await PICTURES[name](gallery, visits, language, device)
                    path = folder / f"{name}-{language}-{device}.webp"
                    content = await _picture(page)
                    await asyncio.to_thread(path.write_bytes, content)
                    print(f"{path.name}  {len(content) / 1000:.0f} kB")  # noqa: T201
                    for fault in visits.faults():
                        print(f"  {fault}")  # noqa: T201


@contextmanager
def _crowd(url: str, concert_id: str, fans: int) -> Iterator[None]:
    words = ("crowd", "--base-url", url, "--concert", concert_id, "--fans", str(fans))
    process = subprocess.Popen(command(*words), env=clean_environ(), stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()  # nobody asks what became of them
        process.wait(10)


async def _picture(page: Page) -> bytes:
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    return base64.b64decode(taken["data"])
