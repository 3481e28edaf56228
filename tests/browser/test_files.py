"""What comes over the wire before a fan sees anything."""

from playwright.async_api import expect

from tests.browser.site import Site
from tests.browser.visits import Visits
from tests.browser.watch import settled

SCRIPTS_MAX_BYTES = 60_000
"""Of the first page, compressed."""


async def test_the_first_page_takes_few_bytes_of_script_and_leaves_the_seat_map_for_later(
    visits: Visits, site: Site
) -> None:
    page = await visits.begin()
    await page.goto("/")
    await settled(page)
    scripts = [response for response in visits.watch(page).answers if response.request.resource_type == "script"]
    sizes = {script.url: (await script.request.sizes())["responseBodySize"] for script in scripts}

    assert 0 < sum(sizes.values()) <= SCRIPTS_MAX_BYTES, sizes
    assert [url for url in sizes if "seat" in url.rpartition("/")[2]] == []


async def test_every_asset_may_be_kept_for_ever_and_the_page_itself_is_asked_for_again(
    visits: Visits, site: Site
) -> None:
    page = await visits.begin()
    await page.goto("/sign-in")
    await settled(page)
    cached = {
        response.url.removeprefix(site.url): response.headers.get("cache-control", "")
        for response in visits.watch(page).answers
    }
    assets = {path: kept for path, kept in cached.items() if path.startswith("/assets/")}

    assert cached["/sign-in"] == "no-cache"
    assert len(assets) >= 3, cached
    assert {"public, max-age=31536000, immutable"} == set(assets.values())


async def test_a_page_that_is_not_there_says_so_and_leads_back(visits: Visits) -> None:
    page = await visits.begin(language="ko")
    for path in ("/concerts/%E0%A4%A/queue", "/nowhere"):
        await page.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_have_text("없는 페이지입니다")

    await page.get_by_role("link", name="공연 목록으로").click()
    await expect(page).to_have_url("/")
