import asyncio
from typing import Any

import msgspec
import pytest

from boxoffice.adapters.database import TransactionConflict
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.catalog.models import Concert, Performance
from boxoffice.catalog.service import CatalogService
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Conflict, InvalidPlan, InvalidRequest, NotFound, Unavailable
from boxoffice.kernel.ids import IdSource
from tests.standins import StandInDatabase
from tests.unit.catalog.parts import OPERATOR, TABLE, UNKNOWN, StandInLog, StandInRepository

STARTS_MS = 1_800_000_000_000
PRICES = {"VIP": 200, "R": 100}


class House:
    """The service over stand-ins."""

    def __init__(self, clock: ManualClock, ids: IdSource) -> None:
        self.clock = clock
        self.database: Any = StandInDatabase()
        self.repository: Any = StandInRepository()
        self.log = StandInLog()
        self.service = CatalogService(
            database=self.database,
            repository=self.repository,
            accounts=self.log,
            ids=ids,
            clock=clock,
            metrics=NullMetrics(),
            currency="KRW",
            seats_per_fan=4,
            snapshot_ms=500,
        )

    async def performance(self) -> Performance:
        """One performance in the small plan."""
        venue_id = await self.service.ensure_venue(OPERATOR, "Hall")
        plan = await self.service.import_plan(OPERATOR, venue_id, "Club", TABLE, "csv")
        concert = await self.concert()
        return await self.service.create_performance(
            OPERATOR, concert.id, plan_id=plan.id, starts_ms=STARTS_MS, prices=PRICES
        )

    async def concert(self) -> Concert:
        return await self.service.create_concert(OPERATOR, title=" One ", artist="Band")


@pytest.fixture
def house(clock: ManualClock, ids: IdSource) -> House:
    return House(clock, ids)


async def test_what_operators_do_is_committed_and_written_down(house: House) -> None:
    performance = await house.performance()

    actions = [action for _, action, _ in house.log.recorded]
    assert actions == ["venue.create", "plan.import", "concert.create", "performance.create"]
    assert house.log.recorded[3] == (OPERATOR, "performance.create", performance.id)
    assert all(session.committed for session in house.database.writes)


async def test_a_venue_of_the_same_name_is_made_once(house: House) -> None:
    first = await house.service.ensure_venue(OPERATOR, "Hall")

    assert await house.service.ensure_venue(OPERATOR, " Hall ") == first
    assert (await house.service.create_venue(OPERATOR, "Hall")).id != first


async def test_the_same_content_is_the_same_plan(house: House) -> None:
    venue_id = await house.service.ensure_venue(OPERATOR, "Hall")
    first = await house.service.import_plan(OPERATOR, venue_id, "Club", TABLE, "csv")

    assert await house.service.import_plan(OPERATOR, venue_id, "Club", TABLE + b"\n", "csv") == first
    assert (await house.service.import_plan(OPERATOR, venue_id, "Other", TABLE, "csv")).id != first.id
    assert (first.seat_count, [tier.seat_count for tier in first.tiers]) == (3, [2, 1])


async def test_a_preview_is_the_plan_that_an_import_stores_and_stores_nothing(house: House) -> None:
    venue_id = await house.service.ensure_venue(OPERATOR, "Hall")
    preview = msgspec.json.decode(await house.service.preview_plan(TABLE, "csv"))

    assert (house.repository.plan_of, await house.service.plans(venue_id, None, 9)) == ({}, [])
    plan = await house.service.import_plan(OPERATOR, venue_id, "Club", TABLE, "csv")
    stored = msgspec.json.decode(await house.service.plan_seats(plan.id))
    assert stored["tiers"] == [
        {"name": "VIP", "color": "#4e79a7", "seat_count": 2},
        {"name": "R", "color": "#f28e2b", "seat_count": 1},
    ]
    changes_with_name = {"name", "version"}
    assert {key: value for key, value in preview.items() if key not in changes_with_name} == {
        key: value for key, value in stored.items() if key not in changes_with_name
    }
    assert await house.service.plans(venue_id, None, 9) == [plan]
    with pytest.raises(NotFound):
        await house.service.plans(UNKNOWN, None, 9)
    with pytest.raises(NotFound):
        await house.service.plan_seats(UNKNOWN)


