"""Reconciliation while a crowd buys: a sale does not notice it."""

import asyncio
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from boxoffice.app import Application, build
from boxoffice.crowd.report import CrowdResult
from boxoffice.crowd.run import CrowdPlan, run
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD
from boxoffice.settings import from_environ
from tests.e2e.service import Demo, clean_environ, command, environment_of


async def crowd_at(demo: Demo) -> CrowdResult:
    """A seeded crowd for which there is room: what each fan does and meets is the same each time."""
    wishes = CrowdPlan(
        base_urls=(demo.url,), fans=200, operator_email=OPERATOR_EMAIL, operator_password=PASSWORD, arrival_s=4
    )
    return await run(wishes, console=Console(quiet=True))


def refused_payments(result: CrowdResult) -> dict[str, int]:
    """Refusals that the seed decides; whose seat is taken by whom is a matter of moments."""
    return {what: count for what, count in result.refusals.items() if what != "hold seats: seat_taken"}


async def reconcile_everything(application: Application) -> Counter[str]:
    mended: Counter[str] = Counter()
    for concert_id in await application.catalog.concert_ids():
        for performance_id in await application.catalog.performances_of(concert_id):
            mended += await application.reservations.reconcile_fully(performance_id)
    return mended


async def test_reconciling_again_and_again_does_not_disturb_a_running_sale(tmp_path: Path) -> None:
    with Demo(tmp_path / "quiet", "--plan", "hall") as demo:
        undisturbed = await crowd_at(demo)
    with Demo(tmp_path / "mended", "--plan", "hall") as demo:
        application = build(from_environ(environment_of(tmp_path / "mended")))
        crowd = asyncio.create_task(crowd_at(demo))
        mended: Counter[str] = Counter()
        rounds = 0
        try:
            while not crowd.done():
                mended += await reconcile_everything(application)
                rounds += 1
                await asyncio.sleep(0.01)
            result = await crowd
            afterwards = await reconcile_everything(application)
        finally:
            crowd.cancel()
            await application.close()

    assert result.ok, [check for check in result.checks if not check.ok]
    assert rounds > 50
    assert result.endings == undisturbed.endings
    assert refused_payments(result) == refused_payments(undisturbed)
    assert result.faults == {}
    # Seats may be set or freed for a sale or refund that is between its commit and its step in Redis; a payment that is
    # under way is left alone.
    assert mended["paid_hold"] == mended["unpaid_hold"] == 0, mended
    assert afterwards == Counter()


@pytest.mark.parametrize("words", [(), ("018bcfe5-6800-7000-8000-000000000001",)])
def test_the_command_shows_what_it_mended_or_says_that_there_is_no_such_concert(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    with Demo(tmp_path, "--plan", "club-50"):
        ran = subprocess.run(
            command("reconcile", *words),
            env=clean_environ() | environment_of(tmp_path) | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert ran.returncode == (1 if words else 0), ran.stderr
    assert "Traceback" not in ran.stderr
    assert bool(words) != ("seats set sold" in ran.stdout)
