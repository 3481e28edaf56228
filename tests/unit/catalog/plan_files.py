"""Plan files made up by a test, and what becomes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from boxoffice.catalog.models import SeatingPlan
from boxoffice.catalog.policy import parse_plan
from boxoffice.kernel.errors import InvalidPlan

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
