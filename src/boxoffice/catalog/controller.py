"""HTTP of the catalogue."""

from collections.abc import Mapping
from typing import Annotated, Protocol

import msgspec
from falcon.asgi import Request, Response

from boxoffice.catalog.models import PLAN_MAX_BYTES, TEXT_MAX_CHARACTERS
from boxoffice.catalog.policy import PlanFormat
from boxoffice.catalog.schemas import (
    ConcertPage,
    ConcertReply,
    ConcertRequest,
    PerformanceReply,
    PerformanceRequest,
    PlanPage,
    PlanReply,
    PlanSeatsReply,
    SeatsReply,
    VenuePage,
    VenueReply,
    VenueRequest,
    concert_reply,
    performance_reply,
    plan_reply,
    venue_reply,
)
from boxoffice.catalog.service import CatalogService
from boxoffice.http.replies import SHARED_FOR_EVER, SHARED_ONE_SECOND, reply, reply_bytes, reply_snapshot
from boxoffice.http.requests import page, path_id, read_body, read_json
from boxoffice.http.routes import PAGE_QUERY, Media, Operation, Query, Route
from boxoffice.kernel import errors as e
from boxoffice.kernel.ids import is_id
from boxoffice.kernel.paging import cut_page

_VENUE = msgspec.json.Decoder(VenueRequest)
_CONCERT = msgspec.json.Decoder(ConcertRequest)
_PERFORMANCE = msgspec.json.Decoder(PerformanceRequest)
_FORMATS: dict[str, PlanFormat] = {"application/json": "json", "text/csv": "csv"}


class Signed(Protocol):
    """Who signed a request."""

    @property
    def user_id(self) -> str: ...


class Guard(Protocol):
    """What the catalogue requires of whoever asks; accounts have it."""

    def operator(self, req: Request, /) -> Signed:
        """An operator. Raises `Unauthorized`, `Forbidden`."""


class ConcertsResource:
    """`/concerts`, `/concerts/{concert_id}`"""

    def __init__(self, service: CatalogService) -> None:
        self._service = service

    async def on_get(self, req: Request, resp: Response) -> None:
        cursor, limit = page(req)
        reply_snapshot(req, resp, await self._service.page_document(cursor, limit))

    async def on_get_one(self, req: Request, resp: Response, concert_id: str) -> None:
        reply_snapshot(req, resp, await self._service.concert_document(path_id(concert_id)))


class SeatsResource:
    """`/performances/{performance_id}/seats`"""

    def __init__(self, service: CatalogService) -> None:
        self._service = service

    async def on_get(self, req: Request, resp: Response, performance_id: str) -> None:
        document = await self._service.plan_document(path_id(performance_id))
        reply_snapshot(req, resp, document, SHARED_FOR_EVER)


