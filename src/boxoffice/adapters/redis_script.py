"""Lua scripts: read from the features' folders, with what they include."""

from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import NamedTuple

_INCLUDE = "--@include "


class Script(NamedTuple):
    """A Lua script, the hash by which the server knows it, and the name by which we do, e.g. `queue.join`."""

    text: str
    sha: str
    name: str = "script"


@cache
def load_script(package: str, name: str) -> Script:
    """Read `lua/<name>.lua` of a feature's package, with what its `--@include <file>` lines name put in their place.

    An include is looked for in the feature's own `lua` folder and then in that of `boxoffice.adapters`.
    """
    lines: list[str] = []
    for line in files(package).joinpath("lua", f"{name}.lua").read_text().splitlines():
        if line.startswith(_INCLUDE):
            included = line.removeprefix(_INCLUDE).strip()
            own = files(package).joinpath("lua", included)
            found = own if own.is_file() else files("boxoffice.adapters").joinpath("lua", included)
            lines.extend(found.read_text().splitlines())
        else:
            lines.append(line)
    text = "\n".join(lines)
    return Script(
        text, sha1(text.encode(), usedforsecurity=False).hexdigest(), f"{package.removeprefix('boxoffice.')}.{name}"
    )
