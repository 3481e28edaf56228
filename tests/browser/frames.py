"""How smoothly the seat map moves: `python -m tests.browser.frames`."""

import asyncio
import sys
from itertools import pairwise

from playwright.async_api import Page

from tests.browser.chromium import found
from tests.browser.site import OnSale, Site
from tests.browser.stage import staged
from tests.browser.visits import Visits

_COUNT = """() => {
  const frames = (window.frames_ = { at: [], long: 0 });
  new PerformanceObserver((list) => (frames.long += list.getEntries().length)).observe({ type: "longtask" });
  const next = (at) => { frames.at.push(at); requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
_TAKE = """() => {
  const { at, long } = window.frames_;
  Object.assign(window.frames_, { at: [], long: 0 });
  return [at, long];
}"""


async def main() -> None:
    """Drag and zoom the arena for some seconds, and tell how many frames were drawn."""
    path = found()
    if path is None:
        sys.exit("Chromium is not installed: bin/servers as root brings it.")
    async with staged(path) as stage, Visits(stage.browser, stage.site) as visits:
        concert = await stage.site.concert("The Arena", plan="arena")
        for device in ("desktop", "phone"):
            page = await _map(visits, stage.site, concert, device)
            await page.evaluate(_COUNT)
            for name, move in (("still", _rest), ("drag", _drag), ("zoom", _zoom)):
                await page.evaluate(_TAKE)
                await move(page)
                print(device, name, _told(*await page.evaluate(_TAKE)))  # noqa: T201


async def _map(visits: Visits, site: Site, concert: OnSale, device: str) -> Page:
    fan = await site.fan()
    page = await visits.begin(fan, device=device)  # type: ignore[arg-type]
    await page.goto(f"/concerts/{concert.id}/queue")
    await page.goto(f"/performances/{concert.performance_id}/seats?concert={concert.id}")
    await page.locator("canvas").first.wait_for()
    return page


async def _rest(page: Page) -> None:
    await asyncio.sleep(2)


async def _drag(page: Page) -> None:
    x, y = await _middle(page)
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(240):
        await page.mouse.move(x + (step % 80 - 40) * 2, y + (step % 60 - 30) * 2)
    await page.mouse.up()


async def _zoom(page: Page) -> None:
    await page.mouse.move(*await _middle(page))
    for step in range(160):
        await page.mouse.wheel(0, -40 if step % 80 < 40 else 40)


async def _middle(page: Page) -> tuple[float, float]:
    box = await page.locator("canvas").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _told(at_ms: list[float], long_tasks: int) -> str:
    gaps = sorted(later - before for before, later in pairwise(at_ms))
    per_s = 1000 * len(gaps) / (at_ms[-1] - at_ms[0])
    slow = sum(gap > 20 for gap in gaps)
    return (
        f"{per_s:.1f} frames/s over {len(gaps)} frames; median {gaps[len(gaps) // 2]:.1f} ms, "
        f"95 % {gaps[len(gaps) * 95 // 100]:.1f} ms, longest {gaps[-1]:.1f} ms; {slow} longer than 20 ms; "
        f"{long_tasks} long tasks"
    )


if __name__ == "__main__":
    asyncio.run(main())
