"""What Prometheus is told of a sale: by one instance, of the sales that are on, and right to the seat."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from boxoffice.app import Application
from boxoffice.backoffice.jobs import SALES_SHOWN_MAX, AuditJob, SaleGaugesJob
from tests.world import OPERATOR, World, world_of


@pytest.fixture
async def world(tmp_path: Path, valkey_url: str) -> AsyncIterator[World]:
    async with world_of(tmp_path, valkey_url, seats=10, limit=3) as ready:
        yield ready


def told(application: Application, name: str) -> dict[str, float]:
    """The values of a metric by their labels, but for the ids."""
    lines = re.findall(rf"^boxoffice_{name}(?:\{{(.*)\}})? (\S+)$", application.metrics.exposition().decode(), re.M)
    return {re.sub(r'(concert|performance)="[^"]*",?', "", labels): float(value) for labels, value in lines}


async def collect(world: World) -> SaleGaugesJob:
    await world.tick()
    job = SaleGaugesJob(world.application.backoffice, world.application.metrics)
    await job.tick()
    return job


async def test_the_queue_and_the_seats_of_a_sale_are_told(world: World) -> None:
    buyer, holder, looker = [await world.inside() for _ in range(3)]
    waiting = await world.visitor()
    await waiting.join()
    await buyer.hold(0)
    await holder.hold(1, 2)
    await looker.buy(3)
    await collect(world)
    application = world.application

    # Whoever has bought has left, and whoever waited has not reported yet.
    assert told(application, "queue_inside") == {"": 2}
    assert told(application, "queue_waiting") == {"": 1}
    assert told(application, "queue_limit") == {"": 3}
    assert told(application, "queue_admitted") == {"": 3}
    assert told(application, "queue_open") == {"": 1}
    assert told(application, "seats") == {
        'state="free"': 6,
        'state="held"': 3,
        'state="paying"': 0,
        'state="sold"': 1,
    }
    assert told(application, "seats_capacity") == {"": 10}
    assert told(application, "holds") == {'state="held"': 2, 'state="paying"': 0}
    assert told(application, "sales") == told(application, "sales_shown") == {"": 1}


async def test_the_age_of_the_oldest_payment_under_way_is_told(world: World) -> None:
    fan = await world.inside()
    held = await fan.hold(0)
    await world.application.seats.claim(fan.user_id, held.json["id"])
    world.clock.advance(45_000)
    await collect(world)

    assert told(world.application, "oldest_paying_seconds") == {"": 45}
    assert told(world.application, "holds")['state="paying"'] == 1


async def test_a_paused_sale_is_told_as_paused_and_a_closed_one_not_at_all(world: World) -> None:
    await world.application.queue.change_phase(OPERATOR, world.concert_id, "pause")
    await collect(world)
    paused = told(world.application, "queue_open")
    await world.application.queue.change_phase(OPERATOR, world.concert_id, "close")
    await collect(world)

    assert paused == {"": 0}
    assert told(world.application, "queue_open") == told(world.application, "seats") == {}
    assert told(world.application, "sales") == {"": 0}


async def test_of_very_many_sales_the_newest_are_told(world: World) -> None:
    catalog, queue = world.application.catalog, world.application.queue
    for number in range(SALES_SHOWN_MAX):
        concert = await catalog.create_concert(OPERATOR.user_id, title=f"T{number}", artist="A", description="")
        await queue.change_phase(OPERATOR, concert.id, "open")
    await collect(world)
    exposition = world.application.metrics.exposition().decode()

    assert len(re.findall("^boxoffice_queue_waiting{", exposition, re.M)) == SALES_SHOWN_MAX
    assert world.concert_id not in exposition
    assert told(world.application, "sales") == {"": SALES_SHOWN_MAX + 1}


async def test_an_instance_that_lost_the_job_tells_nothing_of_it(world: World) -> None:
    job = await collect(world)
    job.retire()

    assert told(world.application, "queue_waiting") == told(world.application, "seats") == {}


async def test_an_audit_that_finds_nothing_says_0_and_when(world: World) -> None:
    await (await world.inside()).buy(0)
    await world.tick()
    application = world.application
    await AuditJob(application.backoffice, application.metrics, world.clock).tick()

    assert told(application, "audit_broken") == {"": 0}
    assert told(application, "audit_sales") == {"": 1}
    assert told(application, "audit_timestamp_seconds") == {"": world.clock.now_ms() / 1000}


async def test_an_audit_counts_what_it_finds_broken(world: World) -> None:
    await (await world.inside()).buy(0)
    await world.tick()
    application = world.application
    async with application.database.write() as session:
        await session.execute(text("UPDATE wallets SET balance_minor = balance_minor + 1"))
        await session.commit()
    await AuditJob(application.backoffice, application.metrics, world.clock).tick()

    assert told(application, "audit_broken") == {"": 1}
