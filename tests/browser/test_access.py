"""Nobody is kept out by contrast, by a name that is missing, or by what is too small to be hit."""

import re
from pathlib import Path

import pytest
from playwright.async_api import ViewportSize

from tests.browser.axe import serious_faults
from tests.browser.scenes import SCENES
from tests.browser.site import Site
from tests.browser.visits import Visits
from tests.browser.watch import settled

ROUTES = Path(__file__).parents[2] / "web" / "src" / "app.tsx"
PHONE: ViewportSize = {"width": 390, "height": 844}


def test_every_route_has_a_scene() -> None:
    routes = re.findall(r'<Route path="([^"]+)"', ROUTES.read_text())

    assert sorted(SCENES) == sorted([*routes, "*"])


@pytest.mark.parametrize("route", SCENES)
async def test_a_page_has_no_serious_fault_in_either_theme(route: str, visits: Visits, site: Site) -> None:
    scene = await SCENES[route](site)
    page = await visits.begin(scene.who, **scene.kept)
    await page.goto(scene.path)
    await settled(page)
    light = await serious_faults(page)
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(PHONE)
    dark = await serious_faults(page)
    sideways = await page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert light == []
    assert dark == []
    assert sideways <= 0
