"""Commands for an operator: seating plans, concerts, sales, queues, and whether all of it is right."""

import sys
from collections import Counter
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from cyclopts import App, Parameter
from rich.table import Table

from boxoffice.catalog.policy import parse_plan, priced
from boxoffice.cli.running import ACTOR, out, refusals, stop, with_application
from boxoffice.kernel.clock import utc
from boxoffice.kernel.errors import BoxofficeError
from boxoffice.queue.models import PolicyChanges, QueuePolicy

if TYPE_CHECKING:
    from boxoffice.app import Application

plan_app = App(name="plan")
concert_app = App(name="concert")
sale_app = App(name="sale")
queue_app = App(name="queue")
account_app = App(name="account")


@account_app.command(name="create")
def create_account(
    email: str,
    *,
    name: Annotated[str, Parameter(help="What to call them.")] = "Operator",
    role: Annotated[Literal["operator", "fan"], Parameter(help="What they may do.")] = "operator",
) -> None:
    """Make an account (one that exists stays as it is). Asks for the password, or reads it from standard input."""
    password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def work(application: "Application") -> str:
        user = await application.accounts.ensure_account(email, password, name, role=role)
        return f"{user.email} is {'an operator' if user.role == 'operator' else 'a fan'}, {user.id}."

    out.print(with_application(work))


_MENDED = {
    "paid_hold": "paid holds sold",
    "unpaid_hold": "unpaid holds ended",
    "seats_set": "seats set sold",
    "seats_freed": "seats freed",
    "fan_counts": "fans' counts",
}
"""Labels of the metric `reconciled`, and what they are called on a screen."""


@plan_app.command
def check(file: Annotated[Path, Parameter(help="pretix seating-plan JSON, or CSV.")]) -> None:
    """Say what a seating plan holds, or what is wrong with it and where."""
    plan = refusals(lambda: parse_plan(_read(file), _format(file)))
    table = Table("tier", "seats", title=f"{plan.name or file.stem}: {len(plan.seats)} seats")
    for tier in plan.tiers:
        table.add_row(tier.name, str(tier.seat_count))
    out.print(table)


@plan_app.command(name="import")
def import_(
    file: Annotated[Path, Parameter(help="pretix seating-plan JSON, or CSV.")],
    *,
    venue: Annotated[str, Parameter(help="Name of the venue; made if there is none of that name.")],
    name: Annotated[str | None, Parameter(help="Name of the plan; the file's own otherwise.")] = None,
) -> None:
    """Store a seating plan. The same content in the same venue is stored once."""

    async def work(application: "Application") -> str:
        venue_id = await application.catalog.ensure_venue(ACTOR.user_id, venue)
        plan = await application.catalog.import_plan(ACTOR.user_id, venue_id, name, _read(file), _format(file))
        return plan.id

    out.print(with_application(work))


@concert_app.command(name="list")
def list_() -> None:
    """Show every concert with its performances and phase."""

    async def work(application: "Application") -> Table:
        table = Table("concert", "title", "phase", "performance", "starts", "seats")
        for concert_id in await application.catalog.concert_ids():
            concert = await application.catalog.concert(concert_id)
            phase = (await application.queue.policy(concert_id)).phase
            for performance in concert.performances:
                table.add_row(
                    concert.id,
                    concert.title,
                    phase,
                    performance.id,
                    utc(performance.starts_ms).isoformat(),
                    str(performance.seat_count),
                )
        return table

    out.print(with_application(work))


@concert_app.command
def create(
    title: str,
    *,
    plan: Annotated[str, Parameter(help="Id of the seating plan.")],
    price: Annotated[dict[str, int], Parameter(help="Price of each tier in minor units: --price.VIP 150000")],
    starts: Annotated[list[datetime], Parameter(help="Start of each performance, e.g. 2027-05-01T19:00:00+09:00")],
    artist: Annotated[str, Parameter(help="Who plays.")],
    description: Annotated[str, Parameter(help="A few words for the concert's page.")] = "",
    seats_per_fan: Annotated[int | None, Parameter(help="Most seats one fan may have of a performance.")] = None,
) -> None:
    """Create a concert with its performances, not yet on sale; prints its id."""

    async def work(application: "Application") -> str:
        for at in starts:
            if at.tzinfo is None:
                raise BoxofficeError(f"Say the time zone of {at.isoformat()}, e.g. {at.isoformat()}+09:00.")
        # Checked before anything is written: a concert without its performances would be of no use.
        priced((await application.catalog.plan(plan)).tiers, price)
        concert = await application.catalog.create_concert(
            ACTOR.user_id, title=title, artist=artist, description=description
        )
        for at in starts:
            await application.catalog.create_performance(
                ACTOR.user_id,
                concert.id,
                plan_id=plan,
                starts_ms=int(at.timestamp() * 1000),
                prices=price,
                seats_per_fan=seats_per_fan,
            )
        return concert.id

    out.print(with_application(work))


