"""The command: `bin/screenshots --help`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, validators

from tests.browser.chromium import found
from tests.browser.pictures import take
from tests.browser.stage import ROOT

app = App(
    name="screenshots",
    help="Take pictures of the main pages: in English and Korean, on a phone and on a desktop.",
    help_epilogue="Everything runs on this machine: a demo with two concerts, a crowd that buys, Chromium.",
)


@app.default
def screenshots(
    *,
    folder: Annotated[Path, Parameter(help="Where they are written.")] = ROOT / "docs" / "pictures",
    fans: Annotated[
        int, Parameter(help="How many others buy meanwhile.", validator=validators.Number(gte=100, lte=5000))
    ] = 1200,
    only: Annotated[str, Parameter(help="Names of pictures, with commas between; all unless given.")] = "",
) -> None:
    """Start a demo, send a crowd, take the pictures, and print what was written."""
    chromium = found()
    if chromium is None:
        sys.exit("Chromium is not installed: bin/servers as root brings it.")
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(chromium, folder, fans=fans, only=frozenset(filter(None, only.split(",")))))


if __name__ == "__main__":
    app()
