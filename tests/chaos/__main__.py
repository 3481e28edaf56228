"""The command: `bin/chaos --help`."""

import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import msgspec
from cyclopts import App, Parameter, validators
from rich.console import Console

from boxoffice.server import configure_logging
from tests.chaos.rehearsal import rehearse
from tests.chaos.report import show
from tests.servers import missing

app = App(
    name="chaos",
    help="Rehearse failures: break one part after another under a crowd that buys, and audit the sale after each.",
    help_epilogue=(
        "Everything runs on this machine in private processes on free ports: a primary and a replica with "
        "semi-synchronous replication, Redis behind Sentinel, the instances, the crowd. In turn an instance is "
        "killed, the replica stopped, Redis failed over and emptied, the primary killed and the replica promoted. "
        "Exit status: 0 when everything holds, 1 when something does not or it was broken off, "
        "2 when a server is missing."
    ),
)


@app.default
def chaos(
    *,
    database: Annotated[Literal["mariadb", "mysql"], Parameter(help="Which database server.")] = "mariadb",
    fans: Annotated[
        int, Parameter(help="How many fans; a few hundred at least.", validator=validators.Number(gte=300, lte=50_000))
    ] = 3000,
    plan: Annotated[
        Literal["arena", "hall"], Parameter(help="What is sold: 19,014 seats, or 868 (for up to 450 fans).")
    ] = "arena",
    instances: Annotated[
        int, Parameter(help="How many instances serve.", validator=validators.Number(gte=2, lte=16))
    ] = 4,
    json: Annotated[Path | None, Parameter(help="Write the whole report there as JSON.")] = None,
) -> None:
    """Run the rehearsal and report."""
    console = Console(width=None if sys.stdout.isatty() else 200)
    if sentence := missing(database):
        console.print(sentence, style="red")
        sys.exit(2)

    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    configure_logging("warning")
    logging.getLogger("asyncmy").setLevel(logging.ERROR)  # it passes on what servers remark, e.g. on deprecated words
    signal.signal(signal.SIGTERM, _end_as_ctrl_c)
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-chaos-"))
    try:
        report = asyncio.run(rehearse(folder, database, fans=fans, plan=plan, instances=instances, say=say))
    except KeyboardInterrupt:
        shutil.rmtree(folder)
        console.print("Broken off.", style="red")
        sys.exit(1)
    except BaseException:
        console.print(f"Logs are left in {folder}.", style="red", soft_wrap=True)
        raise
    show(report, console)
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    if report.broken():
        console.print(f"Logs are left in {folder}.", style="red", soft_wrap=True)
        sys.exit(1)
    shutil.rmtree(folder)


def _end_as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    # Once: a second one would break off the clearing up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.raise_signal(signal.SIGINT)


app()
