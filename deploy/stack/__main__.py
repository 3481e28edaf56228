"""The command: bin/stack --help."""

import logging
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from deploy.stack.control import StackError
from deploy.stack.folder import Folder
from deploy.stack.sale import put_on_sale
from deploy.stack.stack import Stack

app = App(
    name="stack",
    help="The whole diagram as real processes on this machine: edge, load balancer, instances, stores, Prometheus.",
    help_format="plaintext",
    version_flags=[],
    suppress_keyboard_interrupt=False,
)
_console = Console()
FolderFlag = Annotated[Path, Parameter(name="--folder", help="Where it keeps everything.")]
_FOLDER = Path(".stack")
_INTERRUPTED = 130  # as shells say it of SIGINT


@app.command
def up(
    *,
    folder: FolderFlag = _FOLDER,
    instances: Annotated[int | None, Parameter(help="How many; as the topology says, unless given.")] = None,
    port_base: Annotated[int | None, Parameter(help="The first of its ports; free ones, unless given.")] = None,
    sale: Annotated[str | None, Parameter(help="Put a concert on sale too: a plan, such as hall or arena.")] = None,
) -> None:
    """Start it, or whatever of it does not run. Nothing in it needs root."""
    stack = Stack(folder, port_base=port_base)
    stack.up(instances)
    if sale is not None:
        put_on_sale(stack.settings(), sale)
    ports = stack.places.ports
    for line in (
        f"Boxoffice is on https://localhost:{ports['edge']}",
        f"  trust          curl --cacert {stack.places.of('tls', 'ca.crt')} ...",
        f"  Prometheus     http://127.0.0.1:{ports['prometheus']}",
        f"  HAProxy        http://127.0.0.1:{ports['balancer-metrics']}/metrics",
        f"  commands       env $(cat {stack.settings()}) bin/boxoffice audit",
        f"  stop           bin/stack down --folder {folder}",
    ):
        _console.print(line, highlight=False, soft_wrap=True)


@app.command
def status(*, folder: FolderFlag = _FOLDER) -> None:
    """Every process, and what the load balancer thinks of the instances."""
    stack = _existing(folder)
    served, ports = stack.in_service(), stack.places.ports
    table = Table("process", "state", "pid", "port", "ended by itself", "load balancer", box=None)
    for process in stack.status():
        name = process.name
        table.add_row(
            name,
            process.state,
            str(process.pid or ""),
            str(ports.get(name, "")),
            str(process.restarts),
            served.get(name, ""),
        )
    _console.print(table)


@app.command
def scale(count: int, /, *, folder: FolderFlag = _FOLDER) -> None:
    """Have COUNT instances; no request fails for it."""
    _existing(folder).scale(count)


@app.command
def kill(name: str, /, *, folder: FolderFlag = _FOLDER) -> None:
    """Kill one process (SIGKILL); it stays down until `start`. One that ends by itself is started again."""
    _existing(folder).kill(name)


@app.command
def start(name: str, /, *, folder: FolderFlag = _FOLDER) -> None:
    """Start one that was killed."""
    _existing(folder).start(name)


@app.command
def restart(*, folder: FolderFlag = _FOLDER) -> None:
    """Every instance anew, one after the other; no request fails for it."""
    _existing(folder).restart()


@app.command
def down(
    *,
    folder: FolderFlag = _FOLDER,
    delete: Annotated[bool, Parameter(negative=(), help="Delete the folder too, with all that was sold.")] = False,
) -> None:
    """Stop everything."""
    _existing(folder).down(delete=delete)


def _existing(folder: Path) -> Stack:
    if not Folder(folder).exists():
        raise StackError(f"No stack was ever set up in {folder}; bin/stack up does that.")
    return Stack(folder)


def main() -> None:
    """Run the command; what cannot be done is one sentence."""
    logging.getLogger("asyncmy").addHandler(logging.NullHandler())  # it passes on what the server remarks
    says = partial(Console(stderr=True).print, highlight=False, markup=False, soft_wrap=True)
    try:
        app()
    except StackError as error:
        says(str(error), style="red")
        sys.exit(1)
    except KeyboardInterrupt:
        says("Interrupted: what has started goes on. bin/stack up carries on, bin/stack down stops it.")
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
