"""Plan files that are read."""

from typing import Any

import pytest

from boxoffice.catalog.policy import parse_plan
from tests.unit.catalog.plan_files import HEADER, PLANS, parsed, refusal_of, row, seat, zone

# Reading pretix's JSON


def test_positions_are_relative_to_row_and_zone() -> None:
    plan = parsed(zone(row(seat(x=1, y=2), position={"x": 10, "y": 20}), position={"x": 100, "y": 200}))

    assert (plan.seats[0].x, plan.seats[0].y) == (111, 222)


def test_the_first_form_of_the_schema_is_read() -> None:
    area = {"width": 60, "height": 10, "position": {"x": 20, "y": 0}, "text": "STAGE", "color": "#333"}
    plain = row(seat(), number_of_seats=1, seats_spacing=20)
    plan = parsed(zone(plain, displayed=True, areas=[area], position={"x": 5, "y": 6}))

    assert [(each.shape, each.x, each.y, each.width, each.text) for each in plan.areas] == [
        ("rectangle", 25, 6, 60, "STAGE")
    ]


def test_what_real_exports_say_for_an_editor_is_passed_over() -> None:
    chair = seat(uuid="u", radius=10, start_direction=">")
    plain = row(chair, uuid="u", row_number_position="both", row_label=None, seat_label=None)
    others = {"background_image": {"deep": [1]}, "version": 3, "uuid": "u"}
    plan = parsed(zone(plain, uuid="u", zone_id="Z"), **others)

    assert (len(plan.seats), plan.seats[0].row, plan.seats[0].label) == (1, "1", "1")


def test_labels_for_rows_and_seats_are_what_the_ticket_says() -> None:
    plan = parsed(zone(row(seat("7"), number="3", row_label="Row %s", seat_label="Chair %s")))

    assert (plan.seats[0].row, plan.seats[0].label) == ("Row 3", "Chair 7")


def test_a_zone_without_a_name_is_called_by_its_id_or_its_place() -> None:
    plan = parsed(zone(row(seat()), name=None, zone_id="Z"), zone(row(seat()), name=""))

    assert [each.section for each in plan.seats] == ["Z", "2"]


def test_a_category_without_seats_is_no_tier() -> None:
    plan = parsed(zone(row(seat(category="B"))))

    assert len(plan.tiers) == 1
    assert (plan.tiers[0].name, plan.tiers[0].seat_count, plan.seats.tier_of) == ("B", 1, b"\0")


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"shape": "rectangle", "rectangle": {"width": 4, "height": 2}}, ("rectangle", 10, 20, 4, 2)),
        ({"shape": "circle", "circle": {"radius": 3}}, ("ellipse", 7, 17, 6, 6)),
        ({"shape": "ellipse", "ellipse": {"radius": {"x": 3, "y": 1}}}, ("ellipse", 7, 19, 6, 2)),
        ({"shape": "polygon", "polygon": {"points": [{"x": 0, "y": 0}, {"x": 5, "y": 1}]}}, ("polygon", 10, 20, 5, 1)),
        ({"shape": "text"}, ("text", 10, 20, 0, 0)),
    ],
)
def test_every_shape_has_its_box(shape: dict[str, Any], expected: tuple[Any, ...]) -> None:
    text = {"text": "Bar", "color": "rgb(255, 0, 16)", "size": 12, "position": {"x": 1, "y": 1}}
    area = {"position": {"x": 10, "y": 20}, "text": text, **shape}
    found = parsed(zone(row(seat()), areas=[area])).areas[0]

    assert expected == (found.shape, found.x, found.y, found.width, found.height)
    assert (found.text, found.text_x, found.text_y, found.text_color) == ("Bar", 11, 21, "#ff0010")


def test_a_turned_polygon_has_turned_corners() -> None:
    area = {
        "position": {"x": 0, "y": 0},
        "rotation": 90,
        "shape": "polygon",
        "polygon": {"points": [{"x": 4, "y": 0}]},
    }
    found = parsed(zone(row(seat()), areas=[area])).areas[0]

    assert found.points == ((0, 4),)


