"""What both file formats have in common: texts are cleaned, seats are put in order, and refusals name a path."""

import re
from array import array
from collections.abc import Callable, Sequence
from math import dist
from typing import NamedTuple, NoReturn

from boxoffice.catalog.models import LABEL_MAX_CHARACTERS, SEATS_MAX, Area, Seats, Tier
from boxoffice.kernel.errors import InvalidPlan, InvalidRequest
from boxoffice.kernel.text import clean_line

COORDINATE_MAX = 1_000_000
PALETTE = ("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#76b7b2", "#edc948", "#9c755f")
"""For tiers whose file gives no colour."""

_SHOWN_CHARACTERS = 60
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_NAMED = re.compile(r"[a-zA-Z]{1,20}")
_RGB = re.compile(r"rgba?\( ?(\d{1,3}) ?, ?(\d{1,3}) ?, ?(\d{1,3}) ?(?:, ?(0|1|0?\.\d{1,6}|1\.0) ?)?\)")


def refuse(path: str, why: str) -> NoReturn:
    """Raise `InvalidPlan` with one sentence that begins with the path of the offending element."""
    raise InvalidPlan(f"{path}: {why}", path=path)


def shown(text: str) -> str:
    """A foreign text as it may stand in a sentence: quoted, short, every odd character escaped."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."
    return ascii(cut) if not cut.isprintable() else repr(cut)


class Texts:
    """Cleans texts, each distinct one once: a plan has many seats and few words."""

    def __init__(self, max_characters: int = LABEL_MAX_CHARACTERS) -> None:
        self._max_characters = max_characters
        self._clean: dict[str, str] = {}

    def clean(self, text: str, path: Callable[[], str], *, may_be_empty: bool = False) -> str:
        """`text` composed and trimmed. Refused: too long, control characters, empty unless `may_be_empty`."""
        known = self._clean.get(text)
        if known is not None:
            return known
        if may_be_empty and not text.strip():
            return ""
        try:
            cleaned = clean_line(text, "text", self._max_characters)
        except InvalidRequest as refusal:
            refuse(path(), f"{refusal.detail[0].lower()}{refusal.detail[1:]}")
        return self._clean.setdefault(text, cleaned)


def color_of(text: str, path: str, default: str = "") -> str:
    """A colour that a browser may be given as it is: `#rgb`, `#rrggbb`, with opacity, `rgb(...)`, or a name."""
    trimmed = text.strip()
    if not trimmed:
        return default
    if _HEX.fullmatch(trimmed) or _NAMED.fullmatch(trimmed):
        return trimmed
    parts = _RGB.fullmatch(trimmed)
    if parts is None or any(int(part) > 255 for part in parts.groups()[:3]):
        refuse(path, f"the colour {shown(text)} is not one like #1f77b4.")
    opacity = "" if parts[4] is None else f"{round(float(parts[4]) * 255):02x}"
    return "#" + "".join(f"{int(part):02x}" for part in parts.groups()[:3]) + opacity


class RowSeat(NamedTuple):
    """A seat as its row gives it; `tier` is an index."""

    label: str
    tier: int
    x: float
    y: float


class Draft:
    """Collects a plan row by row and numbers its seats."""

    def __init__(self) -> None:
        self._section: list[str] = []
        self._row: list[str] = []
        self._label: list[str] = []
        self._tier_of = bytearray()
        self._x = array("d")
        self._y = array("d")
        self._known: dict[tuple[str, str], set[str]] = {}

    def add_row(self, section: str, row: str, seats: Sequence[RowSeat], path: Callable[[int], str]) -> None:
        """Number the seats of a row in the order in which they lie. `path(i)` is where the i-th was read.

        Refused: a seat whose section, row and label another one has, and more than `SEATS_MAX` in all.
        """
        if len(self._tier_of) + len(seats) > SEATS_MAX:
            refuse(path(SEATS_MAX - len(self._tier_of)), f"a plan may have at most {SEATS_MAX} seats.")
        known = self._known.setdefault((section, row), set())
        for index, seat in enumerate(seats):
            if seat.label in known:
                place = f"section {shown(section)}, row {shown(row)}, seat {shown(seat.label)}"
                refuse(path(index), f"there are two seats named {place}.")
            known.add(seat.label)
        for seat in _as_they_lie(seats):
            self._label.append(seat[0])
            self._tier_of.append(seat[1])
            self._x.append(seat[2])
            self._y.append(seat[3])
        self._section += [section] * len(seats)
        self._row += [row] * len(seats)

    def seats(self, tiers: Sequence[tuple[str, str]]) -> tuple[tuple[Tier, ...], Seats]:
        """The numbered seats, and those of the (name, colour) `tiers` that have any."""
        counts = [self._tier_of.count(index) for index in range(len(tiers))]
        used = [index for index, count in enumerate(counts) if count]
        renumbered = bytearray(256)
        for new, old in enumerate(used):
            renumbered[old] = new
        seats = Seats(
            section=self._section,
            row=self._row,
            label=self._label,
            tier_of=bytes(self._tier_of.translate(renumbered)),
            tier_names=tuple(tiers[index][0] for index in used),
            x=self._x,
            y=self._y,
        )
        return tuple(Tier(*tiers[index], counts[index]) for index in used), seats


def _as_they_lie(seats: Sequence[RowSeat]) -> Sequence[RowSeat]:
    """The order in which walking along the row is shortest: as the file gives it, else by x or by y."""
    across = [seat[2] for seat in seats]
    if across == sorted(across) or across == sorted(across, reverse=True):
        down = [seat[3] for seat in seats]
        if across[:1] != across[-1:] or down == sorted(down) or down == sorted(down, reverse=True):
            return seats
    orders = [
        seats,
        sorted(seats, key=lambda seat: (seat.x, seat.y)),
        sorted(seats, key=lambda seat: (seat.y, seat.x)),
    ]
    return min(orders, key=_length)


def _length(seats: Sequence[RowSeat]) -> float:
    places = [(seat.x, seat.y) for seat in seats]
    return sum(map(dist, places, places[1:]))


def extent(size: tuple[float, float], seats: Seats, areas: Sequence[Area]) -> tuple[float, float]:
    """The plan's width and height: as its file says, else up to the farthest thing drawn and a margin."""
    width, height = size
    margin = 20.0
    if width <= 0:
        width = max([*seats.x, *(area.x + area.width for area in areas), 0.0]) + margin
    if height <= 0:
        height = max([*seats.y, *(area.y + area.height for area in areas), 0.0]) + margin
    return width, height
