"""In the queue: whatever happens to the page, the place is kept."""

import asyncio

from playwright.async_api import Locator, Page, expect

from tests.browser.site import Client, OnSale, Site
from tests.browser.visits import Visits

TURN = "It is your turn"
LOST = "There is no connection"
TURN_MS = 8_000
"""More than two polls of a fan who is called, a tick, and the second for which the queue is cached."""


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("heading", level=1, name=words)


def in_line(page: Page) -> Locator:
    """What stands on the page from the moment at which there is a number."""
    return page.get_by_role("progressbar", name="Your way to the front")


async def number_of(page: Page) -> str:
    figure = page.locator(".queue-figure", has_text="Your number").locator("dd")
    return await figure.inner_text()


async def with_somebody_inside(site: Site, title: str, *, session_ttl_s: int = 300) -> tuple[OnSale, Client]:
    """A concert with room for one, who is there already."""
    concert = await site.concert(title, limit=1, session_ttl_s=session_ttl_s)
    inside = await site.fan()
    await inside.join(concert)
    return concert, inside


async def shaken(page: Page, words: str, *, asks: bool = True) -> None:
    """Reload the page, then take the network away and give it back: the heading stays.

    `asks`: there is something to ask for, and the page says that it cannot.
    """
    await expect(heading(page, words)).to_be_visible(timeout=TURN_MS)
    await page.reload()
    await expect(heading(page, words)).to_be_visible(timeout=TURN_MS)
    await page.context.set_offline(True)
    await expect(page.locator(".notice", has_text=LOST)).to_be_visible(visible=asks)
    await expect(heading(page, words)).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator(".notice", has_text=LOST)).to_be_hidden()
    await expect(heading(page, words)).to_be_visible()


async def test_whoever_waits_for_the_opening_is_let_in_by_it(visits: Visits, site: Site) -> None:
    concert = await site.concert("Not yet", opened=False)
    page = await visits.begin(await site.fan())
    visits.watch(page).network_may_fail = True
    await page.goto(f"/concerts/{concert.id}/queue")
    await shaken(page, "The sale has not opened yet")
    await site.operator.post(f"/admin/concerts/{concert.id}/sale", {"action": "open"})

    await expect(heading(page, TURN)).to_be_visible(timeout=TURN_MS)


async def test_at_every_step_a_reload_and_a_lost_network_leave_number_and_place_alone(
    visits: Visits, site: Site
) -> None:
    concert, inside = await with_somebody_inside(site, "Under the bridge", session_ttl_s=8)
    page = await visits.begin(await site.fan())
    visits.watch(page).network_may_fail = True
    await page.goto(f"/concerts/{concert.id}/queue")
    await expect(in_line(page)).to_be_visible()
    first = await number_of(page)
    await site.operator.post(f"/admin/concerts/{concert.id}/sale", {"action": "pause"})
    await inside.leave(concert)
    await shaken(page, "The queue is paused")
    paused = await number_of(page)
    await site.operator.post(f"/admin/concerts/{concert.id}/sale", {"action": "resume"})
    await shaken(page, TURN)
    await shaken(page, "Your time inside is over", asks=False)

    assert first == paused


async def test_whoever_had_no_network_when_called_goes_in_when_it_is_back(visits: Visits, site: Site) -> None:
    concert, inside = await with_somebody_inside(site, "Out of reach")
    page = await visits.begin(await site.fan())
    visits.watch(page).network_may_fail = True
    await page.goto(f"/concerts/{concert.id}/queue")
    await expect(in_line(page)).to_be_visible()
    before = await number_of(page)
    await page.context.set_offline(True)
    await inside.leave(concert)
    await expect(page.locator(".notice", has_text=LOST)).to_be_visible()
    lost = await number_of(page)
    await page.context.set_offline(False)

    await expect(heading(page, TURN)).to_be_visible(timeout=TURN_MS)
    assert before == lost


async def test_a_part_of_the_page_that_never_arrives_does_not_cost_the_place(visits: Visits, site: Site) -> None:
    concert = await site.concert("Half loaded")
    page = await visits.begin(await site.fan())
    await page.route("**/alarm.worker*", lambda route: None)
    await page.goto(f"/concerts/{concert.id}/queue")

    await expect(heading(page, TURN)).to_be_visible()


async def test_a_second_tab_shows_the_same_place_and_both_tell_of_the_turn(visits: Visits, site: Site) -> None:
    concert, inside = await with_somebody_inside(site, "Twice open")
    page = await visits.begin(await site.fan())
    await page.goto(f"/concerts/{concert.id}/queue")
    await expect(in_line(page)).to_be_visible()
    second = await page.context.new_page()
    await second.goto(f"/concerts/{concert.id}/queue")
    await expect(in_line(second)).to_be_visible()
    numbers = {await number_of(page), await number_of(second)}
    joins = [answer for answer in visits.watch(page).answers if answer.request.method == "POST"]
    await inside.leave(concert)

    await expect(heading(second, TURN)).to_be_visible(timeout=TURN_MS)
    await expect(heading(page, TURN)).to_be_visible(timeout=TURN_MS)
    await expect(page).to_have_title("★ It is your turn! · Boxoffice")
    assert len(numbers) == 1
    assert len(joins) == 1


async def test_a_phone_that_slept_through_the_call_is_let_in_when_it_wakes(visits: Visits, site: Site) -> None:
    concert, inside = await with_somebody_inside(site, "Asleep")
    page = await visits.begin(await site.fan(), device="phone")
    await page.goto(f"/concerts/{concert.id}/queue")
    await expect(in_line(page)).to_be_visible()
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setWebLifecycleState", {"state": "frozen"})
    await inside.leave(concert)
    await asyncio.sleep(3)  # sleeping is what this is about
    await session.send("Page.setWebLifecycleState", {"state": "active"})

    await expect(heading(page, TURN)).to_be_visible(timeout=TURN_MS)


async def test_whoever_leaves_the_queue_is_asked_first_and_may_join_again(visits: Visits, site: Site) -> None:
    concert, _ = await with_somebody_inside(site, "Gone")
    page = await visits.begin(await site.fan())
    await page.goto(f"/concerts/{concert.id}/queue")
    await page.get_by_role("button", name="Leave the queue").click()
    await expect(page.get_by_role("button", name="Stay in the queue")).to_be_focused()
    await page.get_by_role("button", name="Yes, give it up").click()
    await expect(heading(page, "You are no longer in the queue")).to_be_visible()
    await page.get_by_role("button", name="Join again").click()

    await expect(in_line(page)).to_be_visible()
