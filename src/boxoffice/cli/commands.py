"""Commands for whoever runs the service: serve, demo, crowd, migrate, audit. Those of operators stand beside."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from boxoffice import demo as demo_
from boxoffice import server
from boxoffice.adapters.migrate import migrate as migrate_
from boxoffice.app import Application
from boxoffice.cli.operating import account_app, concert_app, plan_app, queue_app, reconcile, sale_app
from boxoffice.cli.running import out, read_settings, refusals, stop, with_application
from boxoffice.crowd import run as crowd_

app = App(
    name="boxoffice",
    help="Concert reservations that survive the minute when sales open.",
    help_epilogue="Settings are BOXOFFICE_... variables; docs/operations.md has the table.",
)
for group in (account_app, plan_app, concert_app, sale_app, queue_app):
    app.command(group)
app.command(reconcile)


@app.command
def serve() -> None:
    """Serve one instance until SIGTERM or Ctrl-C."""
    settings = read_settings()
    server.configure_logging(settings.log_level)
    try:
        server.run(settings)
    except server.PortTaken as error:
        stop(str(error))


@app.command
def demo(
    *,
    port: Annotated[int, Parameter(help="Port to serve on.")] = 8000,
    data: Annotated[Path, Parameter(help="Folder for the database and Valkey's data; kept between starts.")] = Path(
        ".demo"
    ),
    plan: Annotated[
        str | None,
        Parameter(help="Sell this seating plan instead: a JSON or CSV file, or one of ours: arena, club-50, hall."),
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
        stop(str(error))


@app.command
def crowd(
    *,
    base_url: Annotated[
        list[str] | None,
        Parameter(help="An instance to visit, on this machine only; may be repeated: each request goes to the next."),
    ] = None,
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
    json: Annotated[
        Path | None, Parameter(help="Write the figures there as JSON, with what was answered when.")
    ] = None,
) -> None:
    """Send fans through a sale over HTTP, then read the whole sale back and audit it."""
    wishes = crowd_.CrowdPlan(
        base_urls=tuple(base_url or ["http://127.0.0.1:8000"]),
        fans=fans,
        concert_ids=tuple(concert or ()),
        seed=seed,
        arrival_s=arrival_s,
        connections=connections,
        patience_s=patience_s,
        operator_email=operator_email,
        operator_password=operator_password,
    )
    sys.exit(crowd_.main(wishes, console=out, json_file=json))


@app.command
def migrate() -> None:
    """Bring the database's schema up to date."""
    settings = read_settings()
    url = settings.migration_url or settings.database_url
    out.print(f"The schema is at revision {refusals(lambda: asyncio.run(migrate_(url)))}.")


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
            out.print(table)
            held = held and report.ok
        return held

    if not with_application(work):
        stop("The audit did not hold.")
