"""Reads a seating plan from pretix's JSON or from CSV; one sentence with a path for whatever does not fit."""

import codecs
import csv
import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from io import StringIO
from typing import Literal

import msgspec

from boxoffice.catalog.models import (
    PLAN_MAX_BYTES,
    SECTION_MAX_CHARACTERS,
    TEXT_MAX_CHARACTERS,
    TIERS_MAX,
    Area,
    SeatingPlan,
)
from boxoffice.catalog.policy.areas import Areas
from boxoffice.catalog.policy.draft import (
    COORDINATE_MAX,
    PALETTE,
    Draft,
    RowSeat,
    Texts,
    color_of,
    extent,
    refuse,
    shown,
)
from boxoffice.catalog.policy.pretix import PlanPart, Position, RowPart, decode
from boxoffice.catalog.policy.problems import Problems
from boxoffice.kernel.errors import InvalidPlan

PlanFormat = Literal["json", "csv"]
AREAS_MAX_BYTES = 60_000
"""As many bytes as the narrowest TEXT column takes."""

_COLUMNS = ("section", "row", "label", "tier", "x", "y")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})", re.ASCII)
_PLACEHOLDER = "%s"


def parse_plan(content: bytes, format: PlanFormat, name: str | None = None) -> SeatingPlan:
    """The plan in `content`; `name` goes before the file's own (CSV has none, and then the plan's is empty).

    Limits: 32 MiB, 100,000 seats, 32 tiers. Raises `InvalidPlan` with a sentence that begins with the path of the
    offending element, e.g. `zones[2].rows[0].seats[5].category: ...` or `line 7, tier: ...`, also as member `path`;
    its member `problems` has what is wrong elsewhere too.
    """
    problems = Problems()
    plan = None
    with problems.noted():
        plan = _read(content, format, name, problems)
    problems.refuse()
    assert plan is not None
    return plan


def _read(content: bytes, format: PlanFormat, name: str | None, problems: Problems) -> SeatingPlan | None:
    if len(content) > PLAN_MAX_BYTES:
        refuse("plan", f"the file is larger than {PLAN_MAX_BYTES} bytes.")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        refuse(f"byte {error.start}", "the file is not UTF-8 text.")
    if format == "csv":
        return _table_plan(text, name, problems)
    return _pretix_plan(decode(content), name, problems)


def _pretix_plan(part: PlanPart, name: str | None, problems: Problems) -> SeatingPlan | None:
    tiers: list[tuple[str, str]] = []
    texts = Texts()
    for index, category in enumerate(part.categories):
        with problems.noted():
            path = f"categories[{index}]"
            tier = texts.clean(category.name, _fixed(f"{path}.name"))
            if tier in (known for known, _ in tiers):
                refuse(f"{path}.name", f"there are two categories named {shown(tier)}.")
            tiers.append((tier, color_of(category.color or "", f"{path}.color", PALETTE[index % len(PALETTE)])))
    if problems:
        return None  # every seat of such a category would be a problem of its own
    reader = _ZoneReader(tiers, part, problems)
    areas: list[Area] = []
    drawing = Areas()
    for index, zone in enumerate(part.zones):
        with problems.noted():
            reader.read(index)
        for number, area in enumerate(zone.areas):
            with problems.noted():
                areas.append(drawing.read(area, zone.position, f"zones[{index}].areas[{number}]"))
    if problems:
        return None
    given_name = name if name is not None else part.name or ""
    size = (part.size.width, part.size.height) if part.size else (0.0, 0.0)
    return _finished(given_name, size, tiers, reader.draft, tuple(areas), empty_path="zones")


class _ZoneReader:
    """Reads the seats of zones into a draft. Positions are relative to the row, and the row's to the zone."""

    def __init__(self, tiers: Sequence[tuple[str, str]], part: PlanPart, problems: Problems) -> None:
        self.draft = Draft()
        self._problems = problems
        self._zones = part.zones
        self._tier_numbers = {tier: number for number, (tier, _) in enumerate(tiers)}
        # As the file writes the categories, beside what they were cleaned to.
        self._tier_numbers |= {category.name: number for number, category in enumerate(part.categories)}
        self._texts = Texts()
        self._sections = Texts(SECTION_MAX_CHARACTERS)

    def read(self, zone_index: int) -> None:
        """Add the seats of one zone."""
        zone = self._zones[zone_index]
        path = f"zones[{zone_index}]"
        named = "name" if (zone.name or "").strip() or not zone.zone_id else "zone_id"
        section = (zone.name if named == "name" else zone.zone_id) or ""
        section = self._sections.clean(section, _fixed(f"{path}.{named}"), may_be_empty=True) or str(zone_index + 1)
        for row_index, row in enumerate(zone.rows):
            with self._problems.noted():
                self._read_row(section, zone.position, row, f"{path}.rows[{row_index}]")

    def _read_row(self, section: str, zone: Position, row: RowPart, path: str) -> None:
        number = row.row_number or ""
        label = row.row_label.replace(_PLACEHOLDER, number[:TEXT_MAX_CHARACTERS], 1) if row.row_label else number
        where = _fixed(f"{path}.row_label" if row.row_label else f"{path}.row_number")
        row_name = self._texts.clean(label, where, may_be_empty=True)
        left, top = zone.x + row.position.x, zone.y + row.position.y
        numbers, clean, pattern = self._tier_numbers, self._texts.clean, row.seat_label
        seats: list[RowSeat] = []
        for index, seat in enumerate(row.seats):
            try:
                tier = numbers.get(seat.category)
                if tier is None:
                    refuse(f"{path}.seats[{index}].category", f"there is no category named {shown(seat.category)}.")
                written = seat.seat_number if not pattern else _labelled(pattern, seat.seat_number)
                named = clean(written, lambda: f"{path}.seats[{index}].seat_number")  # noqa: B023
            except InvalidPlan as problem:
                self._problems.note(problem)
            else:
                seats.append(RowSeat(named, tier, left + seat.position.x, top + seat.position.y))
        if len(seats) == len(row.seats):
            self.draft.add_row(section, row_name, seats, lambda index: f"{path}.seats[{index}]")


