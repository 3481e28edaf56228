"""What is drawn beside the seats: pretix's areas in their two forms, as ours."""

from collections.abc import Callable
from math import cos, radians, sin
from typing import TypeVar

from boxoffice.catalog.models import TEXT_MAX_CHARACTERS, Area
from boxoffice.catalog.policy.draft import Texts, color_of, refuse, shown
from boxoffice.catalog.policy.pretix import AreaPart, Position, TextPart

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Value = TypeVar("Value")

_SHAPES = (None, "rectangle", "circle", "ellipse", "polygon", "text")


class Areas:
    """Reads areas; texts are cleaned as names are."""

    def __init__(self) -> None:
        self._texts = Texts(TEXT_MAX_CHARACTERS)

    def read(self, part: AreaPart, zone: Position, path: str) -> Area:
        """One area at its place in the plan. A shape that is not known is refused: its outline would be a guess."""
        if part.shape not in _SHAPES:
            refuse(f"{path}.shape", f"the shape {shown(part.shape or '')} is not one that can be drawn.")
        origin = (zone.x + part.position.x, zone.y + part.position.y)
        box, points, rotation = _outline(part, origin, path)
        text = part.text if isinstance(part.text, TextPart) else TextPart(part.text)
        written = self._written(text.text or "", f"{path}.text")
        if isinstance(part.text, str):  # the first form writes it in the middle
            at = (box[0] + box[2] / 2, box[1] + box[3] / 2)
        else:
            at = (origin[0] + text.position.x, origin[1] + text.position.y)
        return Area(
            shape={None: "rectangle", "circle": "ellipse"}.get(part.shape) or part.shape or "rectangle",
            x=box[0],
            y=box[1],
            width=box[2],
            height=box[3],
            rotation=rotation,
            points=points,
            color=color_of(part.color or "", f"{path}.color"),
            border_color=color_of(part.border_color or "", f"{path}.border_color"),
            text=written,
            text_x=at[0] if written else 0.0,
            text_y=at[1] if written else 0.0,
            text_size=16.0 if text.size is None else text.size,
            text_color=color_of(text.color or "", f"{path}.text.color"),
        )

    def _written(self, text: str, path: str) -> str:
        return self._texts.clean(" ".join(text.split()), lambda: path, may_be_empty=True)


def _outline(part: AreaPart, origin: Point, path: str) -> tuple[Box, tuple[Point, ...], float]:
    """The box of an area, its corners if it is a polygon, and how far it is turned."""
    x, y = origin
    turned = part.rotation or 0.0
    match part.shape:
        case None:
            width = _given(part.width, f"{path}.width")
            return (x, y, width, _given(part.height, f"{path}.height")), (), turned
        case "rectangle":
            size = _given(part.rectangle, f"{path}.rectangle")
            return (x, y, size.width, size.height), (), turned
        case "circle":
            radius = _given(part.circle, f"{path}.circle").radius
            return (x - radius, y - radius, 2 * radius, 2 * radius), (), 0.0
        case "ellipse":
            radii = _given(part.ellipse, f"{path}.ellipse").radius
            return (x - radii.x, y - radii.y, 2 * radii.x, 2 * radii.y), (), turned
        case "polygon":
            turn = _turning(turned)
            corners = [turn(point.x, point.y) for point in _given(part.polygon, f"{path}.polygon").points]
            points = tuple((round(x + dx, 2), round(y + dy, 2)) for dx, dy in corners)
            across, down = [point[0] for point in points] or [x], [point[1] for point in points] or [y]
            box = (min(across), min(down), max(across) - min(across), max(down) - min(down))
            return box, points, 0.0
        case _:
            return (x, y, 0.0, 0.0), (), turned


def _turning(degrees: float) -> Callable[[float, float], Point]:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return lambda x, y: (x * c - y * s, x * s + y * c)


def _given(value: Value | None, path: str) -> Value:
    if value is None:
        refuse(path, "this field is missing.")
    return value
