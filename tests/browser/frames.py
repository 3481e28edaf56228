"""How smoothly the seat map moves: `python -m tests.browser.frames`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from itertools import pairwise

from playwright.async_api import CDPSession, Page

from tests.browser.chromium import found
from tests.browser.site import OnSale
from tests.browser.stage import staged
from tests.browser.visits import Device, Visits

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
    """Drag and zoom for some seconds, and tell how many frames were drawn."""
    path = found()
    if path is None:
        sys.exit("Chromium is not installed: bin/servers as root brings it.")
    async with staged(path) as stage:
        for plan in ("arena", "stadium"):
            concert = await stage.site.concert(plan, plan=plan)
            for device, slower in (("desktop", 1), ("phone", 4)):
                async with Visits(stage.browser, stage.site) as visits:
                    page = await _map(visits, concert, device)
                    session = await page.context.new_cdp_session(page)
                    await session.send("Performance.enable")
                    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
                    for name, move in _MOVES.items():
                        await page.evaluate(_TAKE)
                        before_s = await _busy_s(session)
                        await move(page)
                        frames = await page.evaluate(_TAKE)
                        busy_s = await _busy_s(session) - before_s
                        print(f"{plan:8} {device:8} {name:11} {_told(*frames, busy_s)}")  # noqa: T201


async def _map(visits: Visits, concert: OnSale, device: Device) -> Page:
    page = await visits.begin(device=device)
    await page.goto(f"/performances/{concert.performance_id}/seats?concert={concert.id}")
    await page.locator(".seat-map canvas").wait_for()
    await page.evaluate(_COUNT)
    return page


async def _busy_s(session: CDPSession) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


async def _nearer(page: Page) -> None:
    for _ in range(3):
        await page.get_by_role("button", name="Zoom in").click()


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
    box = await page.locator(".seat-map canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


_MOVES: Mapping[str, Callable[[Page], Awaitable[None]]] = {
    "drag": _drag,
    "zoom": _zoom,
    "come nearer": _nearer,
    "drag near": _drag,
}


def _told(at_ms: list[float], long_tasks: int, busy_s: float) -> str:
    gaps = sorted(later - before for before, later in pairwise(at_ms))
    per_s = 1000 * len(gaps) / (at_ms[-1] - at_ms[0])
    slow = sum(gap > 20 for gap in gaps)
    return (
        f"{per_s:.1f} frames/s over {len(gaps)} frames; median {gaps[len(gaps) // 2]:.1f} ms, "
        f"95 % {gaps[len(gaps) * 95 // 100]:.1f} ms, longest {gaps[-1]:.1f} ms; {slow} longer than 20 ms; "
        f"{long_tasks} long tasks; {1000 * busy_s / len(gaps):.1f} ms of work a frame"
    )


if __name__ == "__main__":
    asyncio.run(main())