def _labelled(pattern: str, number: str) -> str:
    if _PLACEHOLDER in pattern:
        return pattern.replace(_PLACEHOLDER, number[:TEXT_MAX_CHARACTERS], 1)
    return f"{pattern} {number}"


def _table_plan(text: str, name: str | None, problems: Problems) -> SeatingPlan | None:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    table = _TableReader()
    line = 0
    try:
        for fields in reader:
            line, first = reader.line_num, line == 0
            if first:
                if tuple(field.strip().lower() for field in fields) != _COLUMNS:
                    refuse(f"line {line}", f"the first line must be {','.join(_COLUMNS)}.")
            elif fields:
                try:
                    table.read(fields, line)
                except InvalidPlan as problem:
                    problems.note(problem)
    except csv.Error as error:
        refuse(f"line {max(line + 1, reader.line_num)}", f"this is not CSV: {error}.")
    draft = Draft()
    for (section, row), seats in table.rows.items():
        with problems.noted():
            draft.add_row(section, row, [seat for seat, _ in seats], _line_of([read_at for _, read_at in seats]))
    if problems:
        return None
    colored = [(tier, PALETTE[number % len(PALETTE)]) for tier, number in table.tiers.items()]
    return _finished(name or "", (0.0, 0.0), colored, draft, (), empty_path=f"line {line + 1}")


class _TableReader:
    """Gathers the lines of a table into rows of seats, each seat with the line that has it."""

    def __init__(self) -> None:
        self.tiers: dict[str, int] = {}
        self.rows: dict[tuple[str, str], list[tuple[RowSeat, int]]] = {}
        self._texts, self._sections = Texts(), Texts(SECTION_MAX_CHARACTERS)

    def read(self, fields: Sequence[str], line: int) -> None:
        """Add the seat of one line."""
        if len(fields) != len(_COLUMNS):
            refuse(f"line {line}", f"there must be {len(_COLUMNS)} fields, not {len(fields)}.")
        clean = self._texts.clean
        section = self._sections.clean(fields[0], _fixed(f"line {line}, section"))
        row = clean(fields[1], _fixed(f"line {line}, row"), may_be_empty=True)
        label = clean(fields[2], _fixed(f"line {line}, label"))
        tier = clean(fields[3], _fixed(f"line {line}, tier"))
        if tier not in self.tiers and len(self.tiers) >= TIERS_MAX:
            refuse(f"line {line}, tier", f"a plan may have at most {TIERS_MAX} tiers.")
        x, y = _coordinate(fields[4], f"line {line}, x"), _coordinate(fields[5], f"line {line}, y")
        number = self.tiers.setdefault(tier, len(self.tiers))
        self.rows.setdefault((section, row), []).append((RowSeat(label, number, x, y), line))


def _coordinate(text: str, path: str) -> float:
    trimmed = text.strip()
    if not _DECIMAL.fullmatch(trimmed) or abs(float(trimmed)) > COORDINATE_MAX:
        refuse(path, f"{shown(text)} is not a number from -{COORDINATE_MAX} to {COORDINATE_MAX}.")
    return float(trimmed)


def _finished(
    name: str,
    size: tuple[float, float],
    tiers: Sequence[tuple[str, str]],
    draft: Draft,
    areas: tuple[Area, ...],
    *,
    empty_path: str,
) -> SeatingPlan:
    cleaned = Texts(TEXT_MAX_CHARACTERS).clean(name, _fixed("name"), may_be_empty=True)
    used, seats = draft.seats(tiers)
    if not used:
        refuse(empty_path, "the plan has no seats.")
    encoded_areas = msgspec.json.encode(areas)
    if len(encoded_areas) > AREAS_MAX_BYTES:
        refuse("zones", f"the areas of the plan need more than {AREAS_MAX_BYTES} bytes.")
    width, height = extent(size, seats, areas)
    version = blake2b(digest_size=16)
    version.update(msgspec.json.encode((cleaned, width, height, used, seats.section, seats.row, seats.label)))
    version.update(encoded_areas + seats.tier_of + seats.x.tobytes() + seats.y.tobytes())
    return SeatingPlan(cleaned, width, height, used, seats, areas, version.hexdigest())


def _line_of(lines: Sequence[int]) -> Callable[[int], str]:
    return lambda index: f"line {lines[index]}"


def _fixed(path: str) -> Callable[[], str]:
    return lambda: path
