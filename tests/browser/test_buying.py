"""A purchase, whoever makes it and whatever happens meanwhile."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from boxoffice.crowd.target import PASSWORD
from tests.browser.buying import EN, KO, choose, hold, pay, to_seats
from tests.browser.qr import read
from tests.browser.site import OnSale, Site
from tests.browser.visits import Visits

RICH_MINOR = 500_000
TABS_MAX = 60


async def test_a_newcomer_buys_in_korean_on_a_phone_and_the_door_can_read_the_ticket(
    visits: Visits, site: Site
) -> None:
    concert = await site.concert("천 개의 등불")
    email = site.new_email()
    page = await visits.begin(language="ko", device="phone")
    await page.goto("/")
    await page.get_by_role("link", name=concert.title).tap()
    await page.get_by_role("link", name="좌석 선택하러 가기").tap()
    await page.get_by_role("link", name="회원가입").tap()
    await page.get_by_label("이름").fill("김미나")
    await page.get_by_label("이메일").fill(email)
    await page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="회원가입").tap()
    await page.get_by_role("link", name="좌석 선택").tap()
    await page.get_by_role("button", name=KO.best).tap()
    await page.get_by_role("button", name="부족한 금액만").tap()
    await page.get_by_role("button", name=re.compile(f"{KO.top_up}$")).tap()
    await pay(page, KO)
    codes = page.get_by_role("img", name=re.compile("QR 코드"))
    await expect(codes).to_have_count(2)
    shown = {await read(code) for code in await codes.all()}
    fan = await site.sign_in(email)
    (reservation,) = (await fan.get("/reservations"))["items"]
    (balance_minor, tickets) = (await fan.balance(), reservation["tickets"])

    assert shown == {f"TICKET:{ticket['id'].upper()}" for ticket in tickets}
    assert balance_minor == 0


async def test_a_purchase_needs_nothing_but_a_keyboard(visits: Visits, site: Site) -> None:
    concert = await site.concert("Without a mouse")
    page = await visits.begin(await site.fan(balance_minor=RICH_MINOR))
    await page.goto("/")
    await press(page, concert.title)
    await press(page, "Go to the seats")
    await press(page, "Choose seats")
    await press(page, "List")
    await press(page, "Seats")
    await press(page, "Row 1")
    await press(page, "Seat 3")
    await press(page, "Hold these seats")
    await press(page, "Pay")

    await expect(page.get_by_role("heading", name=EN.thanks)).to_be_visible()
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_be_visible()


async def press(page: Page, name: str) -> None:
    """Go with Tab to what is called so, and press Enter."""
    named = page.locator("a, button, summary", has_text=name).or_(page.get_by_label(name))
    await named.filter(visible=True).first.wait_for()
    seen = []
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        seen.append(await page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText ?? ''"))
        if seen[-1].startswith(name):
            return await page.keyboard.press("Enter")
    return pytest.fail(f"Tab does not come to {name!r}, only to {seen}")


async def in_front_of_the_till(visits: Visits, site: Site, title: str) -> tuple[Page, OnSale]:
    """A fan with money, who holds one seat and has not paid."""
    concert = await site.concert(title)
    page = await visits.begin(await site.fan(balance_minor=RICH_MINOR))
    await to_seats(page, concert)
    await choose(page, "1")
    await hold(page)
    return page, concert


async def paid_once(page: Page) -> None:
    """One reservation in the list, one payment in the history."""
    await page.goto("/reservations")
    await expect(page.locator("main li a")).to_have_count(1)
    await page.goto("/wallet")
    await expect(page.locator("main li", has_text="Payment")).to_have_count(1)


async def test_a_double_click_pays_once(visits: Visits, site: Site) -> None:
    page, _ = await in_front_of_the_till(visits, site, "Twice clicked")
    await page.get_by_role("button", name=EN.pay).dblclick()
    await expect(page.get_by_role("heading", name=EN.thanks)).to_be_visible()

    await paid_once(page)


async def test_nothing_is_asked_twice_on_the_way_from_the_seats_to_the_till(visits: Visits, site: Site) -> None:
    page, _ = await in_front_of_the_till(visits, site, "Once each")
    await expect(page.get_by_role("heading", name="Once each")).to_be_visible()
    await expect(page.locator(".checkout-seats li")).to_have_count(1)
    held = next(no for no, path in enumerate(paths(visits, page)) if path.endswith("/holds"))
    asked = [path for path in paths(visits, page)[held:] if not path.endswith("/availability")]

    assert sorted(set(asked)) == sorted(asked)


async def test_after_a_purchase_the_concert_tells_of_the_tickets_and_leads_to_no_seats(
    visits: Visits, site: Site
) -> None:
    page, concert = await in_front_of_the_till(visits, site, "Bought and back")
    await pay(page)
    await expect(page.get_by_text("kept on this device")).to_be_visible()
    await page.goto(f"/concerts/{concert.id}")

    await expect(page.get_by_text("You have 1 ticket for this date.")).to_be_visible()
    await expect(page.get_by_role("link", name="Join the queue")).to_be_visible()
    await expect(page.get_by_role("link", name="Go to the seats")).to_be_hidden()


def paths(visits: Visits, page: Page) -> list[str]:
    """What was asked of the API, in the order of the answers."""
    urls = [urlsplit(answer.url).path for answer in visits.watch(page).answers]
    return [path for path in urls if path.startswith("/api/")]


async def test_a_payment_whose_answer_is_lost_is_found_after_a_reload_and_charged_once(
    visits: Visits, site: Site
) -> None:
    page, _ = await in_front_of_the_till(visits, site, "Answer lost")
    visits.watch(page).network_may_fail = True
    keys: list[str] = []

    async def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/v1/payments", lose)
    await page.get_by_role("button", name=EN.pay).click()
    await expect(page.get_by_text("we do not know yet whether your payment went through")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name=EN.thanks)).to_be_visible()

    assert len(keys) >= 2
    assert len(set(keys)) == 1
    await paid_once(page)


async def test_a_cancelled_reservation_shows_no_code_and_the_money_is_back(visits: Visits, site: Site) -> None:
    concert = await site.concert("Changed my mind")
    fan = await site.fan()
    reservation = await fan.buy(concert, 0, 1)
    page = await visits.begin(fan)
    await page.goto(f"/reservations/{reservation['id']}")
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_have_count(2)
    await page.get_by_role("button", name="Cancel this reservation").click()
    await page.get_by_role("button", name="Cancel it").click()

    await expect(page.get_by_text("Cancelled.")).to_be_visible()
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_have_count(0)
    assert await fan.balance() == 330_000
