"""`/openapi.json` and `/docs`: the reference, rendered once on the server, without scripts and without other hosts."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from html import escape
from importlib.resources import files
from typing import Any

import msgspec
from falcon.asgi import Request, Response

from boxoffice.adapters.snapshot import Snapshot
from boxoffice.http.openapi import Document, document
from boxoffice.http.replies import reply_snapshot
from boxoffice.http.routes import Media, Operation, Route

_CACHE = "public, max-age=60"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_TAG = "Operation"
_REF = "#/components/schemas/"


class PageResource:
    """Bytes that stay the same while the process lives."""

    def __init__(self, media_type: str) -> None:
        self._media_type = media_type
        self._page = Snapshot(b"", '""', 0)

    def show(self, body: bytes) -> None:
        """What to answer from now on."""
        self._page = Snapshot(body, f'"{blake2b(body, digest_size=12).hexdigest()}"', 0)

    async def on_get(self, req: Request, resp: Response) -> None:
        reply_snapshot(req, resp, self._page, _CACHE)
        resp.content_type = self._media_type
        resp.set_header("Content-Security-Policy", _POLICY)


def reference_routes(routes: Sequence[Route], *, version: str) -> list[Route]:
    """The reference of `routes`, of itself too: hand in every other route, and add these."""
    openapi, page, style = (
        PageResource("application/json"),
        PageResource("text/html; charset=utf-8"),
        PageResource("text/css; charset=utf-8"),
    )
    of_openapi = Operation("This reference, for programs (OpenAPI 3.1)", {200: dict[str, Any]}, cache=_CACHE)
    of_page = Operation("This reference, for people", {200: Media("text/html")}, cache=_CACHE)
    of_style = Operation("The looks of the reference", {200: Media("text/css")}, cache=_CACHE)
    own = [
        Route("/openapi.json", openapi, {"GET": of_openapi}, tag=_TAG),
        Route("/docs", page, {"GET": of_page}, tag=_TAG),
        Route("/docs.css", style, {"GET": of_style}, tag=_TAG),
    ]
    described = document([*routes, *own], version=version)
    openapi.show(msgspec.json.encode(described))
    page.show(render(described).encode())
    style.show(files("boxoffice.http").joinpath("docs.css").read_bytes())
    return own


def render(described: Document) -> str:
    """An OpenAPI document as one HTML page."""
    info = described["info"]
    tags = [tag["name"] for tag in described["tags"]]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<title>{escape(info["title"])} API</title><link rel="stylesheet" href="/docs.css"></head><body>',
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>",
        f'<p>{_prose(info["description"])}</p><p>For programs: <a href="/openapi.json">/openapi.json</a></p>',
        "<nav><ul>",
        *(f'<li><a href="#{_anchor(tag)}">{escape(tag)}</a></li>' for tag in tags),
        '<li><a href="#schemas">Schemas</a></li></ul></nav><main>',
    ]
    for tag in tags:
        parts.append(f'<section><h2 id="{_anchor(tag)}">{escape(tag)}</h2>')
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                if tag in operation.get("tags", ()):
                    parts.extend(_operation(path, method, operation))
        parts.append("</section>")
    parts.append('<section><h2 id="schemas">Schemas</h2>')
    for name, schema in described["components"]["schemas"].items():
        parts.extend(_schema(name, schema))
    parts.append("</section></main></body></html>")
    return "".join(parts)


def _operation(path: str, method: str, operation: Document) -> Iterator[str]:
    yield f'<article><h3 id="{escape(operation["operationId"])}"><code class="method">{method.upper()}</code> '
    yield f"<code>{escape(path)}</code></h3><p>{_prose(operation['summary'])}</p>"
    schemes = [scheme for requirement in operation["security"] for scheme in requirement]
    if schemes:
        shown = {"bearer": "Authorization: Bearer", "queueToken": "X-Queue-Token"}
        yield f"<p>Needs {' and '.join(f'<code>{shown[scheme]}</code>' for scheme in schemes)}.</p>"
    if operation["parameters"]:
        yield from _table(
            "Parameters",
            ("Name", "In", "Type", "Meaning"),
            [
                (
                    f"<code>{escape(parameter['name'])}</code>{'' if parameter['required'] else ' (optional)'}",
                    parameter["in"],
                    _type(parameter["schema"]),
                    _prose(parameter.get("description", "")),
                )
                for parameter in operation["parameters"]
            ],
        )
    if "requestBody" in operation:
        yield f"<p>Body: {_bodies(operation['requestBody']['content'])}</p>"
    yield from _table(
        "Answers",
        ("Status", "Body", "Meaning"),
        [
            (f"<code>{status}</code>", _bodies(response.get("content", {})), _prose(response["description"]))
            for status, response in operation["responses"].items()
        ],
    )
    yield "</article>"


def _schema(name: str, schema: Document) -> Iterator[str]:
    yield f'<article><h3 id="{_anchor(name)}"><code>{escape(name)}</code></h3>'
    yield f"<p>{_prose(schema.get('description', ''))}</p>"
    required = schema.get("required", ())
    if "properties" in schema:
        yield from _table(
            "Members",
            ("Name", "Type", "Limits"),
            [
                (
                    f"<code>{escape(member)}</code>{'' if member in required else ' (optional)'}",
                    _type(described),
                    _limits(described),
                )
                for member, described in schema["properties"].items()
            ],
        )
    else:
        yield f"<p>{_type(schema)}</p>"
    yield "</article>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"<table><caption>{caption}</caption><thead><tr>"
    yield "".join(f"<th scope=col>{head}</th>" for head in heads)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
    yield "</tbody></table>"


def _bodies(content: Document) -> str:
    return "<br>".join(
        f"{_type(body['schema'])} <code>{escape(media_type)}</code>" for media_type, body in content.items()
    )


def _type(schema: Document) -> str:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return f'<a href="#{_anchor(name)}">{escape(name)}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items') or {})}"
    shown = schema.get("format") or schema.get("type", "anything")
    return escape(str(shown))


def _limits(schema: Document) -> str:
    words = {
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minItems": "at least {} items",
        "maxItems": "at most {} items",
        "default": "{} unless given",
    }
    limits = [_prose(schema["description"])] if "description" in schema else []
    limits += [escape(phrase.format(schema[word])) for word, phrase in words.items() if word in schema]
    return ", ".join(limits)


def _prose(text: str) -> str:
    # Backquotes mark code, as in our own docstrings.
    pieces = escape(text).split("`")
    return "".join(piece if index % 2 == 0 else f"<code>{piece}</code>" for index, piece in enumerate(pieces))


def _anchor(name: str) -> str:
    return "schema-" + "".join(character if character.isalnum() else "-" for character in name)
