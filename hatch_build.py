"""A package is built with the browser pages in it, or not at all."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface):
    """Looks for the pages; a checkout that is installed to be worked on builds them when they are needed."""

    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        if version != "editable" and not Path(self.root, "src", "boxoffice", "pages", "index.html").is_file():
            sys.exit("The browser pages are not built: run bin/pages, then build the package again.")
