import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice.catalog.models import PLAN_MAX_BYTES, SEATS_MAX, SeatingPlan, Tier
from boxoffice.catalog.policy import clean_description, moment_ms, parse_plan, priced, runs, seats_per_fan_of
from boxoffice.kernel.errors import InvalidPlan, InvalidRequest

PLANS = Path(__file__).parents[3] / "src" / "boxoffice" / "plans"
HEADER = "section,row,label,tier,x,y\n"


def seat(number: str = "1", x: float = 0, y: float = 0, category: str = "A", **others: Any) -> dict[str, Any]:
    return {
        "seat_guid": number,
        "seat_number": number,
        "position": {"x": x, "y": y},
        "category": category,
        **others,
    }


def row(*seats: dict[str, Any], number: str = "1", **others: Any) -> dict[str, Any]:
    return {"row_number": number, "seats": list(seats), **others}


def zone(*rows: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"name": "Floor", "position": {"x": 0, "y": 0}, "rows": list(rows), "areas": [], **others}


def document(*zones: dict[str, Any], **others: Any) -> dict[str, Any]:
    categories = [{"name": "A", "color": "#112233"}, {"name": "B"}]
    return {
        "name": "Hall",
        "size": {"width": 100, "height": 50},
        "categories": categories,
        "zones": list(zones),
        **others,
    }


def parsed(*zones: dict[str, Any], **others: Any) -> SeatingPlan:
    return parse_plan(json.dumps(document(*zones, **others)).encode(), "json")


def refusal_of(content: dict[str, Any] | str | bytes, format: Any = "json") -> InvalidPlan:
    if isinstance(content, dict):
        content = json.dumps(content)
    with pytest.raises(InvalidPlan) as refused:
        parse_plan(content.encode() if isinstance(content, str) else content, format)
    return refused.value


def problems_of(refused: InvalidPlan) -> list[dict[str, Any]]:
    listed = refused.members["problems"]
    assert isinstance(listed, list)
    return listed


def line_of(*places: float, **others: Any) -> dict[str, Any]:
    return row(*(seat(str(index), x) for index, x in enumerate(places)), **others)


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


# Refusing


@pytest.mark.parametrize(
    ("zones", "path"),
    [
        ([zone(row(seat())), zone(row(seat(), seat("2", category="C")))], "zones[1].rows[0].seats[1].category"),
        ([zone(row(seat(x=1e400)))], "zones[0].rows[0].seats[0].position.x"),
        ([zone(row(seat(x=2e6)))], "zones[0].rows[0].seats[0].position.x"),
        ([zone(row(seat(x="1")))], "zones[0].rows[0].seats[0].position.x"),  # type: ignore[arg-type]
        ([zone(row(seat(), seat()))], "zones[0].rows[0].seats[1]"),
        ([zone(row(seat()), row(seat()))], "zones[0].rows[1].seats[0]"),
        ([zone(row(seat(rotation=4)))], "zones[0].rows[0].seats[0].rotation"),
        ([zone(row(seat(), rotation=4))], "zones[0].rows[0].rotation"),
        ([zone({"row_number": "1"})], "zones[0].rows[0].seats"),
        ([zone(row(seat("x" * 51)))], "zones[0].rows[0].seats[0].seat_number"),
        ([zone(row(seat("")))], "zones[0].rows[0].seats[0].seat_number"),
        ([zone(row(seat("a\u202eb")))], "zones[0].rows[0].seats[0].seat_number"),
        ([zone(row(seat(), number="\n1\n2"))], "zones[0].rows[0].row_number"),
        ([zone(row(seat(), number="", row_label="x" * 51))], "zones[0].rows[0].row_label"),
        ([zone(row(seat()), name="x" * 101)], "zones[0].name"),
        ([zone(row(seat()), areas=[{"position": {"x": 0, "y": 0}, "shape": "star"}])], "zones[0].areas[0].shape"),
        (
            [zone(row(seat()), areas=[{"position": {"x": 0, "y": 0}, "shape": "circle"}])],
            "zones[0].areas[0].circle",
        ),
        ([zone(row(seat()), areas=[{"position": {"x": 0, "y": 0}, "width": 1}])], "zones[0].areas[0].height"),
        (
            [zone(row(seat()), areas=[{"position": {"x": 0, "y": 0}, "width": 1, "height": 1, "color": "red;x"}])],
            "zones[0].areas[0].color",
        ),
        ([], "zones"),
        ([zone()], "zones"),
    ],
)
def test_a_malformed_plan_is_refused_with_the_path(zones: list[Any], path: str) -> None:
    refused = refusal_of(json.dumps(document(*zones)).replace("Infinity", "1e400"))

    assert refused.members["path"] == path
    assert refused.detail.startswith(f"{path}: ")
    assert refused.detail.endswith(".")
    assert "\n" not in refused.detail


