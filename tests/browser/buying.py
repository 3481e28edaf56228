"""The steps of a purchase, as a fan with a mouse or a finger takes them, in either language."""

from typing import NamedTuple

from playwright.async_api import Page, expect

from tests.browser.site import OnSale


class Words(NamedTuple):
    """What stands on the buttons."""

    list: str
    row: str
    hold: str
    best: str
    pay: str
    top_up: str
    thanks: str


EN = Words("List", "Row", "Hold these seats", "Find and hold", "Pay", "Top up", "The seats are yours")
KO = Words("목록", "열", "이 좌석으로 진행", "찾아서 잡기", "결제하기", "충전하기", "예매가 완료되었습니다")


async def to_seats(page: Page, concert: OnSale) -> None:
    """Through the queue, where nobody waits, to the seats."""
    await page.goto(f"/concerts/{concert.id}/queue")
    await page.locator(f'a[href^="/performances/{concert.performance_id}/seats"]').click()
    await page.locator(".seat-stage").wait_for()


async def choose(page: Page, label: str, words: Words = EN) -> None:
    """Take the first seat of this label from the list, in the first row of the first section."""
    await page.get_by_role("button", name=words.list, exact=True).click()
    await page.locator("details.section > summary").first.click()
    await page.locator("details.row > summary").first.click()
    await page.locator("button.seat", has_text=label).first.click()


async def hold(page: Page, words: Words = EN) -> None:
    """Hold what is chosen, and arrive where it is paid for."""
    await page.get_by_role("button", name=words.hold).click()
    await page.wait_for_url("**/checkout/**")


async def pay(page: Page, words: Words = EN) -> None:
    """Pay, and arrive at the tickets."""
    await page.get_by_role("button", name=words.pay).click()
    await expect(page.get_by_role("heading", name=words.thanks)).to_be_visible()
