"""The command line: `bin/bench --help`."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import msgspec
from cyclopts import App, Parameter, validators
from rich.console import Console

from bench import compare as compare_
from bench import machine, wrk
from bench import profile as profile_
from bench.picture import picture
from bench.plan import SECTIONS
from bench.results import Report
from bench.run import FULL, NAMES, OPERATIONS, QUICK, TINY, run
from bench.stadium.run import Plan
from bench.stadium.run import run as run_stadium
from bench.table import show
from boxoffice import server

_AGAIN_S = 30.0  # longer than it takes to stop what was started

app = App(
    name="bench",
    help="Measure Boxoffice against this machine's own limits: ratios, all taken in one run.",
    help_epilogue=f"Parts: {', '.join(NAMES)}. docs/performance.md says what each measures and how to read it.",
)
out = Console(width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, width=None if sys.stderr.isatty() else 200)


@app.default
def measure(
    *,
    quick: Annotated[bool, Parameter(negative="", help="Only the ratios of a purchase's paths, in a minute.")] = False,
    tiny: Annotated[
        bool, Parameter(negative="", show=False)
    ] = False,  # for the tests: everything, and no figure counts
    only: Annotated[str, Parameter(help="Parts to measure, with commas between; all unless given.")] = "",
    folder: Annotated[Path, Parameter(help="Where figures (JSON), picture and profiles (SVG) are written.")] = Path(
        ".bench"
    ),
    profile: Annotated[bool, Parameter(negative="", help="Also take a flame graph of each operation.")] = False,
) -> None:
    """Measure, print the tables, write bench.json and bench.svg.

    Status 1: an audit failed, or a figure is void, or it was broken off. Status 2: it cannot be done as asked.
    """
    names = tuple(name for name in only.split(",") if name)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        _stop(f"There is no part {', '.join(unknown)}. Parts: {', '.join(NAMES)}.", 2)
    _need(wrk.missing(), profile_.missing() if profile else None)
    _make(folder)
    size, chosen = (QUICK, names or OPERATIONS) if quick else (TINY if tiny else FULL, names or NAMES)
    _finish(lambda: run(size, chosen, _say, folder if profile else None), folder, "bench")


@app.command
def stadium(
    *,
    fans: Annotated[
        int, Parameter(help="How many come.", validator=validators.Number(gte=1, lte=1_000_000))
    ] = Plan().fans,
    processes: Annotated[
        int, Parameter(help="Instances of the service.", validator=validators.Number(gte=1, lte=16))
    ] = Plan().processes,
    sections: Annotated[
        int,
        Parameter(help="Blocks of 1,136 seats; 48 are the stadium.", validator=validators.Number(gte=1, lte=SECTIONS)),
    ] = Plan().sections,
    arrival_s: Annotated[
        float, Parameter(help="All arrive within this many seconds.", validator=validators.Number(gt=0, lte=600))
    ] = Plan().arrival_s,
    limit: Annotated[
        int, Parameter(help="Fans inside at once.", validator=validators.Number(gte=1, lte=1_000_000))
    ] = Plan().limit,
    connections: Annotated[
        int, Parameter(help="Connections of all fans together.", validator=validators.Number(gte=1, lte=10_000))
    ] = Plan().connections,
    seed: Annotated[int, Parameter(help="Seed of the fans' choices.")] = Plan().seed,
    folder: Annotated[Path, Parameter(help="Where figures and picture are written.")] = Path(".bench"),
) -> None:
    """Sell 54,528 seats to a burst of fans, with real stores and everything on this machine, and audit it."""
    _need()
    _make(folder)
    plan = Plan(fans, processes, sections, arrival_s, limit, connections, seed)
    _finish(lambda: run_stadium(plan, _say), folder, "stadium")


@app.command
def compare(before: Path, after: Path) -> None:
    """Show the figures of two runs side by side."""
    compare_.compare(_read(before), _read(after), out)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _stop(f"Figures cannot be written to {folder}: {error.strerror}.", 2)
    if not os.access(folder, os.W_OK):
        _stop(f"Figures cannot be written to {folder}.", 2)


def _need(*sentences: str | None) -> None:
    for sentence in (machine.missing(), *sentences):
        if sentence:
            _stop(sentence, 2)


def _finish(work: Callable[[], Report], folder: Path, name: str) -> NoReturn:
    # Ended from outside, it clears up as after Ctrl-C.
    signal.signal(signal.SIGTERM, _break_off)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    server.configure_logging("warning")
    logging.getLogger("asyncmy").setLevel(logging.ERROR)
    try:
        report = work()
    except RuntimeError as error:
        _stop(str(error))
    except KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _stop("Broken off.")
    show(report, out)
    figures, bars = folder / f"{name}.json", folder / f"{name}.svg"
    figures.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    bars.write_text(picture(report))
    out.print(f"Figures in {figures}, picture in {bars}.", highlight=False)
    if not report.holds:
        _stop("An audit did not hold, or an operation was mostly refused.")
    sys.exit(0)


def _break_off(number: int, frame: FrameType | None) -> None:
    # What does not let itself be cancelled is interrupted again, as by a second Ctrl-C.
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_S, _AGAIN_S)
    signal.default_int_handler(number, frame)


def _read(path: Path) -> Report:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.DecodeError) as error:
        _stop(f"{path} cannot be read: {error}.", 2)


def _say(line: str) -> None:
    err.print(line, highlight=False, markup=False)


def _stop(sentence: str, status: int = 1) -> NoReturn:
    err.print(sentence, style="red", highlight=False, markup=False)
    sys.exit(status)


if __name__ == "__main__":
    app()
