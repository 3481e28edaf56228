"""More than one fan wants the same."""

import asyncio
import time

from playwright.async_api import Page, expect

from tests.browser.buying import EN, choose, hold, pay, to_seats
from tests.browser.site import Site
from tests.browser.visits import Visits
from tests.e2e.service import clean_environ, command

CROWD = 100
FASTER = "Somebody was a moment faster"


async def test_of_two_browsers_that_race_for_a_seat_one_has_it_and_the_other_an_offer_close_by(
    visits: Visits, site: Site
) -> None:
    concert = await site.concert("One chair")
    pages = [await visits.begin(await site.fan()), await visits.begin(await site.fan())]
    for page in pages:
        await to_seats(page, concert)
        await choose(page, "7")
        # Neither learns of the other before both have asked: what decides is the service.
        await page.route("**/availability", lambda route: None)
    await asyncio.gather(*(page.get_by_role("button", name="Hold these seats").click() for page in pages))
    first = await _first_through(pages)
    (second,) = (page for page in pages if page is not first)

    await expect(first.get_by_role("heading", name="Payment")).to_be_visible()
    await expect(first.get_by_role("listitem").filter(has_text="seat 7")).to_be_visible()
    await expect(second.get_by_role("alert")).to_contain_text(FASTER)
    await second.get_by_role("button", name="Take this seat").click()
    await expect(second.get_by_role("complementary")).to_contain_text("Your seats: 1 of")
    await hold(second)


async def _first_through(pages: list[Page]) -> Page:
    waits = {asyncio.ensure_future(page.wait_for_url("**/checkout/**")): page for page in pages}
    done, late = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in late:
        wait.cancel()
    (winner,) = done
    return waits[winner]


async def test_when_the_organiser_raises_the_limit_fans_are_inside_within_moments(visits: Visits, site: Site) -> None:
    concert = await site.concert("Bigger", limit=1)
    await (await site.fan()).join(concert)
    pages = [await visits.begin(await site.fan()) for _ in range(3)]
    for page in pages:
        await page.goto(f"/concerts/{concert.id}/queue")
        await expect(page.get_by_role("heading", name="You are among the next")).to_be_visible()
    desk = await visits.begin(site.operator)
    await desk.goto(f"/organiser/concerts/{concert.id}/live")
    await expect(desk.get_by_label("1 inside, room for 1")).to_be_visible()
    await desk.get_by_label("Fans inside at most", exact=True).fill("4")
    await desk.get_by_role("button", name="Apply").click()
    began_s = time.monotonic()
    turns = [expect(page.get_by_role("heading", name="It is your turn")).to_be_visible() for page in pages]
    await asyncio.gather(*turns, expect(desk.get_by_label("4 inside, room for 4")).to_be_visible())

    # Two seconds on a machine of its own; tests share theirs.
    assert time.monotonic() - began_s < 5


async def test_a_browser_buys_while_a_crowd_buys(visits: Visits, site: Site) -> None:
    concert = await site.concert("Everybody", plan="hall", limit=20)
    crowd = await asyncio.create_subprocess_exec(
        *command("crowd", "--base-url", site.url, "--concert", concert.id, "--fans", str(CROWD)),
        env=clean_environ(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    page = await visits.begin(await site.fan(balance_minor=500_000))
    await to_seats(page, concert)
    await page.get_by_role("button", name=EN.best).click()
    await pay(page)
    output, _ = await asyncio.wait_for(crowd.communicate(), 60)

    assert crowd.returncode == 0, output.decode()
