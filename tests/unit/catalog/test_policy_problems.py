"""Plan files that are refused, and where it is said that the fault lies."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice.catalog.models import PLAN_MAX_BYTES, SEATS_MAX
from boxoffice.catalog.policy import parse_plan, runs
from boxoffice.kernel.errors import InvalidPlan
from tests.unit.catalog.plan_files import (
    HEADER,
    document,
    problems_of,
    refusal_of,
    row,
    seat,
    zone,
)

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