async def test_a_plan_that_cannot_be_stored_changes_nothing(house: House) -> None:
    venue_id = await house.service.ensure_venue(OPERATOR, "Hall")

    with pytest.raises(InvalidPlan):
        await house.service.import_plan(OPERATOR, venue_id, "Club", TABLE + b"x", "csv")
    with pytest.raises(InvalidRequest):
        await house.service.import_plan(OPERATOR, venue_id, None, TABLE, "csv")
    with pytest.raises(InvalidRequest):
        await house.service.import_plan(OPERATOR, venue_id, "\x00", TABLE, "csv")
    with pytest.raises(NotFound):
        await house.service.import_plan(OPERATOR, UNKNOWN, "Club", TABLE, "csv")
    assert house.repository.plan_of == {}


async def test_a_lost_race_in_the_database_may_be_tried_again(house: House) -> None:
    venue_id = await house.service.ensure_venue(OPERATOR, "Hall")
    house.repository.failure = TransactionConflict()

    with pytest.raises(Unavailable):
        await house.service.import_plan(OPERATOR, venue_id, "Club", TABLE, "csv")


async def test_texts_of_a_concert_are_cleaned(house: House) -> None:
    concert = await house.concert()

    assert (concert.title, concert.currency) == ("One", "KRW")
    for wrong in ({"title": "a\u202eb"}, {"artist": " "}, {"description": "\x00"}, {"sale_opens_ms": 0}):
        with pytest.raises(InvalidRequest):
            await house.service.create_concert(OPERATOR, **{"title": "One", "artist": "Band"} | wrong)


async def test_a_performance_has_the_prices_of_every_tier(house: House) -> None:
    performance = await house.performance()

    assert [(tier.name, tier.price_minor) for tier in performance.tiers] == [("VIP", 200), ("R", 100)]
    assert (performance.seats_per_fan, performance.venue) == (4, "Hall")


@pytest.mark.parametrize(
    "wrong",
    [
        {"prices": {"VIP": 1}},
        {"prices": PRICES | {"X": 1}},
        {"starts_ms": 0},
        {"seats_per_fan": 0},
        {"plan_id": UNKNOWN},
    ],
)
async def test_a_performance_that_cannot_be_sold_is_refused(house: House, wrong: dict[str, Any]) -> None:
    known = await house.performance()
    asked = {"plan_id": known.plan_id, "starts_ms": STARTS_MS, "prices": PRICES} | wrong

    with pytest.raises(InvalidRequest):
        await house.service.create_performance(OPERATOR, known.concert_id, **asked)
    assert not house.database.writes[-1].committed


async def test_a_performance_of_an_unknown_concert_is_refused(house: House) -> None:
    with pytest.raises(NotFound):
        await house.service.create_performance(OPERATOR, UNKNOWN, plan_id=UNKNOWN, starts_ms=STARTS_MS, prices=PRICES)


async def test_a_concert_has_a_bound_on_performances(house: House) -> None:
    known = await house.performance()
    concert = house.repository.concerts_by_id[known.concert_id]
    house.repository.concerts_by_id[concert.id] = concert._replace(performances=(known,) * 100)

    with pytest.raises(Conflict):
        await house.service.create_performance(
            OPERATOR, concert.id, plan_id=known.plan_id, starts_ms=STARTS_MS, prices=PRICES
        )


async def test_a_performance_is_read_once_however_many_ask(house: House) -> None:
    known = await house.performance()

    views = await asyncio.gather(*(house.service.performance(known.id) for _ in range(50)))

    assert len({id(view) for view in views}) == 1
    assert house.repository.reads == ["performance", "plan"]


async def test_a_view_knows_seats_prices_and_runs(house: House) -> None:
    known = await house.performance()

    view = await house.service.performance(known.id)

    assert (view.seat(2).label, view.seat(2).tier, view.seat_count) == ("1", "R", 3)
    assert [view.price_of(no) for no in range(3)] == [200, 200, 100]
    assert (list(view.tier_of), view.currency, view.concert_id) == ([0, 0, 1], "KRW", known.concert_id)
    assert [[(start, length) for start, length, _ in tier] for tier in view.runs] == [[(0, 2)], [(2, 1)]]


