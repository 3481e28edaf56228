"""The command line: thin commands over `app.build()`."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NoReturn, TypeVar

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from boxoffice import demo as demo_
from boxoffice import server
from boxoffice.accounts.models import Fan
from boxoffice.adapters.migrate import migrate as migrate_
from boxoffice.app import Application, build
from boxoffice.catalog.policy import parse_plan
from boxoffice.crowd import run as crowd_
from boxoffice.kernel.clock import utc
from boxoffice.kernel.errors import BoxofficeError
from boxoffice.queue.models import PolicyChanges
from boxoffice.settings import Settings, SettingsError, from_environ

ACTOR = Fan(user_id="command-line", role="operator", session_id="", expires_ms=0)
"""Who the audit log names for what is done here."""

app = App(
    name="boxoffice",
    help="Concert reservations that survive the minute when sales open.",
    help_epilogue="Settings are BOXOFFICE_... variables; docs/operations.md has the table.",
)
plan_app = App(name="plan", help="Seating plans: check a file, or import it for a venue.")
concert_app = App(name="concert", help="Concerts: create one, or list them.")
sale_app = App(name="sale", help="A concert's sale: open, pause, resume, close.")
queue_app = App(name="queue", help="A concert's waiting queue.")
for group in (plan_app, concert_app, sale_app, queue_app):
    app.command(group)

_out = Console()
_err = Console(stderr=True)
Result = TypeVar("Result")


@app.command
def serve() -> None:
    """Serve one instance until SIGTERM or Ctrl-C."""
    settings = _settings()
    server.configure_logging(settings.log_level)
    try:
        server.run(settings)
    except server.PortTaken as error:
        _stop(str(error))


@app.command
def demo(
    *,
    port: Annotated[int, Parameter(help="Port to serve on.")] = 8000,
    data: Annotated[Path, Parameter(help="Folder for the database and Valkey's data; kept between starts.")] = Path(
        ".demo"
    ),
    plan: Annotated[
        str | None,
        Parameter(help="Sell this seating plan instead: a JSON or CSV file, or the name of one of ours (arena, hall)."),
    ] = None,
    crowd: Annotated[int, Parameter(help="Send this many fans through the sale while it serves.")] = 0,
    once: Annotated[
        bool,
        Parameter(negative="", help="Stop when the crowd is through; the exit status says whether the audit held."),
    ] = False,
    seed: Annotated[int, Parameter(help="Seed of the crowd's choices.")] = 1,
) -> None:
    """Set a sale up on this machine and serve it: embedded Valkey, SQLite, two concerts on sale."""
    try:
        sys.exit(demo_.run(port=port, data=data, plan=plan, crowd=crowd, once=once, seed=seed))
    except (demo_.DemoError, server.PortTaken) as error:
        _stop(str(error))


@app.command
def crowd(
    *,
    base_url: Annotated[str, Parameter(help="The instance to visit; on this machine only.")] = "http://127.0.0.1:8000",
    fans: Annotated[int, Parameter(help="How many fans.")] = 500,
    concert: Annotated[
        list[str] | None, Parameter(help="Ids of the concerts they want; all that are on sale otherwise.")
    ] = None,
    seed: Annotated[int, Parameter(help="Seed of their choices; the same seed makes the same choices.")] = 1,
    arrival_s: Annotated[float, Parameter(help="All arrive within this many seconds.")] = 2.0,
    connections: Annotated[int, Parameter(help="Most connections at once.")] = 256,
    patience_s: Annotated[float, Parameter(help="How long a fan retries while the service is away.")] = 60.0,
    operator_email: Annotated[str, Parameter(help="Account that reads the sale back.")] = demo_.OPERATOR_EMAIL,
    operator_password: Annotated[
        str, Parameter(env_var="BOXOFFICE_CROWD_OPERATOR_PASSWORD", help="Its password.")
    ] = demo_.PASSWORD,
) -> None:
    """Send fans through a sale over HTTP, then read the whole sale back and audit it."""
    wishes = crowd_.CrowdPlan(
        base_url=base_url,
        fans=fans,
        concert_ids=tuple(concert or ()),
        seed=seed,
        arrival_s=arrival_s,
        connections=connections,
        patience_s=patience_s,
        operator_email=operator_email,
        operator_password=operator_password,
    )
    sys.exit(crowd_.main(wishes, console=_out))


@app.command
def migrate() -> None:
    """Bring the database's schema up to date."""
    _out.print(f"The schema is at revision {asyncio.run(migrate_(_settings().database_url))}.")


