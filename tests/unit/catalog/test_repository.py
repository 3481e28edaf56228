from pathlib import Path
from time import perf_counter

import pytest

from boxoffice.adapters.database import Database, TransactionConflict
from boxoffice.catalog.models import Concert, Performance, PlanSummary, PricedTier, SeatingPlan, Venue
from boxoffice.catalog.policy import parse_plan, priced
from boxoffice.catalog.repository import CatalogRepository
from boxoffice.kernel.ids import IdSource
from tests.unit.catalog.parts import UNKNOWN, small_plan

ARENA = Path(__file__).parents[3] / "src" / "boxoffice" / "plans" / "arena.json"


@pytest.fixture
def repository() -> CatalogRepository:
    return CatalogRepository()


async def add_plan(
    database: Database, repository: CatalogRepository, ids: IdSource, plan: SeatingPlan | None = None
) -> PlanSummary:
    plan = plan or small_plan()
    venue = Venue(ids.next(), "Hall", 7)
    summary = plan.summary(ids.next(), venue.id, 8)
    async with database.write() as session:
        await repository.add_venue(session, venue)
        await repository.add_plan(session, summary, plan)
        await session.commit()
    return summary


async def add_concert(database: Database, repository: CatalogRepository, ids: IdSource, title: str = "One") -> Concert:
    concert = Concert(ids.next(), title, "Band", "Loud", "KRW", 1_800_000_000_000)
    async with database.write() as session:
        await repository.add_concert(session, concert, 9)
        await session.commit()
    return concert


async def add_performance(
    database: Database,
    repository: CatalogRepository,
    ids: IdSource,
    concert: Concert,
    plan: PlanSummary,
    starts_ms: int = 5,
) -> Performance:
    tiers = priced(plan.tiers, {"VIP": 200, "R": 100})
    performance = Performance(
        ids.next(), concert.id, plan.id, plan.version, "Hall", starts_ms, plan.seat_count, 4, tiers
    )
    async with database.write() as session:
        await repository.add_performance(session, performance, 9)
        await session.commit()
    return performance


async def test_a_stored_plan_is_read_back_as_it_was(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = parse_plan(ARENA.read_bytes(), "json")
    summary = await add_plan(database, repository, ids, plan)

    async with database.read() as session:
        stored = await repository.plan(session, summary.id)
        stored_summary = await repository.plan_summary(session, summary.id)

    assert stored is not None
    assert list(stored.seats) == list(plan.seats)
    assert stored._replace(seats=plan.seats) == plan
    assert stored_summary == summary


async def test_an_arena_is_stored_within_a_second(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = parse_plan(ARENA.read_bytes(), "json")
    started_s = perf_counter()

    await add_plan(database, repository, ids, plan)

    assert perf_counter() - started_s < 5  # measured 0.2; the rest is for a busy machine


async def test_a_plan_is_found_by_its_version_in_its_venue_only(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    summary = await add_plan(database, repository, ids)

    async with database.read() as session:
        assert await repository.plan_with_version(session, summary.venue_id, summary.version) == summary
        assert await repository.plan_with_version(session, UNKNOWN, summary.version) is None
        assert await repository.plan_with_version(session, summary.venue_id, "other") is None


async def test_a_plan_of_an_unknown_venue_is_not_stored(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = small_plan()

    with pytest.raises(TransactionConflict):
        async with database.write() as session:
            await repository.add_plan(session, plan.summary(ids.next(), UNKNOWN, 1), plan)
            await session.commit()


async def test_venues_are_listed_newest_first_by_cursor(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    stored = [Venue(ids.next(), f"Hall {number}", number) for number in range(3)]
    async with database.write() as session:
        for venue in stored:
            await repository.add_venue(session, venue)
        await session.commit()

    async with database.read() as session:
        assert await repository.venues(session, None, 2) == [stored[2], stored[1]]
        assert await repository.venues(session, stored[1].id, 2) == [stored[0]]
        assert await repository.venue(session, stored[0].id) == stored[0]
        assert await repository.venue_named(session, "Hall 1") == stored[1]
        assert await repository.venue_named(session, "Hall 9") is None


async def test_locking_tells_whether_there_is_something_to_lock(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = await add_plan(database, repository, ids)
    concert = await add_concert(database, repository, ids)
    await add_performance(database, repository, ids, concert, plan)

    async with database.write() as session:
        assert await repository.lock_venue(session, plan.venue_id)
        assert not await repository.lock_venue(session, UNKNOWN)
        assert await repository.lock_concert(session, concert.id) == 1
        assert await repository.lock_concert(session, UNKNOWN) is None


async def test_a_concert_comes_with_its_performances_earliest_first(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = await add_plan(database, repository, ids)
    concert = await add_concert(database, repository, ids)
    late = await add_performance(database, repository, ids, concert, plan, starts_ms=20)
    early = await add_performance(database, repository, ids, concert, plan, starts_ms=10)

    async with database.read() as session:
        found = await repository.concert(session, concert.id)

    assert found == concert._replace(performances=(early, late))
    assert early.tiers == (PricedTier("VIP", "#4e79a7", 200), PricedTier("R", "#f28e2b", 100))


async def test_concerts_are_listed_newest_first_by_cursor(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = await add_plan(database, repository, ids)
    stored = [await add_concert(database, repository, ids, f"No {number}") for number in range(3)]
    performance = await add_performance(database, repository, ids, stored[0], plan)

    async with database.read() as session:
        assert await repository.concerts(session, None, 2) == [stored[2], stored[1]]
        rest = await repository.concerts(session, stored[1].id, 2)
        assert await repository.concerts(session, stored[0].id, 2) == []

    assert rest == [stored[0]._replace(performances=(performance,))]


async def test_a_performance_comes_with_its_currency(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = await add_plan(database, repository, ids)
    performance = await add_performance(database, repository, ids, await add_concert(database, repository, ids), plan)

    async with database.read() as session:
        assert await repository.performance(session, performance.id) == (performance, "KRW")
        assert await repository.performance(session, UNKNOWN) is None
        assert await repository.concert(session, UNKNOWN) is None
        assert await repository.plan(session, UNKNOWN) is None
        assert await repository.plan_summary(session, UNKNOWN) is None


async def test_the_index_names_the_newest_concerts_with_their_performances(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    plan = await add_plan(database, repository, ids)
    stored = [await add_concert(database, repository, ids) for _ in range(3)]
    late = await add_performance(database, repository, ids, stored[1], plan, starts_ms=20)
    early = await add_performance(database, repository, ids, stored[1], plan, starts_ms=10)

    async with database.read() as session:
        found = await repository.index(session, 2)

    assert list(found.items()) == [(stored[2].id, ()), (stored[1].id, (early.id, late.id))]


async def test_the_plans_of_a_venue_come_newest_first_and_page_by_cursor(
    database: Database, repository: CatalogRepository, ids: IdSource
) -> None:
    first = await add_plan(database, repository, ids)
    await add_plan(database, repository, ids)  # of another venue
    second = small_plan("Second").summary(ids.next(), first.venue_id, 8)
    async with database.write() as session:
        await repository.add_plan(session, second, small_plan("Second"))
        await session.commit()

    async with database.read() as session:
        newest = await repository.plans(session, first.venue_id, None, 1)
        rest = await repository.plans(session, first.venue_id, newest[0].id, 9)

    assert (newest, rest) == ([second], [first])