def _phase(concert: str, action: Literal["open", "pause", "resume", "close"]) -> None:
    async def work(application: "Application") -> str:
        return (await application.queue.change_phase(ACTOR, concert, action)).phase

    out.print(f"The sale is {with_application(work)}.")


@sale_app.command(name="open")
def open_(concert: str) -> None:
    """Open the sale: fans may join, and are admitted."""
    _phase(concert, "open")


@sale_app.command
def pause(concert: str) -> None:
    """Admit nobody for now; places in the queue are kept, and those inside may go on."""
    _phase(concert, "pause")


@sale_app.command
def resume(concert: str) -> None:
    """Admit again after a pause."""
    _phase(concert, "resume")


@sale_app.command
def close(concert: str) -> None:
    """End the sale: nobody joins and nobody holds; a hold that exists may still be paid."""
    _phase(concert, "close")


@queue_app.command
def policy(
    concert: str,
    *,
    limit: Annotated[int | None, Parameter(help="Fans inside at once.")] = None,
    admit_rate_per_s: Annotated[float | None, Parameter(help="Most admissions per second; 0: no such bound.")] = None,
    session_ttl_s: Annotated[int | None, Parameter(help="How long a fan may stay inside.")] = None,
    presence_ttl_s: Annotated[
        int | None, Parameter(help="How long after a poll a called fan counts as present.")
    ] = None,
) -> None:
    """Show a concert's queue policy, after changing what is given; it takes effect at the next tick."""
    changes = PolicyChanges(
        limit=limit, admit_rate_per_s=admit_rate_per_s, session_ttl_s=session_ttl_s, presence_ttl_s=presence_ttl_s
    )

    async def work(application: "Application") -> QueuePolicy:
        if changes != PolicyChanges():
            return await application.queue.change_policy(ACTOR, concert, changes)
        return await application.queue.policy(concert)

    out.print_json(msgspec.json.encode(with_application(work)._asdict()).decode())


def reconcile(
    concert: Annotated[str | None, Parameter(help="Id of one concert; all of them otherwise.")] = None,
) -> None:
    """Compare Redis with the database seat by seat, mend what differs, and show it. Safe while a sale is on."""

    async def work(application: "Application") -> Table:
        table = Table("performance", *_MENDED.values(), title="Mended")
        totals: Counter[str] = Counter()
        for concert_id in [concert] if concert else await application.catalog.concert_ids():
            for performance in (await application.catalog.concert(concert_id)).performances:
                mended = await application.reservations.reconcile_fully(performance.id)
                totals += mended
                table.add_row(performance.id, *(str(mended[what]) for what in _MENDED))
        table.add_section()
        table.add_row("in all", *(str(totals[what]) for what in _MENDED))
        return table

    out.print(with_application(work))


def audit(concert: Annotated[str | None, Parameter(help="Id of one concert; all of them otherwise.")] = None) -> None:
    """Read a sale back and prove that its promises held; exit status 1 if one did not."""

    async def work(application: "Application") -> bool:
        held = True
        for concert_id in [concert] if concert else await application.catalog.concert_ids():
            report = await application.backoffice.audit(concert_id)
            table = Table("", "check", "found", title=f"Concert {concert_id}")
            for check in report.checks:
                table.add_row("[green]ok[/]" if check.ok else "[red]BROKEN[/]", check.name, check.detail)
            out.print(table)
            held = held and report.ok
        return held

    if not with_application(work):
        stop("The audit did not hold.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")


def _format(file: Path) -> Literal["json", "csv"]:
    return "csv" if file.suffix.lower() == ".csv" else "json"
