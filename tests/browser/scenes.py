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


async def _seats(site: Site) -> Scene:
    concert = await site.concert("Night of a Thousand Lamps", plan="hall")
    fan = await site.fan()
    await fan.join(concert)
    return Scene(f"/performances/{concert.performance_id}/seats?concert={concert.id}", fan)


async def _checkout(site: Site) -> Scene:
    concert = await site.concert("Fifty Chairs")
    fan = await site.fan()
    await fan.join(concert)
    held = await fan.hold(concert, 3, 4)
    return Scene(f"/checkout/{held['id']}", fan, {f"hold.{held['id']}": fan.own(held)})


async def _customer(site: Site) -> tuple[Client, str]:
    fan = await site.fan()
    reservation = await fan.buy(await site.concert("Fifty Chairs"), 1, 2)
    return fan, reservation["id"]


async def _wallet(site: Site) -> Scene:
    fan, _ = await _customer(site)
    return Scene("/wallet", fan)


async def _reservations(site: Site) -> Scene:
    fan, _ = await _customer(site)
    return Scene("/reservations", fan)


async def _reservation(site: Site) -> Scene:
    fan, reservation_id = await _customer(site)
    return Scene(f"/reservations/{reservation_id}", fan)


async def _organiser(site: Site) -> Scene:
    await site.concert("Fifty Chairs")
    return Scene("/organiser", site.operator)


async def _venues(site: Site) -> Scene:
    return Scene("/organiser/venues", site.operator)


async def _venue(site: Site) -> Scene:
    return Scene(f"/organiser/venues/{site.venue_id}", site.operator)


async def _new_concert(site: Site) -> Scene:
    return Scene("/organiser/concerts/new", site.operator)


async def _managed(site: Site) -> Scene:
    concert = await site.concert("Fifty Chairs")
    return Scene(f"/organiser/concerts/{concert.id}", site.operator)


async def _live(site: Site) -> Scene:
    concert = await site.concert("Fifty Chairs")
    await (await site.fan()).buy(concert, 1, 2)
    return Scene(f"/organiser/concerts/{concert.id}/live", site.operator)


async def _nowhere(site: Site) -> Scene:
    return Scene("/nowhere")


SCENES: Mapping[str, Prepare] = {
    "/": _concerts,
    "/concerts/:id": _concert,
    "/concerts/:id/queue": _queue,
    "/performances/:id/seats": _seats,
    "/checkout/:hold": _checkout,
    "/wallet": _wallet,
    "/reservations": _reservations,
    "/reservations/:id": _reservation,
    "/sign-in": _sign_in,
    "/sign-up": _sign_up,
    "/organiser": _organiser,
    "/organiser/venues": _venues,
    "/organiser/venues/:id": _venue,
    "/organiser/concerts/new": _new_concert,
    "/organiser/concerts/:id": _managed,
    "/organiser/concerts/:id/live": _live,
    "*": _nowhere,
}
"""By the route in `web/src/app.tsx`; `*` is for paths that no route has."""
