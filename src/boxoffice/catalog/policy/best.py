"""Which seats lie next to each other, and which of them are best."""

import re
from collections.abc import Iterator
from math import cos, dist, hypot, radians, sin
from typing import NamedTuple

from boxoffice.catalog.models import Area, Runs, SeatingPlan

RUN_SEATS_MAX = 255
AISLE = 1.75
"""A gap this many times the usual one is an aisle."""

_SQUARE = 1.2  # sides more alike than this do not tell which way a stage faces
_GAPS_MIN = 3  # a row with fewer tells nothing about what is usual; its section does
_STAGE = re.compile(
    r"(?<!back)(?<!back[ -])stage|b(?:ü|ue)hne|무대|스테이지|舞台|ステージ|сцена|sc(?:è|e)n[ae]|escenario|palco|podium",
    re.IGNORECASE,
)


class _Focus(NamedTuple):
    """Where the stage is, and the way from it into the seats: straight down or up, or straight to a side."""

    x: float
    y: float
    across: bool

    def off_axis(self, x: float, y: float) -> float:
        """How far beside the stage's axis a place is; the sign says on which side."""
        return y - self.y if self.across else x - self.x


def runs(plan: SeatingPlan) -> Runs:
    """For each tier index, `(start, length, centre_offset)` of seats next to each other, best run first.

    A run lies in one row, has one tier, no aisle (a gap above 1.75 times the row's usual one) and at most 255 seats.
    The best run has the seat nearest the stage; `centre_offset` is where a group sits best, in seats from the run's
    start: at the stage's axis where the run crosses it (to half a seat), else its seat nearest stage and axis.
    Without an area that names the stage, the stage is taken to be at the middle of the plan's upper edge.
    """
    focus = _focus(plan)
    found: list[list[tuple[float, float, int, int, float]]] = [[] for _ in plan.tiers]
    for start, end in _stretches(plan):
        near, beside, centre = _centre(plan, focus, start, end)
        found[plan.seats.tier_of[start]].append((near, beside, start, end - start, centre))
    return tuple(tuple((start, length, centre) for _, _, start, length, centre in sorted(tier)) for tier in found)


def _focus(plan: SeatingPlan) -> _Focus:
    """The largest area that names the stage; else the middle of the plan's upper edge."""
    stages = [area for area in plan.areas if _STAGE.search(area.text)]
    if not stages:
        return _Focus(plan.width / 2, 0.0, across=False)
    stage = max(stages, key=lambda area: area.width * area.height)
    x, y = _middle(stage)
    width, height = stage.width, stage.height
    if abs(sin(radians(stage.rotation))) > abs(cos(radians(stage.rotation))):
        width, height = height, width
    if max(width, height) > _SQUARE * min(width, height):
        return _Focus(x, y, across=height > width)  # a stage is wider than deep
    seats = plan.seats
    to_x, to_y = sum(seats.x) / len(seats) - x, sum(seats.y) / len(seats) - y
    return _Focus(x, y, across=abs(to_x) > abs(to_y))


def _middle(area: Area) -> tuple[float, float]:
    if area.shape == "text":
        return area.text_x, area.text_y
    dx, dy = area.width / 2, area.height / 2
    if area.shape == "rectangle" and area.rotation:
        turn = radians(area.rotation)
        dx, dy = dx * cos(turn) - dy * sin(turn), dx * sin(turn) + dy * cos(turn)
    return area.x + dx, area.y + dy


def _stretches(plan: SeatingPlan) -> Iterator[tuple[int, int]]:
    """Where runs begin and end (exclusive), in order of seat number."""
    seats = plan.seats
    rows = _rows(plan)
    usual_of_section = _usual_of_sections(plan, rows)
    for first, end in rows:
        gaps = _gaps(plan, first, end)
        usual = _usual(gaps) if len(gaps) >= _GAPS_MIN else usual_of_section[seats.section[first]]
        start = first
        for no, gap in enumerate(gaps, first + 1):
            apart = gap > AISLE * usual or seats.tier_of[no] != seats.tier_of[no - 1]
            if apart or no - start == RUN_SEATS_MAX:
                yield start, no
                start = no
        yield start, end


def _rows(plan: SeatingPlan) -> list[tuple[int, int]]:
    section, row = plan.seats.section, plan.seats.row
    starts = [no for no in range(len(row)) if no == 0 or row[no] != row[no - 1] or section[no] != section[no - 1]]
    return list(zip(starts, [*starts[1:], len(row)], strict=True))


def _gaps(plan: SeatingPlan, first: int, end: int) -> list[float]:
    places = list(zip(plan.seats.x[first:end], plan.seats.y[first:end], strict=True))
    return list(map(dist, places, places[1:]))


def _usual(gaps: list[float]) -> float:
    # The lower middle: a row of pairs has a wide gap for every narrow one.
    return sorted(gaps)[(len(gaps) - 1) // 2] if gaps else 0.0


def _usual_of_sections(plan: SeatingPlan, rows: list[tuple[int, int]]) -> dict[str, float]:
    gaps: dict[str, list[float]] = {}
    for first, end in rows:
        gaps.setdefault(plan.seats.section[first], []).extend(_gaps(plan, first, end))
    return {section: _usual(found) for section, found in gaps.items()}


def _centre(plan: SeatingPlan, focus: _Focus, start: int, end: int) -> tuple[float, float, float]:
    """The run's distance from the stage, from the axis, and the offset at which a group sits best."""
    places = list(zip(plan.seats.x[start:end], plan.seats.y[start:end], strict=True))
    beside = [focus.off_axis(x, y) for x, y in places]
    near = [hypot(x - focus.x, y - focus.y) for x, y in places]
    # Beside the stage a row runs away from it, in a bow around it all seats are as near: both must count.
    cost = [distance + abs(off) for distance, off in zip(near, beside, strict=True)]
    best = min(range(len(cost)), key=cost.__getitem__)
    centre = float(best)
    for other in (best - 1, best + 1):
        if 0 <= other < len(beside) and beside[other] * beside[best] < 0:
            part = abs(beside[best]) / (abs(beside[best]) + abs(beside[other]))
            centre = best + (other - best) * round(2 * part) / 2
    return round(near[best], 3), round(abs(beside[best]), 3), centre
