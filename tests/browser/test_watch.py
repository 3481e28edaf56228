"""The watch itself: what it lets pass would pass in every other test."""

from playwright.async_api import expect

from tests.browser.visits import Visits
from tests.browser.watch import settled

_MISDEEDS = """() => {
  console.error("said aloud");
  setTimeout(() => { throw new Error("thrown"); });
  const style = document.createElement("style");
  style.textContent = "body { color: red }";
  document.head.append(style);
  const image = document.createElement("img");
  image.src = "http://127.0.0.2:9/pixel.png";
  document.body.append(image);
}"""


async def test_an_error_a_breach_of_the_policy_and_a_request_to_another_host_are_noticed(visits: Visits) -> None:
    page = await visits.begin()
    await page.goto("/")
    await settled(page)
    await page.evaluate(_MISDEEDS)
    await expect(page.locator("img")).to_be_attached()
    await page.evaluate("new Promise((done) => setTimeout(done))")
    faults = visits.watch(page).faults
    seen = "\n".join(faults)
    faults.clear()

    assert "said aloud" in seen
    assert "thrown" in seen
    assert "Content-Security-Policy: style-src" in seen
    assert "Content-Security-Policy: img-src http://127.0.0.2:9" in seen
