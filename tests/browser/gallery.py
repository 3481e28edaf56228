"""What the pictures show: the demo's arena, some fans who came before the crowd, and the organiser."""

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from playwright.async_api import Page

from tests.browser.site import Client, OnSale, Site
from tests.browser.visits import Device, Language, Visits
from tests.patience import eventually

INSIDERS = 8
"""Fans who are inside before the crowd comes; each picture in which somebody is inside takes one."""
_LONG_S = 3600

Picture = Callable[["Gallery", Visits, Language, Device], Awaitable[Page]]


class Gallery:
    """The sale that is shown. The methods that make a picture leave the page as it shall be taken."""

    PICTURES: ClassVar[Mapping[str, Picture]] = {}

    def __init__(self, site: Site, concert: OnSale) -> None:
        self.concert = concert
        self._site = site
        self._inside: list[Client] = []

    @classmethod
    async def open(cls, site: Site) -> "Gallery":
        """The demo's biggest concert."""
        listed = (await site.operator.get("/concerts"))["items"]
        arena = max(listed, key=lambda concert: concert["performances"][0]["seat_count"])
        return cls(site, OnSale(arena["id"], arena["performances"][0]["id"], arena["title"]))

    async def seat_some(self) -> None:
        """Let some fans in before anybody else comes."""
        await self._site.change_policy(self.concert, session_ttl_s=_LONG_S)
        for _ in range(INSIDERS):
            fan = await self._site.fan(balance_minor=800_000)
            await fan.join(self.concert)
            self._inside.append(fan)
        await self._site.change_policy(self.concert, session_ttl_s=60)

    async def wait_for_crowd(self, waiting: int) -> None:
        """Until so many wait."""

        async def are_there() -> bool:
            return bool((await self._site.operator.get(f"/concerts/{self.concert.id}/queue"))["waiting"] >= waiting)

        await eventually(are_there, within_s=60)

    async def concerts(self, visits: Visits, language: Language, device: Device) -> Page:
        page = await visits.begin(language=language, device=device)
        await page.goto("/")
        return page

    async def concert_page(self, visits: Visits, language: Language, device: Device) -> Page:
        page = await visits.begin(language=language, device=device)
        await page.goto(f"/concerts/{self.concert.id}")
        return page

    async def waiting(self, visits: Visits, language: Language, device: Device) -> Page:
        page = await visits.begin(await self._site.fan(), language=language, device=device)
        await page.goto(f"/concerts/{self.concert.id}/queue")
        return page
