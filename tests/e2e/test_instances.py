"""Instances come and go in the middle of a sale, and nobody is the worse for it."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from rich.console import Console

from boxoffice.adapters.embedded import EmbeddedValkey
from boxoffice.app import Application, build
from boxoffice.crowd.report import CrowdResult
from boxoffice.crowd.run import CrowdPlan, run
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD
from boxoffice.settings import from_environ
from tests.e2e.service import Demo, Instance, environment_of

FANS = 240


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Path]:
    """The folder of a demo that has prepared its sale and was killed; its Valkey runs on."""
    with Demo(tmp_path, "--plan", "hall") as demo:
        demo.kill()
    yield tmp_path
    EmbeddedValkey(tmp_path / "valkey").stop()


@pytest.fixture
async def onlooker(stores: Path) -> AsyncIterator[Application]:
    """Looks at the stores, and does nothing."""
    application = build(from_environ(environment_of(stores)))
    yield application
    await application.close()


async def crowd_at(*urls: str) -> CrowdResult:
    """A seeded crowd for which there is room: how each fan ends is the same each time."""
    wishes = CrowdPlan(
        base_urls=urls,
        fans=FANS,
        operator_email=OPERATOR_EMAIL,
        operator_password=PASSWORD,
        arrival_s=8,
        connections=64,
    )
    return await run(wishes, console=Console(quiet=True))


async def until_sold(onlooker: Application, seats: int, crowd: "asyncio.Task[CrowdResult]") -> None:
    (concert_id,) = await onlooker.catalog.concert_ids()
    (performance_id,) = await onlooker.catalog.performances_of(concert_id)
    async with asyncio.timeout(60):
        while (await onlooker.seats.states(performance_id)).sold < seats:
            assert not crowd.done()
            await asyncio.sleep(0.02)


async def the_runner_of(instances: list[Instance]) -> Instance:
    """The one instance that runs the jobs; after a crash that takes the 10 s of its lock."""
    async with asyncio.timeout(15):
        while True:
            runners = [each for each in instances if await asyncio.to_thread(runs_the_jobs, each)]
            if len(runners) == 1:
                return runners[0]
            await asyncio.sleep(0.1)


def runs_the_jobs(instance: Instance) -> bool:
    with urlopen(f"{instance.url}/metrics", timeout=5) as reply:
        return 'boxoffice_job_running{job="reconcile"} 1.0' in reply.read().decode()


async def test_instances_are_killed_added_stopped_and_started_in_a_sale_and_nothing_comes_out_different(
    tmp_path: Path, stores: Path, onlooker: Application, record_property: Callable[[str, object], None]
) -> None:
    with Demo(tmp_path / "alone", "--plan", "hall") as demo:
        alone = await crowd_at(demo.url)
    instances = [Instance(stores) for _ in range(4)]
    one, two, three, four = instances
    try:
        for instance in (one, two, three):
            await instance.start()
        # The one that runs the jobs is the one to kill.
        first = await the_runner_of([one, two, three])
        second = two if first is one else one
        crowd = asyncio.create_task(crowd_at(*(instance.url for instance in instances)))
        try:
            await until_sold(onlooker, 60, crowd)
            killed = await first.end(signal.SIGKILL)
            await until_sold(onlooker, 120, crowd)
            await four.start()
            await until_sold(onlooker, 200, crowd)
            stopped = await second.end(signal.SIGTERM)
            await until_sold(onlooker, 240, crowd)
            await first.start()
            result = await crowd
        finally:
            crowd.cancel()
        await the_runner_of([first, three, four])
    finally:
        for instance in instances:
            instance.clear_away()

    record_property("faults", result.faults)
    record_property("seconds", [round(alone.seconds, 1), round(result.seconds, 1)])

    assert result.ok, [check for check in result.checks if not check.ok]
    assert result.endings == alone.endings
    assert (killed, stopped) == (-signal.SIGKILL, 0)
    assert set(result.faults) <= {"connection_refused", "connection_lost", "unavailable"}, result.faults
    for instance in instances:
        assert '"level":"error"' not in instance.log.read_text()
