"""What the pictures show: the demo's arena, some fans who came before the crowd, and the organiser."""

from collections.abc import Awaitable, Callable, Mapping

from playwright.async_api import Page

from tests.browser.site import Client, OnSale, Site
from tests.browser.visits import Device, Language, Visits
from tests.browser.watch import settled
from tests.patience import eventually

INSIDERS = 8
"""Fans who are inside before the crowd comes; each picture in which somebody is inside takes one."""
LIMIT, RATE_PER_S = 120, 6
"""How the crowd is let in: so slowly that there is a queue in every picture."""
_LONG_S = 3600
_LOOK_MS = 6_000
"""So long does somebody look at the queue before the picture is taken: it has moved on by then."""
LIVE_MS = 25_000
"""The organiser's forecast says nothing sooner."""
LIVE_HEIGHT_PX: Mapping[Device, int] = {"phone": 1700, "desktop": 1500}
_GLIDE_MS = 600
_TRIES_MAX, _STEP_PX = 30, 9


class Gallery:
    """The sale that is shown. The methods that make a picture leave the page as it shall be taken."""

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
        self._customer = self._inside.pop()
        for seats in ((9000, 9001), (9040,)):
            bought = await self._customer.buy(self.concert, *seats)
        # The last one changed their mind, so that the history of the wallet has a refund as well.
        await self._customer.post(f"/reservations/{bought['id']}/cancellation")
        await self._site.change_policy(self.concert, session_ttl_s=60, limit=LIMIT, admit_rate_per_s=RATE_PER_S)

    async def wait_for_crowd(self, waiting: int) -> None:
        """Until so many wait."""

        async def are_there() -> bool:
            return bool((await self._site.operator.get(f"/concerts/{self.concert.id}/queue"))["waiting"] >= waiting)

        await eventually(are_there, within_s=60)

    async def concerts(self, visits: Visits, language: Language, device: Device) -> Page:
        """The list."""
        return await self._open("/", visits, language, device)

    async def concert_page(self, visits: Visits, language: Language, device: Device) -> Page:
        """A concert while many wait."""
        return await self._open(f"/concerts/{self.concert.id}", visits, language, device)

    async def waiting(self, visits: Visits, language: Language, device: Device) -> Page:
        """In line, after some of those ahead have gone in."""
        page = await self._open(self._queue, visits, language, device, await self._site.fan())
        await page.wait_for_timeout(_LOOK_MS)
        return page

    async def seats(self, visits: Visits, language: Language, device: Device) -> Page:
        """The whole plan, and where one can be."""
        return await self._open(self._seats, visits, language, device, self._inside[0])

    async def seats_near(self, visits: Visits, language: Language, device: Device) -> Page:
        """Some seats chosen on the map."""
        page = await self.seats(visits, language, device)
        for _ in range(2 if device == "phone" else 4):
            await page.locator(".seat-map-zoom button").first.click()
            await page.wait_for_timeout(_GLIDE_MS)
        if device == "phone":  # the section below the stage comes nearer
            await _tap(page, 0.41, 0.42)
            await page.wait_for_timeout(_GLIDE_MS)
        for step in range(_TRIES_MAX):
            if await page.locator(".seat-chosen li").count() == 3:
                break
            await _tap(page, 0.4, 0.5 if device == "phone" else 0.3, step * _STEP_PX)
        return page

    async def checkout(self, visits: Visits, language: Language, device: Device) -> Page:
        """Two seats held, and money for them."""
        fan = self._inside.pop()
        held = await fan.post(f"/performances/{self.concert.performance_id}/holds", {"best_available": {"count": 2}})
        kept = f"hold.{held['id']}"
        return await self._open(f"/checkout/{held['id']}", visits, language, device, fan, kept, fan.own(held))

    async def tickets(self, visits: Visits, language: Language, device: Device) -> Page:
        """A reservation with its codes."""
        (*_, reservation) = (await self._customer.get("/reservations"))["items"]
        return await self._open(f"/reservations/{reservation['id']}", visits, language, device, self._customer)

    async def wallet(self, visits: Visits, language: Language, device: Device) -> Page:
        """A balance with its history."""
        return await self._open("/wallet", visits, language, device, self._customer)

    async def live(self, visits: Visits, language: Language, device: Device) -> Page:
        """The organiser's view of it all, after some seconds of it."""
        path = f"/organiser/concerts/{self.concert.id}/live"
        page = await self._open(path, visits, language, device, self._site.operator)
        # The map and the charts stand below what a screen shows.
        await page.set_viewport_size({"width": page.viewport_size["width"], "height": LIVE_HEIGHT_PX[device]})
        await page.wait_for_timeout(LIVE_MS)
        return page

    async def manage(self, visits: Visits, language: Language, device: Device) -> Page:
        """Where the organiser sets the sale up."""
        path = f"/organiser/concerts/{self.concert.id}"
        return await self._open(path, visits, language, device, self._site.operator)

    @property
    def _queue(self) -> str:
        return f"/concerts/{self.concert.id}/queue"

    @property
    def _seats(self) -> str:
        return f"/performances/{self.concert.performance_id}/seats?concert={self.concert.id}"

    async def _open(
        self,
        path: str,
        visits: Visits,
        language: Language,
        device: Device,
        who: Client | None = None,
        key: str = "",
        value: object = None,
    ) -> Page:
        page = await visits.begin(who, language=language, device=device, **({key: value} if key else {}))
        await page.goto(path)
        await settled(page)
        return page


async def _tap(page: Page, across: float, down: float, aside_px: int = 0) -> None:
    # Looked up anew each time: what was chosen takes room below the map.
    box = await page.locator(".seat-map canvas").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * across + aside_px, box["y"] + box["height"] * down)


PICTURES: Mapping[str, Callable[[Gallery, Visits, Language, Device], Awaitable[Page]]] = {
    "concerts": Gallery.concerts,
    "concert": Gallery.concert_page,
    "waiting": Gallery.waiting,
    "seats": Gallery.seats,
    "seats-near": Gallery.seats_near,
    "checkout": Gallery.checkout,
    "tickets": Gallery.tickets,
    "wallet": Gallery.wallet,
    "live": Gallery.live,
    "manage": Gallery.manage,
}
"""By the first word of the file's name."""
