"""Putting a concert on sale, as an operator would."""

from pathlib import Path

from boxoffice.app import Application
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD
from boxoffice.kernel.clock import SystemClock
from boxoffice.queue.models import PolicyChanges
from tests.world import OPERATOR

PLANS = Path(__file__).parents[2] / "src" / "boxoffice" / "plans"

_DAY_MS = 86_400_000


async def put_on_sale(application: Application, plan: str, changes: PolicyChanges) -> str:
    """One performance of one concert over one of our plans, and the demo's operator; the concert's id."""
    await application.accounts.ensure_account(OPERATOR_EMAIL, PASSWORD, "Operator", role="operator")
    catalog, actor = application.catalog, OPERATOR.user_id
    venue = await catalog.create_venue(actor, "Venue")
    stored = await catalog.import_plan(actor, venue.id, plan, (PLANS / f"{plan}.json").read_bytes(), "json")
    concert = await catalog.create_concert(actor, title="T", artist="A", description="")
    await catalog.create_performance(
        actor,
        concert.id,
        plan_id=stored.id,
        starts_ms=SystemClock().now_ms() + 30 * _DAY_MS,
        prices={tier.name: 1000 for tier in stored.tiers},
    )
    await application.queue.change_policy(OPERATOR, concert.id, changes)
    await application.queue.change_phase(OPERATOR, concert.id, "open")
    return concert.id
