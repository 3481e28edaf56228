"""Tickets at a door without a network, and what the worker that shows them may not do."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.releases import Releases
from tests.browser.site import OnSale, Site
from tests.browser.stage import Stage
from tests.browser.visits import Visits
from tests.patience import eventually

COPY = "the tickets that this device keeps"
PATIENCE_S = 10


async def with_tickets(visits: Visits, site: Site) -> tuple[Page, OnSale]:
    """A fan in front of two tickets, whose browser is ready for the door."""
    concert = await site.concert("In the cellar")
    fan = await site.fan()
    reservation = await fan.buy(concert, 0, 1)
    page = await visits.begin(fan, device="phone")
    visits.watch(page).network_may_fail = True
    await page.goto(f"/reservations/{reservation['id']}")
    await expect(page.get_by_text("kept on this device")).to_be_visible()
    await ready(page)
    return page, concert


async def ready(page: Page) -> None:
    """Until the worker has everything and has taken over."""
    await until(page, "(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")


async def gone(page: Page) -> None:
    """Until there is no worker any more."""
    await until(page, "(await navigator.serviceWorker.getRegistrations()).length === 0")


async def until(page: Page, condition: str) -> None:
    """Until this is so in the page."""

    async def is_so() -> bool:
        return bool(await page.evaluate(f"async () => {condition}"))

    await eventually(is_so, within_s=PATIENCE_S)


async def kept_releases(page: Page) -> list[str]:
    """The names of the caches in which the browser keeps the pages."""
    return list(await page.evaluate("caches.keys()"))


async def test_tickets_open_without_a_network_and_say_that_they_are_copies(visits: Visits, site: Site) -> None:
    page, concert = await with_tickets(visits, site)
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.get_by_text(COPY)).to_be_visible()
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_have_count(2)
    await page.goto("/")
    await page.get_by_role("link", name="See my tickets").click()
    await page.get_by_role("link", name=concert.title).click()
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_have_count(2)
    await page.context.set_offline(False)

    await expect(page.get_by_text(COPY)).to_be_hidden()
    await expect(page.get_by_role("button", name="Cancel this reservation")).to_be_visible()


async def test_the_worker_answers_nothing_of_the_sale_and_keeps_nothing_that_is_personal(
    visits: Visits, site: Site
) -> None:
    page, concert = await with_tickets(visits, site)
    before = len(visits.watch(page).answers)
    for path in ("/reservations", f"/concerts/{concert.id}", f"/concerts/{concert.id}/queue", "/wallet"):
        await page.goto(path)
        await page.locator("main h1").first.wait_for()
    answers = visits.watch(page).answers[before:]
    by_worker = {answer.url.removeprefix(site.url) for answer in answers if answer.from_service_worker}
    kept = await page.evaluate(
        "async () => (await (await caches.open((await caches.keys())[0])).keys()).map((one) => one.url)"
    )

    assert by_worker
    assert {path for path in by_worker if not path.startswith("/assets/")} <= {"/reservations"}
    assert {re.sub(r"/assets/.*", "/assets/", url.removeprefix(site.url)) for url in kept} == {"/", "/assets/"}


async def test_who_signs_out_leaves_no_ticket_and_no_worker(visits: Visits, site: Site) -> None:
    page, _ = await with_tickets(visits, site)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url("/")
    kept = await page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('boxoffice.own.'))")
    await gone(page)

    assert kept == []


async def test_a_renewal_whose_answer_is_lost_leaves_the_tickets_and_asks_to_sign_in_again(
    visits: Visits, site: Site
) -> None:
    page, _ = await with_tickets(visits, site)

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/api/v1/sessions/refresh", lose, times=1)
    await page.evaluate(
        "localStorage.setItem('boxoffice.session',"
        " JSON.stringify({ ...JSON.parse(localStorage.getItem('boxoffice.session')), accessUntilMs: 0 }))"
    )
    await page.reload()

    await expect(page.get_by_role("link", name="Sign in again")).to_be_visible(timeout=PATIENCE_S * 1_000)
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_have_count(2)
    await page.get_by_role("link", name="My reservations").click()
    await expect(page.get_by_role("link", name="Sign in again")).to_be_visible()


@pytest.fixture
def releases() -> Iterator[Releases]:
    with Releases() as releases:
        yield releases


async def test_a_new_release_wins_at_once_and_replaces_what_was_kept(stage: Stage, releases: Releases) -> None:
    page = await releases.visit(stage)
    await page.goto(f"{releases.url}/reservations")
    await ready(page)
    first = await kept_releases(page)
    releases.deploy("second")
    await page.goto(f"{releases.url}/reservations")
    shown = await page.evaluate("document.scripts[0].src")
    await until(page, f"(await caches.keys()).join() !== {first[0]!r}")
    await until(page, "(await caches.keys()).length === 1")
    releases.close()
    await page.reload()

    await expect(page.get_by_text(COPY)).to_be_visible()
    assert "second" in shown
    assert "second" in await page.evaluate("document.scripts[0].src")
    await page.context.close()


async def test_a_worker_that_is_no_good_goes_with_the_next_release(stage: Stage, releases: Releases) -> None:
    page = await releases.visit(stage)
    await page.goto(f"{releases.url}/reservations")
    await ready(page)
    releases.write("service-worker.js", "registration.unregister();")
    await page.goto(f"{releases.url}/concerts/c1")

    await gone(page)
    await page.context.close()