async def test_performances_of_one_plan_share_its_seats(house: House) -> None:
    one, other = await house.performance(), await house.performance()

    views = [await house.service.performance(each.id) for each in (one, other)]

    assert views[0].plan is views[1].plan


async def test_an_unknown_performance_is_not_remembered(house: House) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await house.service.performance(UNKNOWN)

    assert house.repository.reads == ["performance"] * 2


async def test_the_seat_map_is_encoded_once(house: House) -> None:
    known = await house.performance()

    first = await house.service.plan_document(known.id)
    house.clock.advance(10**12)

    assert (await house.service.plan_document(known.id)).body is first.body
    document = msgspec.json.decode(first.body)
    assert document["seats"][2] == {
        "no": 2,
        "section": "Floor",
        "row": "B",
        "label": "1",
        "tier": "R",
        "x": 0,
        "y": 20.5,
    }
    assert document["tiers"][0] == {"name": "VIP", "color": "#4e79a7", "price_minor": 200}
    assert (document["version"], document["name"], document["areas"]) == (known.plan_version, "Club", [])


async def test_everybody_gets_the_same_bytes_until_they_are_old(house: House) -> None:
    concert = await house.concert()

    first = await house.service.concert_document(concert.id)
    house.clock.advance(499)
    assert await house.service.concert_document(concert.id) is first
    house.clock.advance(1)
    assert await house.service.concert_document(concert.id) is not first


async def test_a_new_performance_shows_at_once(house: House) -> None:
    known = await house.performance()
    await house.service.concert_document(known.concert_id)
    await house.service.page_document(None, 20)
    await house.service.performances_of(known.concert_id)

    await house.service.create_performance(
        OPERATOR, known.concert_id, plan_id=known.plan_id, starts_ms=STARTS_MS + 1, prices=PRICES
    )

    concert = msgspec.json.decode((await house.service.concert_document(known.concert_id)).body)
    page = msgspec.json.decode((await house.service.page_document(None, 20)).body)
    assert [each["starts_at"] for each in concert["performances"]] == [
        "2027-01-15T08:00:00Z",
        "2027-01-15T08:00:00.001000Z",
    ]
    assert page == {"items": [concert], "next": None}
    assert len(await house.service.performances_of(known.concert_id)) == 2


async def test_pages_follow_each_other_by_cursor(house: House) -> None:
    made = [await house.concert() for _ in range(3)]

    first = msgspec.json.decode((await house.service.page_document(None, 2)).body)
    second = msgspec.json.decode((await house.service.page_document(first["next"], 2)).body)

    assert [each["id"] for each in first["items"]] == [made[2].id, made[1].id]
    assert ([each["id"] for each in second["items"]], second["next"]) == ([made[0].id], None)


async def test_the_index_is_read_at_most_once_a_second(house: House) -> None:
    known = await house.performance()

    for _ in range(10):
        assert await house.service.concert_ids() == [known.concert_id]
        assert await house.service.performances_of(known.concert_id) == (known.id,)
        assert await house.service.concert_exists(known.concert_id)
    house.clock.advance(1000)
    await house.service.concert_ids()

    assert house.repository.reads == ["index"] * 2


async def test_background_work_goes_on_with_the_last_index(house: House) -> None:
    known = await house.performance()
    await house.service.concert_ids()
    house.repository.failure = Unavailable()
    house.clock.advance(1000)

    assert await house.service.concert_ids() == [known.concert_id]


async def test_a_concert_that_another_instance_just_made_exists(house: House) -> None:
    known = await house.performance()
    await house.service.concert_ids()
    concert = house.repository.concerts_by_id[known.concert_id]
    house.repository.concerts_by_id[UNKNOWN] = concert._replace(id=UNKNOWN)

    assert await house.service.concert_exists(UNKNOWN)
    assert await house.service.performances_of(UNKNOWN) == (known.id,)
    assert not await house.service.concert_exists(OPERATOR)
    with pytest.raises(NotFound):
        await house.service.performances_of(OPERATOR)


async def test_what_is_unknown_is_not_found(house: House) -> None:
    for asked in (house.service.concert, house.service.venue, house.service.plan, house.service.concert_document):
        with pytest.raises(NotFound):
            await asked(UNKNOWN)