@pytest.mark.parametrize(
    ("categories", "path"),
    [
        ([{"name": "A"}, {"name": "A "}], "categories[1].name"),
        ([{"name": "A", "color": "url(x)"}], "categories[0].color"),
        ([{"name": "A"}] * 33, "categories"),
        ([{"color": "#000"}], "categories[0].name"),
        ("A", "categories"),
    ],
)
def test_malformed_categories_are_refused_with_the_path(categories: Any, path: str) -> None:
    refused = refusal_of(document(zone(row(seat())), categories=categories))

    assert refused.members["path"] == path


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"", "plan"),
        (b"{", "plan"),
        (b"[]", "plan"),
        (b'{"zones":[}', "byte 10"),
        (b'{"name":"\xff"}', "byte 9"),
        ("{}".encode("utf-16"), "byte 0"),
        (b'{"background_image":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "plan"),
        (b'{"zones":' + b"[" * 200_000, "zones[0]"),
        (b" " * (PLAN_MAX_BYTES + 1), "plan"),
    ],
)
def test_what_is_no_json_is_refused(content: bytes, path: str) -> None:
    refused = refusal_of(content)

    assert refused.members["path"] == path


def test_more_seats_than_a_plan_may_have_are_refused() -> None:
    chairs = ",".join(
        f'{{"seat_number":"{n}","category":"A","position":{{"x":{n},"y":0}}}}' for n in range(SEATS_MAX + 1)
    )
    content = f'{{"categories":[{{"name":"A"}}],"zones":[{{"rows":[{{"row_number":"1","seats":[{chairs}]}}]}}]}}'

    refused = refusal_of(content)

    assert refused.members["path"] == "zones[0].rows[0].seats[100000]"


def test_areas_that_no_column_holds_are_refused() -> None:
    area = {"width": 1, "height": 1, "position": {"x": 0, "y": 0}, "text": "x" * 200}

    refused = refusal_of(document(zone(row(seat()), areas=[area] * 400)))

    assert refused.members["path"] == "zones"


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


# Several faults at once


def test_all_that_is_wrong_with_a_table_is_told_with_its_places() -> None:
    refused = refusal_of(f"{HEADER}F,A,1,VIP,0,0\nF,A,2,VIP,x,0\nF,A\nF,A,1,VIP,2,0\nF,B,1,VIP,x,9\n", "csv")

    assert refused.members["path"] == "line 3, x"
    assert [(each["path"], each["count"]) for each in problems_of(refused)] == [
        ("line 3, x", 2),
        ("line 4", 1),
        ("line 5", 1),
    ]
    assert problems_of(refused)[2]["detail"] == "there are two seats named section 'F', row 'A', seat '1'."


def test_all_that_is_wrong_with_a_plan_is_told_with_its_places() -> None:
    refused = refusal_of(
        document(
            zone(row(seat("1"), seat("2", category="Z")), row(seat("3", category="Z"), number="2")),
            zone(row(seat("4\x00")), name="Q", areas=[{"shape": "star", "position": {"x": 0, "y": 0}}]),
        )
    )

    assert [(each["path"], each["count"]) for each in problems_of(refused)] == [
        ("zones[0].rows[0].seats[1].category", 2),
        ("zones[1].rows[0].seats[0].seat_number", 1),
        ("zones[1].areas[0].shape", 1),
    ]


def test_at_most_twenty_different_problems_are_told() -> None:
    wrong = "".join(f"F,A,{n},VIP,x{n},0\n" for n in range(50))

    assert len(problems_of(refusal_of(HEADER + wrong, "csv"))) == 20


