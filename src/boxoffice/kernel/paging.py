"""Lists that are told in pages: a page ends with a cursor, the id from which the next one goes on."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def cut_page(found: Sequence[Item], limit: int, place: Callable[[Item], str]) -> tuple[Sequence[Item], str | None]:
    """The first `limit` of `found`, and the `place` of the last of them if more follow.

    So look for one more than the page shall have: it tells that there is another page.
    """
    shown = found[:limit]
    return shown, place(shown[-1]) if len(found) > limit else None
