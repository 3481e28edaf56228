"""Frame times of the seat map while it is dragged and zoomed, in a real Chromium that draws in software.

    uv run --no-project --with playwright python web/measure/frames.py http://127.0.0.1:8000

Takes the newest concert of a running instance (`bin/boxoffice demo`), and prints for each movement the median and the
95th percentile of the time between two frames, and of the time that the page's own code takes of it. 16.7 ms are
60 frames a second, the most that the browser gives. A machine that is busy elsewhere makes frames late, too.
"""

import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
STEP_S = 0.008
LATE_MS = 20

# Times every callback of a frame but the recorder's own.
WATCH = """(() => {
  const ask = window.requestAnimationFrame.bind(window);
  window.work_ms = [];
  window.requestAnimationFrame = (call) => ask((now) => {
    const before = performance.now();
    call(now);
    if (call !== window.recorder) window.work_ms.push(performance.now() - before);
  });
})()"""
RECORD = """() => {
  const frames = (window.frames_ms = []);
  window.work_ms.length = 0;
  let before = null;
  window.recorder = (now) => {
    if (before !== null) frames.push(now - before);
    before = now;
    window.recording = requestAnimationFrame(window.recorder);
  };
  window.recording = requestAnimationFrame(window.recorder);
}"""
STOP = "() => { cancelAnimationFrame(window.recording); return [window.frames_ms, window.work_ms]; }"


def seats_url(base: str) -> str:
    with urllib.request.urlopen(f"{base}/api/v1/concerts", timeout=10) as answer:  # noqa: S310 - it is given by hand
        concert = json.load(answer)["items"][0]
    return f"{base}/performances/{concert['performances'][0]['id']}/seats?concert={concert['id']}"


def drag(page: Page, x: float, y: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    for turn in range(150):
        page.mouse.move(x + 250 * ((turn % 50) / 50 - 0.5), y + 150 * ((turn % 30) / 30 - 0.5))
        time.sleep(STEP_S)
    page.mouse.up()


def zoom(page: Page, x: float, y: float, notches: int, delta: int) -> None:
    page.mouse.move(x, y)
    for _ in range(notches):
        page.mouse.wheel(0, delta)
        time.sleep(STEP_S * 2)


def record(page: Page, name: str, movement: Callable[[], None]) -> None:
    page.evaluate(RECORD)
    movement()
    frames, work = page.evaluate(STOP)
    late = sum(frame > LATE_MS for frame in frames) / len(frames)
    sys.stdout.write(f"{name:24}{len(frames):5} frames  {spread(frames)}  late {late:5.1%}  own work {spread(work)}\n")


def spread(times_ms: list[float]) -> str:
    ordered = sorted(times_ms) or [0.0]
    return f"median {statistics.median(ordered):4.1f} ms  p95 {ordered[int(len(ordered) * 0.95)]:4.1f} ms"


def main(base: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        page.goto(seats_url(base))
        picture = page.locator(".seat-map canvas")
        picture.wait_for()
        page.wait_for_timeout(1_500)
        box = picture.bounding_box()
        assert box
        x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.75
        record(page, "idle", lambda: time.sleep(1))
        record(page, "zoom in from the whole", lambda: zoom(page, x, y, 60, -12))
        record(page, "drag, sections", lambda: drag(page, x, y))
        record(page, "zoom in to small seats", lambda: zoom(page, x, y, 60, -12))
        record(page, "drag, small seats", lambda: drag(page, x, y))
        record(page, "zoom in to marked seats", lambda: zoom(page, x, y, 60, -8))
        record(page, "drag, marked seats", lambda: drag(page, x, y))
        record(page, "zoom in to labels", lambda: zoom(page, x, y, 60, -20))
        record(page, "drag, labels", lambda: drag(page, x, y))
        record(page, "zoom out to the whole", lambda: zoom(page, x, y, 120, 40))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
