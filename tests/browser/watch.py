"""What must not happen on any page while somebody uses it."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
_NO_NETWORK = re.compile(r"Failed to load resource: net::ERR_")


class Watch:
    """Notes every error in the console or on a page, every request to another host, every failure of the service.

    A refusal of the API (4xx) is part of a sale: the page has to tell it, and Chromium's line about it is no error.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.faults: list[str] = []
        self.answers: list[Response] = []
        self.network_may_fail = False
        """While a test takes the network away."""
        self._context = context
        self._origin = urlsplit(origin).netloc

    async def begin(self) -> None:
        """Watch every page of the context from now on."""
        await self._context.add_init_script(_REPORT_VIOLATIONS)
        self._context.on("console", self._console)
        self._context.on("weberror", self._error)
        self._context.on("request", self._request)
        self._context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        at = urlsplit(str(message.location.get("url", "")))
        if _REFUSED.match(message.text) and at.path.startswith("/api/"):
            return
        if _NO_NETWORK.match(message.text) and self.network_may_fail:
            return
        self.faults.append(f"console {message.type}: {message.text} ({at.path})")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"page error: {error.error}")

    def _request(self, request: Request) -> None:
        at = urlsplit(request.url)
        if at.scheme not in ("data", "blob") and at.netloc != self._origin:
            self.faults.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        self.answers.append(response)
        if response.status >= 500:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")


async def settled(page: Page) -> None:
    """Until nothing is loading and the page has its heading."""
    await page.wait_for_load_state("load")
    await page.locator("main h1").first.wait_for()
    await page.locator("main [aria-busy=true]").first.wait_for(state="detached")
