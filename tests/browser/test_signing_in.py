"""Coming in through the door."""

from playwright.async_api import expect

from boxoffice.crowd.target import PASSWORD
from tests.browser.site import Site
from tests.browser.visits import Visits


async def test_a_newcomer_signs_up_stays_signed_in_after_a_reload_and_signs_out_in_every_tab(
    visits: Visits, site: Site
) -> None:
    page = await visits.begin()
    await page.goto("/sign-up")
    await page.get_by_label("Name").fill("Mina Kim")
    await page.get_by_label("E-mail").fill(site.new_email())
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create an account").click()
    await expect(page.get_by_role("link", name="Wallet")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name="Wallet")).to_be_visible()
    second = await page.context.new_page()
    await second.goto("/")
    await expect(second.get_by_role("link", name="Wallet")).to_be_visible()

    await page.get_by_role("button", name="Sign out").click()

    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    await expect(second.get_by_role("link", name="Sign in")).to_be_visible()


async def test_a_wrong_password_is_told_in_a_sentence_and_what_was_typed_stays(visits: Visits, site: Site) -> None:
    fan = await site.fan()
    page = await visits.begin(language="ko", device="phone")
    await page.goto("/sign-in")
    await page.get_by_label("이메일").fill(fan.email)
    await page.get_by_label("비밀번호", exact=True).fill("not the password")
    await page.get_by_role("button", name="로그인").click()

    await expect(page.get_by_role("alert")).to_contain_text("이메일 또는 비밀번호가 올바르지 않습니다")
    await expect(page.get_by_label("이메일")).to_have_value(fan.email)