class VenuesResource:
    """`/admin/venues`, `/admin/venues/{venue_id}`"""

    def __init__(self, service: CatalogService, guard: Guard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        self._guard.operator(req)
        cursor, limit = page(req)
        found = await self._service.venues(cursor, limit + 1)
        shown, following = cut_page(found, limit, lambda venue: venue.id)
        reply(resp, VenuePage([venue_reply(venue) for venue in shown], following))

    async def on_post(self, req: Request, resp: Response) -> None:
        operator = self._guard.operator(req)
        request = await read_json(req, _VENUE)
        venue = await self._service.create_venue(operator.user_id, request.name)
        reply(resp, venue_reply(venue), 201, location=f"/api/v1/admin/venues/{venue.id}")

    async def on_get_one(self, req: Request, resp: Response, venue_id: str) -> None:
        self._guard.operator(req)
        reply(resp, venue_reply(await self._service.venue(path_id(venue_id))))


class PlansResource:
    """`/admin/venues/{venue_id}/plans`, `/admin/plans/{plan_id}`, its `/seats`, and `/admin/plan-previews`"""

    def __init__(self, service: CatalogService, guard: Guard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response, venue_id: str) -> None:
        self._guard.operator(req)
        cursor, limit = page(req)
        found = await self._service.plans(path_id(venue_id), cursor, limit + 1)
        shown, following = cut_page(found, limit, lambda plan: plan.id)
        reply(resp, PlanPage([plan_reply(plan) for plan in shown], following))

    async def on_post(self, req: Request, resp: Response, venue_id: str) -> None:
        operator = self._guard.operator(req)
        format = _format_of(req)
        await self._service.venue(path_id(venue_id))  # before 32 MiB are read for nothing
        content = await read_body(req, PLAN_MAX_BYTES)
        plan = await self._service.import_plan(operator.user_id, venue_id, req.get_param("name"), content, format)
        reply(resp, plan_reply(plan), 201, location=f"/api/v1/admin/plans/{plan.id}")

    async def on_post_preview(self, req: Request, resp: Response) -> None:
        self._guard.operator(req)
        format = _format_of(req)
        content = await read_body(req, PLAN_MAX_BYTES)
        reply_bytes(resp, await self._service.preview_plan(content, format))

    async def on_get_one(self, req: Request, resp: Response, plan_id: str) -> None:
        self._guard.operator(req)
        reply(resp, plan_reply(await self._service.plan(path_id(plan_id))))

    async def on_get_seats(self, req: Request, resp: Response, plan_id: str) -> None:
        self._guard.operator(req)
        reply_bytes(resp, await self._service.plan_seats(path_id(plan_id)))


class NewConcertsResource:
    """`/admin/concerts`, `/admin/concerts/{concert_id}/performances`"""

    def __init__(self, service: CatalogService, guard: Guard) -> None:
        self._service = service
        self._guard = guard

    async def on_post(self, req: Request, resp: Response) -> None:
        operator = self._guard.operator(req)
        request = await read_json(req, _CONCERT)
        opens = request.sale_opens_at
        concert = await self._service.create_concert(
            operator.user_id,
            title=request.title,
            artist=request.artist,
            description=request.description,
            sale_opens_ms=None if opens is None else round(opens.timestamp() * 1000),
        )
        reply(resp, concert_reply(concert), 201, location=f"/api/v1/concerts/{concert.id}")

    async def on_post_performance(self, req: Request, resp: Response, concert_id: str) -> None:
        operator = self._guard.operator(req)
        request = await read_json(req, _PERFORMANCE)
        if not is_id(request.plan_id):
            raise e.InvalidRequest("The `plan_id` is not the id of a seating plan.")
        performance = await self._service.create_performance(
            operator.user_id,
            path_id(concert_id),
            plan_id=request.plan_id,
            starts_ms=round(request.starts_at.timestamp() * 1000),
            prices=request.prices,
            seats_per_fan=request.seats_per_fan,
        )
        location = f"/api/v1/performances/{performance.id}/seats"
        reply(resp, performance_reply(performance), 201, location=location)


def _format_of(req: Request) -> PlanFormat:
    media_type = (req.content_type or "").partition(";")[0].strip().lower()
    if media_type not in _FORMATS:
        raise e.UnsupportedMediaType("Send the plan as application/json or as text/csv.")
    return _FORMATS[media_type]


_PLAN_NAME = Query(
    "name of the plan; that of the file unless given", Annotated[str, msgspec.Meta(max_length=TEXT_MAX_CHARACTERS)]
)
_PLAN_FILE = (
    Media("application/json", "a seating plan as pretix's editor saves it"),
    Media("text/csv", "lines of section,row,label,tier,x,y with that as the first line"),
)
_FILE_ERRORS = (e.BodyTooLarge, e.UnsupportedMediaType, e.InvalidPlan, e.InvalidRequest)
_JSON_ERRORS = (e.MalformedJson, e.BodyTooLarge, e.UnsupportedMediaType, e.InvalidRequest)


def _admin(
    summary: str,
    replies: dict[int, type],
    *errors: type[e.BoxofficeError],
    request: object = None,
    query: Mapping[str, str | Query] | None = None,
) -> Operation:
    return Operation(
        summary,
        replies,
        request=request,
        errors=(*errors, e.Unavailable),
        signed_in=True,
        role="operator",
        query=query or {},
        location=201 in replies,
    )


def routes(service: CatalogService, guard: Guard) -> list[Route]:
    """The catalogue's paths."""
    concerts, seats = ConcertsResource(service), SeatsResource(service)
    venues, plans = VenuesResource(service, guard), PlansResource(service, guard)
    new_concerts = NewConcertsResource(service, guard)
    concerts_page = Operation(
        "Concerts, newest first",
        {200: ConcertPage},
        errors=(e.InvalidRequest, e.Unavailable),
        query=PAGE_QUERY,
        cache=SHARED_ONE_SECOND,
    )
    one_concert = Operation(
        "One concert", {200: ConcertReply}, errors=(e.NotFound, e.Unavailable), cache=SHARED_ONE_SECOND
    )
    seat_map = Operation(
        "The seat map of a performance; it never changes",
        {200: SeatsReply},
        errors=(e.NotFound, e.Unavailable),
        cache=SHARED_FOR_EVER,
    )
    venue_list = _admin("Venues, newest first", {200: VenuePage}, e.InvalidRequest, query=PAGE_QUERY)
    new_venue = _admin("Add a venue", {201: VenueReply}, *_JSON_ERRORS, request=VenueRequest)
    one_venue = _admin("One venue", {200: VenueReply}, e.NotFound)
    new_plan = _admin(
        "Import a seating plan; the same file again is the same plan",
        {201: PlanReply},
        e.NotFound,
        *_FILE_ERRORS,
        request=_PLAN_FILE,
        query={"name": _PLAN_NAME},
    )
    plan_list = _admin("A venue's plans, newest first", {200: PlanPage}, e.NotFound, query=PAGE_QUERY)
    preview = _admin("What an import would store", {200: PlanSeatsReply}, *_FILE_ERRORS, request=_PLAN_FILE)
    plan_seats = _admin("A seating plan with its seats", {200: PlanSeatsReply}, e.NotFound)
    one_plan = _admin("A seating plan without its seats", {200: PlanReply}, e.NotFound)
    new_concert = _admin("Add a concert", {201: ConcertReply}, *_JSON_ERRORS, request=ConcertRequest)
    new_performance = _admin(
        "Add a performance",
        {201: PerformanceReply},
        e.NotFound,
        e.Conflict,
        *_JSON_ERRORS,
        request=PerformanceRequest,
    )
    root, admin = "/api/v1", "/api/v1/admin"
    return [
        Route(f"{root}/concerts", concerts, {"GET": concerts_page}, tag="Concerts"),
        Route(f"{root}/concerts/{{concert_id}}", concerts, {"GET": one_concert}, suffix="one", tag="Concerts"),
        Route(f"{root}/performances/{{performance_id}}/seats", seats, {"GET": seat_map}, tag="Concerts"),
        Route(f"{admin}/venues", venues, {"GET": venue_list, "POST": new_venue}, tag="Organisers"),
        Route(f"{admin}/venues/{{venue_id}}", venues, {"GET": one_venue}, suffix="one", tag="Organisers"),
        Route(f"{admin}/venues/{{venue_id}}/plans", plans, {"GET": plan_list, "POST": new_plan}, tag="Organisers"),
        Route(f"{admin}/plan-previews", plans, {"POST": preview}, suffix="preview", tag="Organisers"),
        Route(f"{admin}/plans/{{plan_id}}", plans, {"GET": one_plan}, suffix="one", tag="Organisers"),
        Route(f"{admin}/plans/{{plan_id}}/seats", plans, {"GET": plan_seats}, suffix="seats", tag="Organisers"),
        Route(f"{admin}/concerts", new_concerts, {"POST": new_concert}, tag="Organisers"),
        Route(
            f"{admin}/concerts/{{concert_id}}/performances",
            new_concerts,
            {"POST": new_performance},
            suffix="performance",
            tag="Organisers",
        ),
    ]