# Whatever is thrown at it

ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=60)
    | st.sampled_from(["%s", "A", "B", "", "star", "circle", "\ud800", "x" * 201]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        found += [(node, key), *places(value)]
    return found


def whole_document() -> dict[str, Any]:
    label = {"text": "STAGE", "position": {"x": 1, "y": 1}, "size": 9, "color": "#000"}
    point = {"x": 1, "y": 2}
    areas = [
        {"shape": "rectangle", "rectangle": {"width": 1, "height": 2}, "position": point, "text": label},
        {"shape": "polygon", "polygon": {"points": [dict(point)]}, "position": dict(point), "rotation": 3.5},
        {"shape": "ellipse", "ellipse": {"radius": dict(point)}, "position": dict(point), "color": "red"},
        {"shape": "circle", "circle": {"radius": 2}, "position": dict(point), "border_color": "#fff"},
        {"width": 1, "height": 1, "position": dict(point), "text": "bar"},
    ]
    seats = [seat(str(n), n * 20.5, 3, "AB"[n % 2], uuid="u", radius=5) for n in range(3)]
    rows = [row(*seats, row_label="R%s", seat_label="S%s", uuid="u"), row(seat(), number="2", position=point)]
    return json.loads(json.dumps(document(zone(*rows, areas=areas, zone_id="z"), background_image="x")))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_change_of_a_valid_plan_parses_or_is_refused_with_a_path(data: st.DataObject) -> None:
    content = whole_document()
    for _ in range(data.draw(st.integers(1, 3))):
        parent, key = data.draw(st.sampled_from(places(content)))
        match data.draw(st.sampled_from(["replace", "remove", "repeat", "add"])):
            case "replace":
                parent[key] = data.draw(ODD)
            case "remove":
                del parent[key]
            case "repeat" if isinstance(parent, list):
                parent.append(parent[key])
            case _ if isinstance(parent, dict):
                parent[data.draw(st.text(max_size=5))] = data.draw(ODD)
        if not places(content):
            break
    check(json.dumps(content).encode(), "json")


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(["json", "csv"]))
def test_any_change_of_bytes_parses_or_is_refused_with_a_path(data: st.DataObject, format: str) -> None:
    valid = json.dumps(whole_document()) if format == "json" else HEADER + "F,A,1,T,0,0\nF,A,2,U,1.5,0\n"
    content = bytearray(valid.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    check(bytes(content), format)


def check(content: bytes, format: Any) -> None:
    try:
        plan = parse_plan(content, format)
    except InvalidPlan as refused:
        assert refused.detail.startswith(f"{refused.members['path']}: ")
        return

    found = [no for tier in runs(plan) for start, length, _ in tier for no in range(start, start + length)]
    assert sorted(found) == list(range(len(plan.seats)))


# Runs


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


# Selling


def test_every_tier_needs_a_price_and_no_other_may_have_one() -> None:
    tiers = (Tier("A", "#000", 3), Tier("B", "#111", 4))

    assert [tier.price_minor for tier in priced(tiers, {"B": 2, "A": 1})] == [1, 2]
    for wrong in ({"A": 1}, {"A": 1, "B": 2, "C": 3}, {"A": 1, "B": -1}, {"A": 1, "B": 10**13}):
        with pytest.raises(InvalidRequest):
            priced(tiers, wrong)


def test_descriptions_keep_their_lines_and_nothing_that_cannot_be_read() -> None:
    assert clean_description(" one \r\n\n two\n") == "one\n\ntwo"
    with pytest.raises(InvalidRequest):
        clean_description("a\x00b")
    with pytest.raises(InvalidRequest):
        clean_description("x" * 5001)


@pytest.mark.parametrize("at_ms", [-(2**62), 0, 2**62])
def test_moments_outside_of_two_centuries_are_refused(at_ms: int) -> None:
    with pytest.raises(InvalidRequest):
        moment_ms(at_ms, "start")


@pytest.mark.parametrize("wanted", [0, 101])
def test_a_fan_may_have_one_to_a_hundred_seats(wanted: int) -> None:
    with pytest.raises(InvalidRequest):
        seats_per_fan_of(wanted)
