"""Waiting for other processes: look, and look again, until a bound."""

import time
from collections.abc import Callable

from deploy.stack.control import StackError

_LOOK_EVERY_S = 0.05


def until(true: Callable[[], object], otherwise: str, *, within_s: float) -> None:
    """Return once it is so; what cannot be asked yet is not so. Raises `StackError` with `otherwise`."""
    until_s = time.monotonic() + within_s
    while not _is(true):
        if time.monotonic() > until_s:
            raise StackError(otherwise)
        time.sleep(_LOOK_EVERY_S)


def _is(true: Callable[[], object]) -> bool:
    try:
        return bool(true())
    except OSError:
        return False
