"""The command to try the service out with: a whole sale on this machine."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from boxoffice.cli.running import stop


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
    # The whole service; a wrong word is refused without it.
    from boxoffice import demo as demo_  # noqa: PLC0415
    from boxoffice import server  # noqa: PLC0415

    try:
        sys.exit(demo_.run(port=port, data=data, plan=plan, crowd=crowd, once=once, seed=seed))
    except (demo_.DemoError, server.PortTaken) as error:
        stop(str(error))
