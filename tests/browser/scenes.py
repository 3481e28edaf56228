"""Every page, with somebody in front of it who has a reason to be there."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from tests.browser.site import Client, Site


class Scene(NamedTuple):
    """Who opens what; `kept` is what their browser remembers."""

    path: str
    who: Client | None = None
    kept: Mapping[str, Any] = {}


Prepare = Callable[[Site], Awaitable[Scene]]


async def _concerts(site: Site) -> Scene:
    await site.concert("Night of a Thousand Lamps", plan="hall")
    return Scene("/")


async def _sign_in(site: Site) -> Scene:
    return Scene("/sign-in")


async def _sign_up(site: Site) -> Scene:
    return Scene("/sign-up")


async def _concert(site: Site) -> Scene:
    concert = await site.concert("Fifty Chairs")
    return Scene(f"/concerts/{concert.id}")


async def _queue(site: Site) -> Scene:
    concert = await site.concert("Fifty Chairs", limit=1)
    await (await site.fan()).join(concert)
    return Scene(f"/concerts/{concert.id}/queue", await site.fan())


async def _nowhere(site: Site) -> Scene:
    return Scene("/nowhere")


SCENES: Mapping[str, Prepare] = {
    "/": _concerts,
    "/concerts/:id": _concert,
    "/concerts/:id/queue": _queue,
    "/sign-in": _sign_in,
    "/sign-up": _sign_up,
    "*": _nowhere,
}
"""By the route in `web/src/app.tsx`; `*` is for paths that no route has."""
