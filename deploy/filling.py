"""Fills templates in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template


class _Text(Template):
    """`@{name}`; a dollar belongs to the files themselves."""

    delimiter = "@"


def fill(template: Path, values: Mapping[str, object]) -> str:
    """The text of a template with its values. Raises `KeyError` for one that is missing."""
    return _Text(template.read_text()).substitute(values).rstrip("\n") + "\n"


def indented(spaces: int, lines: Iterable[str]) -> str:
    """Lines, each so far to the right."""
    return "\n".join(" " * spaces + line for line in lines)
