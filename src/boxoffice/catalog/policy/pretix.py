"""The format of pretix's seating plans, as its JSON schema and the files of its editor have it.

Source: pretix, `src/pretix/static/seating/seating-plan.schema.json`, in its first form (areas with a width and a
height and a text of their own) and its present one (shapes). What only an editor needs is named here and passed
over; a field that is not named here could change what the plan means and is refused.
"""

import re
from typing import Annotated, NoReturn

import msgspec
from msgspec import Meta, Raw, Struct, field

from boxoffice.catalog.models import TIERS_MAX
from boxoffice.catalog.policy.draft import COORDINATE_MAX, refuse
from boxoffice.kernel.errors import InvalidPlan

_Number = Annotated[float, Meta(ge=-COORDINATE_MAX, le=COORDINATE_MAX)]
_Length = Annotated[float, Meta(ge=0, le=COORDINATE_MAX)]
_PARTS_MAX = 20_000
_POINTS_MAX = 1000


class Position(Struct, forbid_unknown_fields=True, gc=False):
    x: _Number
    y: _Number


class Size(Struct, forbid_unknown_fields=True):
    width: _Length
    height: _Length


class Category(Struct, forbid_unknown_fields=True):
    name: str
    color: str | None = None


class SeatPart(Struct, forbid_unknown_fields=True, gc=False):
    seat_number: str
    position: Position
    category: str
    seat_guid: Raw = Raw()
    uuid: Raw = Raw()
    radius: Raw = Raw()
    start_direction: Raw = Raw()


class RowPart(Struct, forbid_unknown_fields=True):
    seats: list[SeatPart]
    row_number: str | None = None
    row_label: str | None = None
    seat_label: str | None = None
    position: Position = field(default_factory=lambda: Position(0.0, 0.0))
    uuid: Raw = Raw()
    row_number_position: Raw = Raw()
    number_of_seats: Raw = Raw()
    seats_spacing: Raw = Raw()


class Polygon(Struct, forbid_unknown_fields=True):
    points: Annotated[list[Position], Meta(max_length=_POINTS_MAX)]


class Circle(Struct, forbid_unknown_fields=True):
    radius: _Length


class Radii(Struct, forbid_unknown_fields=True):
    x: _Length
    y: _Length


class Ellipse(Struct, forbid_unknown_fields=True):
    radius: Radii


class TextPart(Struct, forbid_unknown_fields=True):
    text: str | None = None
    position: Position = field(default_factory=lambda: Position(0.0, 0.0))
    color: str | None = None
    size: _Length | None = None


class AreaPart(Struct, forbid_unknown_fields=True):
    position: Position
    shape: str | None = None
    color: str | None = None
    border_color: str | None = None
    rotation: _Number | None = None
    text: TextPart | str | None = None
    rectangle: Size | None = None
    polygon: Polygon | None = None
    circle: Circle | None = None
    ellipse: Ellipse | None = None
    width: _Length | None = None
    height: _Length | None = None
    uuid: Raw = Raw()


class ZonePart(Struct, forbid_unknown_fields=True):
    rows: Annotated[list[RowPart], Meta(max_length=_PARTS_MAX)]
    name: str | None = None
    zone_id: str | None = None
    position: Position = field(default_factory=lambda: Position(0.0, 0.0))
    areas: Annotated[list[AreaPart], Meta(max_length=_PARTS_MAX)] = field(default_factory=list)
    uuid: Raw = Raw()
    displayed: Raw = Raw()


class PlanPart(Struct, forbid_unknown_fields=True):
    zones: Annotated[list[ZonePart], Meta(max_length=_PARTS_MAX)]
    categories: Annotated[list[Category], Meta(max_length=TIERS_MAX)]
    name: str | None = None
    size: Size | None = None
    background_image: Raw = Raw()
    background: Raw = Raw()
    version: Raw = Raw()
    schema: Raw = field(default=Raw(), name="$schema")
    uuid: Raw = Raw()


_decoder = msgspec.json.Decoder(PlanPart)
_AT = re.compile(r" - at `(?:key in )?\$\.?(.*)`$", re.DOTALL)
_FIELD = re.compile(r"^Object (?:missing required|contains unknown) field `(.*?)`", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)$")


def decode(content: bytes) -> PlanPart:
    """The file as typed parts. Raises `InvalidPlan` with the path of what does not fit."""
    try:
        return _decoder.decode(content)
    except msgspec.ValidationError as error:
        _refuse_part(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        at = _BYTE.search(str(error))
        raise InvalidPlan(
            f"{f'byte {at[1]}' if at else 'plan'}: the file is not valid JSON.", path=f"byte {at[1]}" if at else "plan"
        ) from None
    except RecursionError:
        refuse("plan", "the file is nested too deeply.")


def _refuse_part(message: str) -> NoReturn:
    at = _AT.search(message)
    path = at[1] if at else ""
    reason = message[: at.start()] if at else message
    named = _FIELD.match(reason)
    if named:
        path = f"{path}.{named[1][:60]}" if path else named[1][:60]
        missing = reason.startswith("Object missing")
        refuse(path, "this field is missing." if missing else "this field is not one that can be honoured.")
    refuse(path or "plan", f"{reason[0].lower()}{reason[1:]}.")
