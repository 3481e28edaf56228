"""Runs: which seats lie together, and which of them are best."""

from itertools import pairwise
from typing import Any

import pytest

from boxoffice.catalog.policy import parse_plan, runs
from tests.unit.catalog.plan_files import PLANS, line_of, parsed, row, seat, zone


def runs_of(*rows: dict[str, Any], **others: Any) -> tuple[Any, ...]:
    return runs(parsed(zone(*rows, **others)))


def test_an_aisle_ends_a_run() -> None:
    found = runs_of(line_of(0, 20, 40, 74, 94, 114), line_of(0, 20, 40, 76, 96, 116, number="2"))

    assert sorted(length for _, length, _ in found[0]) == [3, 3, 6]


def test_in_a_short_row_the_section_tells_what_is_usual() -> None:
    found = runs_of(line_of(0, 20, 40, 60, 80), line_of(0, 90, number="2"))

    assert sorted(length for _, length, _ in found[0]) == [1, 1, 5]


def test_another_tier_ends_a_run() -> None:
    found = runs_of(row(seat("1", 0), seat("2", 20, category="B"), seat("3", 40)))

    assert [[(start, length) for start, length, _ in tier] for tier in found] == [[(2, 1), (0, 1)], [(1, 1)]]


def test_a_run_has_at_most_255_seats() -> None:
    found = runs_of(line_of(*range(0, 6000, 20)))

    assert sorted(length for _, length, _ in found[0]) == [45, 255]


def test_runs_near_the_stage_come_first_and_know_their_middle() -> None:
    stage = {"width": 60, "height": 10, "position": {"x": 20, "y": 100}, "text": "Main stage"}
    back = row(*(seat(str(n), n * 20, 0) for n in range(6)), number="1")
    front = row(*(seat(str(n), n * 20, 80) for n in range(6)), number="2")
    found = runs_of(back, front, areas=[stage])

    assert found == (((6, 6, 2.5), (0, 6, 2.5)),)


def test_without_a_stage_the_upper_edge_is_nearest() -> None:
    found = runs_of(
        row(*(seat(str(n), 10 + n * 20, 40) for n in range(5)), number="back"),
        row(*(seat(str(n), 10 + n * 20, 10) for n in range(5)), number="front"),
    )

    assert found == (((5, 5, 2.0), (0, 5, 2.0)),)


def test_a_row_beside_the_stage_is_best_where_it_begins() -> None:
    stage = {"width": 60, "height": 10, "position": {"x": 20, "y": 0}, "text": "무대"}
    side = row(*(seat(str(n), 200, 10 + n * 20) for n in range(5)), number="side")
    floor = row(*(seat(str(n), n * 20, 60) for n in range(6)), number="floor")
    found = runs_of(side, floor, areas=[stage])

    assert found == (((5, 6, 2.5), (0, 5, 0.0)),)


def test_a_stage_at_the_side_has_its_axis_across() -> None:
    stage = {"width": 10, "height": 100, "position": {"x": 0, "y": 0}, "text": "BÜHNE"}
    columns = [row(*(seat(str(n), x, n * 20) for n in range(6)), number=str(x)) for x in (60, 90)]
    found = runs_of(*columns, areas=[stage])

    assert found == (((0, 6, 2.5), (6, 6, 2.5)),)


def test_the_backstage_is_no_stage() -> None:
    backstage = {"width": 60, "height": 10, "position": {"x": 0, "y": 500}, "text": "Backstage"}
    front, back = line_of(0, 20), row(seat("1", 0, 400), number="2")
    found = runs_of(front, back, areas=[backstage])

    assert found[0][0][0] == 0


@pytest.mark.parametrize("name", ["club-50", "hall", "arena"])
def test_the_runs_of_shipped_plans_cover_every_seat_once(name: str) -> None:
    plan = parse_plan((PLANS / f"{name}.json").read_bytes(), "json")

    found = runs(plan)

    seats = [no for tier in found for start, length, _ in tier for no in range(start, start + length)]
    assert sorted(seats) == list(range(len(plan.seats)))
    for tier, stretches in enumerate(found):
        assert {plan.seats.tier_of[start] for start, _, _ in stretches} == {tier}
        assert all(0 <= centre <= length - 1 for _, length, centre in stretches)


def test_seats_of_a_run_stand_side_by_side() -> None:
    plan = parse_plan((PLANS / "arena.json").read_bytes(), "json")

    for start, length, _ in runs(plan)[0]:
        for one, other in pairwise(plan.seats[start : start + length]):
            assert (one.section, one.row) == (other.section, other.row)