@app.command
def audit(concert: Annotated[str | None, Parameter(help="Id of one concert; all of them otherwise.")] = None) -> None:
    """Read a sale back and prove that its promises held; exit status 1 if one did not."""

    async def work(application: Application) -> bool:
        held = True
        for concert_id in [concert] if concert else await application.catalog.concert_ids():
            report = await application.backoffice.audit(concert_id)
            table = Table("", "check", "found", title=f"Concert {concert_id}")
            for check in report.checks:
                table.add_row("[green]ok[/]" if check.ok else "[red]BROKEN[/]", check.name, check.detail)
            _out.print(table)
            held = held and report.ok
        return held

    if not _with_application(work):
        _stop("The audit did not hold.")


@plan_app.command
def check(file: Annotated[Path, Parameter(help="pretix seating-plan JSON, or CSV.")]) -> None:
    """Say what a seating plan holds, or what is wrong with it and where."""
    plan = _refusals(lambda: parse_plan(_read(file), _format(file)))
    table = Table("tier", "seats", title=f"{plan.name or file.stem}: {len(plan.seats)} seats")
    for tier in plan.tiers:
        table.add_row(tier.name, str(tier.seat_count))
    _out.print(table)


@plan_app.command(name="import")
def import_(
    file: Annotated[Path, Parameter(help="pretix seating-plan JSON, or CSV.")],
    *,
    venue: Annotated[str, Parameter(help="Name of the venue; made if there is none of that name.")],
    name: Annotated[str | None, Parameter(help="Name of the plan; the file's own otherwise.")] = None,
) -> None:
    """Store a seating plan. The same content in the same venue is stored once."""

    async def work(application: Application) -> str:
        venue_id = await application.catalog.ensure_venue(ACTOR.user_id, venue)
        plan = await application.catalog.import_plan(ACTOR.user_id, venue_id, name, _read(file), _format(file))
        return plan.id

    _out.print(_with_application(work))


@concert_app.command(name="list")
def list_() -> None:
    """Show every concert with its performances and phase."""

    async def work(application: Application) -> Table:
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

    _out.print(_with_application(work))


@concert_app.command
def create(
    title: str,
    *,
    plan: Annotated[str, Parameter(help="Id of the seating plan.")],
    price: Annotated[dict[str, int], Parameter(help="Price of each tier in minor units: --price.VIP 150000")],
    starts: Annotated[list[datetime], Parameter(help="Start of each performance, e.g. 2027-05-01T19:00:00+09:00")],
    artist: str = "",
    description: str = "",
    seats_per_fan: Annotated[int | None, Parameter(help="Most seats one fan may have of a performance.")] = None,
) -> None:
    """Create a concert with its performances, not yet on sale; prints its id."""

    async def work(application: Application) -> str:
        for at in starts:
            if at.tzinfo is None:
                raise BoxofficeError(f"Say the time zone of {at.isoformat()}, e.g. {at.isoformat()}+09:00.")
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

    _out.print(_with_application(work))


def _phase(concert: str, action: Literal["open", "pause", "resume", "close"]) -> None:
    async def work(application: Application) -> str:
        return (await application.queue.change_phase(ACTOR, concert, action)).phase

    _out.print(f"The sale is {_with_application(work)}.")


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

    async def work(application: Application) -> object:
        if changes != PolicyChanges():
            return await application.queue.change_policy(ACTOR, concert, changes)
        return await application.queue.policy(concert)

    _out.print_json(msgspec.json.encode(_with_application(work)).decode())


def _settings() -> Settings:
    try:
        return from_environ(os.environ)
    except SettingsError as error:
        _stop(str(error))


def _with_application(work: Callable[[Application], Awaitable[Result]]) -> Result:
    settings = _settings()
    server.configure_logging("warning")

    async def run() -> Result:
        application = build(settings)
        try:
            return await work(application)
        finally:
            await application.close()

    return _refusals(lambda: asyncio.run(run()))


def _refusals(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except BoxofficeError as refusal:
        _stop(refusal.detail)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _stop(f"{file} cannot be read: {error.strerror}.")


def _format(file: Path) -> Literal["json", "csv"]:
    return "csv" if file.suffix.lower() == ".csv" else "json"


def _stop(sentence: str) -> NoReturn:
    _err.print(sentence, style="red", highlight=False, markup=False)
    sys.exit(1)