def test_seats_of_a_row_are_numbered_as_they_lie() -> None:
    plan = parsed(zone(row(seat("1", 40), seat("3", 0), seat("2", 20))))

    assert [each.label for each in plan.seats] == ["3", "2", "1"]


def test_a_row_that_bends_keeps_the_order_of_its_file() -> None:
    bend = [(0, 0), (0, 10), (5, 20), (10, 10), (10, 0)]
    plan = parsed(zone(row(*(seat(str(index), x, y) for index, (x, y) in enumerate(bend)))))

    assert [each.label for each in plan.seats] == ["0", "1", "2", "3", "4"]


def test_the_version_follows_the_content() -> None:
    one, same, moved = (parsed(zone(row(seat(x=x)))) for x in (0, 0, 1))

    assert one.version == same.version
    assert one.version != moved.version


def test_a_missing_size_reaches_around_everything() -> None:
    plan = parsed(zone(row(seat(x=300, y=70))), size=None)

    assert (plan.width, plan.height) == (320, 90)


def test_iterating_gives_the_same_seats_as_indexing() -> None:
    plan = parse_plan((PLANS / "club-50.json").read_bytes(), "json")

    assert list(plan.seats) == [plan.seats[no] for no in range(50)]


@pytest.mark.parametrize(("name", "seats"), [("club-50", 50), ("hall", 868), ("arena", 19_014)])
def test_the_plans_that_are_shipped_are_read(name: str, seats: int) -> None:
    plan = parse_plan((PLANS / f"{name}.json").read_bytes(), "json")

    assert len(plan.seats) == seats
    assert sum(tier.seat_count for tier in plan.tiers) == seats


# Reading CSV


def test_a_table_is_read_row_by_row() -> None:
    table = f"\ufeff{HEADER}Floor,A,2,VIP,20,5\r\nFloor,B,1,R,0,25\nFloor,A,1,VIP,0,5.5\n\n"
    plan = parse_plan(table.encode(), "csv", "Club")

    assert [(each.row, each.label, each.tier, each.x, each.y) for each in plan.seats] == [
        ("A", "2", "VIP", 20, 5),
        ("A", "1", "VIP", 0, 5.5),
        ("B", "1", "R", 0, 25),
    ]
    assert (plan.name, plan.width, plan.height) == ("Club", 40, 45)


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ("", "line 1"),
        ("a;b\n", "line 1"),
        (HEADER, "line 2"),
        (HEADER + "F,A,1,T,0,0\nF,A,2,,0,0\n", "line 3, tier"),
        (HEADER + ",A,1,T,0,0\n", "line 2, section"),
        (HEADER + "F,A,,T,0,0\n", "line 2, label"),
        (HEADER + "F,A,1,T,nan,0\n", "line 2, x"),
        (HEADER + "F,A,1,T,0,1_0\n", "line 2, y"),
        (HEADER + "F,A,1,T,0,1e3\n", "line 2, y"),
        (HEADER + "F,A,1,T,0,\u0663\n", "line 2, y"),
        (HEADER + "F,A,1,T,9999999,0\n", "line 2, x"),
        (HEADER + "F,A,1,T,0\n", "line 2"),
        (HEADER + "F,A,1,T,0,0\n" * 2, "line 3"),
        (HEADER + '"F\nG",A,1,T,0,0\n', "line 3, section"),
        (HEADER + '"F"G,A,1,T,0,0\n', "line 2"),
        (HEADER + '"F', "line 2"),
        (HEADER + "x" * 200_000, "line 2"),
        (HEADER + "".join(f"F,A,{n},T{n},{n},0\n" for n in range(33)), "line 34, tier"),
    ],
)
def test_a_malformed_table_is_refused_with_line_and_column(table: str, path: str) -> None:
    refused = refusal_of(table, "csv")

    assert refused.members["path"] == path
    assert refused.detail.startswith(f"{path}: ")
