"""Windows on the site: each visit is a browser profile of its own, watched, and told of when its test fails."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from playwright.async_api import Browser, Page

from tests.browser.site import Client, Site
from tests.browser.watch import Watch

Device = Literal["phone", "desktop"]
Language = Literal["en", "ko"]
Theme = Literal["light", "dark"]

DEVICES: Mapping[Device, Mapping[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
_LOCALES: Mapping[Language, str] = {"en": "en-GB", "ko": "ko-KR"}
_PATIENCE_MS = 10_000


class Visits:
    """The windows of one test. At its end nothing may have gone wrong in any of them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._watches: dict[Page, Watch] = {}

    async def begin(
        self,
        who: Client | None = None,
        *,
        language: Language = "en",
        device: Device = "desktop",
        theme: Theme = "light",
        **kept: object,
    ) -> Page:
        """A new profile with one empty page, signed in as `who`; `kept` is what its storage holds besides."""
        context = await self._browser.new_context(
            base_url=self._site.url,
            locale=_LOCALES[language],
            timezone_id="Asia/Seoul",
            color_scheme=theme,
            storage_state=who.state(**kept) if who else None,
            **DEVICES[device],
        )
        context.set_default_timeout(_PATIENCE_MS)
        watch = Watch(context, self._site.url)
        await watch.begin()
        await context.tracing.start(snapshots=True)
        page = await context.new_page()
        self._watches[page] = watch
        return page

    def watch(self, page: Page) -> Watch:
        """What is watched in the profile whose first page this is."""
        return self._watches[page]

    def faults(self) -> list[str]:
        """What went wrong in any window."""
        return [fault for watch in self._watches.values() for fault in watch.faults]

    async def keep(self, folder: Path) -> None:
        """Write a picture of every window and a trace of every profile."""
        for number, first in enumerate(self._watches, 1):
            for window, page in enumerate(first.context.pages, 1):
                await page.screenshot(path=folder / f"{number}-{window}.png")
            await first.context.tracing.stop(path=folder / f"{number}.trace.zip")

    async def __aenter__(self) -> "Visits":
        return self

    async def __aexit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        for page in self._watches:
            await page.unroute_all(behavior="ignoreErrors")  # a test may have kept requests waiting
            await page.context.close()
