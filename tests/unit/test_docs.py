"""The pages do not go stale: their tables, paths, names and links are compared with the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cyclopts import App
from falcon.testing import ASGIConductor
from prometheus_client import Counter

from boxoffice.adapters.metrics import CATALOGUE
from boxoffice.app import build
from boxoffice.cli.commands import app as command_line
from boxoffice.http.errors import STATUS
from boxoffice.settings import PREFIX, TABLE, Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
API, OPERATIONS = ROOT / "docs" / "api.md", ROOT / "docs" / "operations.md"

OF_THE_FORM = frozenset(
    {
        "malformed_json",
        "request_timeout",
        "body_too_large",
        "unsupported_media_type",
        "invalid_request",
        "unauthorized",
        "forbidden",
        "idempotency_key_required",
        "overloaded",
        "unavailable",
    }
)
"""Refusals that follow from the form of a request; docs/api.md tells them once for all paths."""

_OPERATION = re.compile(r"^### `([A-Z]+) (/\S*)`$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?<![\w./])(?:src|bin|tests|docs|deploy|web|\.ci|\.github)/[\w./-]*\w/?", re.ASCII)
_PICTURE = re.compile(r"-(en|ko)(?=-\w+\.webp$)")
_TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def settings_table() -> list[str]:
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    rows = ["| variable | unless set | from, to | meaning |", "|---|---|---|---|"]
    for row in TABLE:
        field = fields[row.field]
        unless_set = "required" if field.required else "none" if field.default is None else f"`{field.default}`"
        bounds = "" if row.low is None else f"{row.low} to {row.high}"
        rows.append(f"| `{PREFIX}{row.field.upper()}` | {unless_set} | {bounds} | {row.meaning} |")
    return rows


def error_table() -> list[str]:
    rows = ["| status | code | meaning |", "|---|---|---|"]
    return rows + [f"| {status} | `{error.code}` | {error.sentence} |" for error, status in STATUS.items()]


def metrics_table() -> list[str]:
    rows = ["| metric | kind | labels | meaning |", "|---|---|---|---|"]
    for name, entry in CATALOGUE.items():
        shown = f"boxoffice_{name}{'_total' if entry.kind is Counter else ''}"
        labels = ", ".join(f"`{label}`" for label in entry.labels)
        rows.append(f"| `{shown}` | {entry.kind.__name__.lower()} | {labels} | {entry.help} |")
    return rows


@pytest.fixture
async def reference(tmp_path: Path) -> dict[str, Any]:
    """The OpenAPI document as an instance serves it."""
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'boxoffice.db'}",
        redis_url=f"unix://{tmp_path / 'nobody.sock'}",
        secret="s" * 32,
        password_time_cost=1,
        password_memory_kib=8,
    )
    application = build(settings)
    try:
        async with ASGIConductor(application.api) as conductor:
            answer = await conductor.simulate_get("/openapi.json")
    finally:
        await application.close()
    return dict(answer.json)


def test_the_page_on_operations_has_the_settings_of_the_code() -> None:
    assert settings_table() == _table_after(OPERATIONS, "## Settings")


def test_the_page_on_operations_has_the_metrics_of_the_code() -> None:
    assert metrics_table() == _table_after(OPERATIONS, "## Metrics")


def test_the_page_on_operations_has_the_commands_of_the_code() -> None:
    documented = [row.split("|")[1].strip(" `") for row in _table_after(OPERATIONS, "## Commands")[2:]]

    assert sorted(_commands(command_line)) == sorted(documented)


def test_the_page_on_operations_has_the_log_events_of_the_code() -> None:
    source = "\n".join(path.read_text() for path in sorted((ROOT / "src").rglob("*.py")))
    logged = set(re.findall(r"_log\.(\w+)\(\s*\"(\w+)\"", source))
    rows = [[cell.strip(" `") for cell in row.split("|")] for row in _table_after(OPERATIONS, "## Logs")[2:]]

    assert logged == {(row[2], row[1]) for row in rows}


def test_the_page_on_the_api_has_the_error_codes_of_the_code() -> None:
    assert error_table() == _table_after(API, "## Errors")


async def test_the_page_on_the_api_has_the_paths_of_the_code(reference: dict[str, Any]) -> None:
    served = {(method.upper(), path) for path, methods in reference["paths"].items() for method in methods}

    assert served == set(_sections())


async def test_the_page_on_the_api_tells_what_each_path_answers(reference: dict[str, Any]) -> None:
    sections = _sections()
    shapes = _words(_section_of(API, "## Shapes"))
    wrong = []
    for path, methods in reference["paths"].items():
        for method, operation in methods.items():
            section = sections.get((method.upper(), path), "")
            answers, codes, fields = _told(reference, operation)
            wrong += [
                f"{method.upper()} {path}: {what}"
                for what in (
                    _difference("answers", answers, set(re.findall(r"\*\*(\d{3})\*\*", section))),
                    _difference("refusals", codes - OF_THE_FORM, _refused(section)),
                    _difference("fields", fields - _words(section) - shapes, set()),
                )
                if what
            ]

    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [target for target in _LINK.findall(_prose(page)) if not _resolves(page, target)]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = {path for code in _CODE.findall(_prose(page)) for path in _PATH.findall(code.split("::")[0])}
    missing = sorted(path for path in named if "NNNN" not in path and not (ROOT / path).exists())

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    missing = [
        f"{file}::{name}"
        for file, name in _TEST.findall(page.read_text())
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text()
    ]

    assert missing == []


def test_both_readmes_point_to_the_same_places() -> None:
    english, korean = ROOT / "README.md", ROOT / "README.ko.md"

    assert _places(english) == _places(korean)


def _sections() -> dict[tuple[str, str], str]:
    """What docs/api.md says of each operation: from its heading to the next of the same or a higher level."""
    text = API.read_text()
    sections = {}
    for match in _OPERATION.finditer(text):
        following = re.search(r"^#{1,3} ", text[match.end() :], re.MULTILINE)
        end = match.end() + following.start() if following else len(text)
        sections[match[1], match[2]] = text[match.end() : end]
    return sections


def _section_of(page: Path, heading: str) -> str:
    _, _, rest = page.read_text().partition(f"\n{heading}\n")
    assert rest, f"{page.name} has no heading {heading!r}"
    return re.split(r"^#{1,2} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def _table_after(page: Path, heading: str) -> list[str]:
    lines = _section_of(page, heading).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("|"))
    return list(_while_table(lines[start:]))


def _while_table(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def _commands(group: App, before: str = "") -> Iterator[str]:
    for name in group:
        if name.startswith("-"):
            continue
        inner = list(_commands(group[name], f"{before}{name} "))
        yield from inner or [f"{before}{name}"]


def _told(reference: dict[str, Any], operation: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    """(statuses of answers, codes of refusals, names of the fields that come or go) of an operation."""
    answers, codes, bodies = set(), set(), [operation.get("requestBody", {})]
    for status, response in operation["responses"].items():
        if int(status) < 400:
            answers.add(status)
            bodies.append(response)
        else:
            codes |= set(re.findall(r"`(\w+)`:", response["description"]))
    fields: set[str] = set()
    for body in bodies:
        for media in body.get("content", {}).values():
            fields |= set(_fields(reference, media["schema"], seen=set()))
    return answers, codes, fields


def _fields(reference: dict[str, Any], schema: Any, seen: set[str]) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _fields(reference, part, seen)
    if not isinstance(schema, dict):
        return
    name = schema.get("$ref", "").removeprefix("#/components/schemas/")
    if name and name not in seen:
        seen.add(name)
        yield from _fields(reference, reference["components"]["schemas"][name], seen)
    properties = schema.get("properties", {})
    yield from properties
    for part in (*properties.values(), schema.get("items"), schema.get("anyOf"), schema.get("prefixItems")):
        yield from _fields(reference, part, seen)


def _refused(section: str) -> set[str]:
    codes = {error.code for error in STATUS}
    told = re.findall(r"Refused: (.*?)(?:\n\n|\Z)", section, re.DOTALL)
    return {code for words in told for code in re.findall(r"`([a-z_]+)`", words) if code in codes}


def _difference(what: str, right: set[str], written: set[str]) -> str:
    if right == written:
        return ""
    return f"{what}: missing {sorted(right - written)}, too many {sorted(written - right)}"


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text())


def _resolves(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True  # another host; not asked from a test
    path, _, anchor = target.partition("#")
    found = page if not path else (page.parent / path).resolve()
    if not found.exists() or not found.is_relative_to(ROOT):
        return False
    return not anchor or anchor in _anchors(found)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _places(page: Path) -> tuple[list[str], int, int]:
    """Where a page points to, in order, pictures whatever their language; how many headings and table rows it has."""
    prose = _prose(page)
    links = [target for target in _LINK.findall(prose) if "README" not in target]
    return (
        sorted([*links, *(_PICTURE.sub("", path) for path in _PATH.findall(prose))]),
        len(re.findall(r"^#+ ", prose, re.MULTILINE)),
        len(re.findall(r"^\|", prose, re.MULTILINE)),
    )
