"""The browser pages: files that were built once, read at the start and served from memory to whom no route is."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import falcon
from falcon.asgi import Request, Response

from boxoffice.adapters.snapshot import Snapshot
from boxoffice.http.replies import SHARED_FOR_EVER, reply_snapshot

PUBLIC: Mapping[str, str] = {"/assets/{name}": SHARED_FOR_EVER}
"""What any cache may keep. The build puts a hash of its content into the name of every file there."""

# A build that is newer is seen at once; an entity tag spares the bytes where nothing has changed.
_ASK_AGAIN = "no-cache"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_POWERFUL = ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _POWERFUL),
    "Referrer-Policy": "no-referrer",
}
_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
_CODINGS = {"br": ".br", "gzip": ".gz"}
"""By content coding, the best first: how the compressed twin of a file ends."""
_SERVICE = frozenset({"api", "assets", "docs", "healthz", "metrics", "openapi.json", "readyz"})
"""First segments of paths that are not pages, also where nothing is."""
_INDEX = "/index.html"
_NOT_BUILT = "The browser pages are not built. `bin/pages` builds them; until then, /docs shows what there is."


class _File(NamedTuple):
    media_type: str
    cache_control: str
    plain: Snapshot
    compressed: Mapping[str, Snapshot]
    """By content coding."""


class Pages:
    """Answers what no route does: a file of the build, or its one page, which looks at the path in the browser.

    Under the names of the service, and where a file is asked for that is not there, the answer is 404.
    """

    def __init__(self, folder: Traversable) -> None:
        """Reads every file in `folder`; nothing is looked up by a client's path but what was read here."""
        self._files = dict(_files(folder)) if folder.is_dir() else {}

    async def answer(self, req: Request, resp: Response) -> None:
        """For Falcon, as a sink."""
        path = req.path
        found, name = self._files.get(path), path.rpartition("/")[2]
        if found is None and (path.split("/", 2)[1] in _SERVICE or "." in name):
            raise falcon.HTTPNotFound
        if req.method != "GET":
            raise falcon.HTTPMethodNotAllowed(["GET", "HEAD"])
        if found is None:
            found = self._files.get(_INDEX)
        if found is None:
            raise falcon.HTTPNotFound(description=_NOT_BUILT)
        # Counted and timed as what it is, without a label for each path.
        req.uri_template = "/assets/{name}" if found.cache_control == SHARED_FOR_EVER else "/{page}"
        _reply(req, resp, found)


def built() -> Traversable:
    """Where the package has its pages, once they are built."""
    return files("boxoffice").joinpath("pages")


def _reply(req: Request, resp: Response, file: _File) -> None:
    shown = file.plain
    if file.compressed:
        resp.set_header("Vary", "Accept-Encoding")
        accepted = _accepted(req.get_header("Accept-Encoding") or "")
        for coding, snapshot in file.compressed.items():
            if coding in accepted:
                shown = snapshot
                resp.set_header("Content-Encoding", coding)
                break
    reply_snapshot(req, resp, shown, file.cache_control)
    resp.content_type = file.media_type
    for name, value in HEADERS.items():
        resp.set_header(name, value)


def _accepted(header: str) -> set[str]:
    """The codings that a client names, without those that it refuses (`;q=0`)."""
    accepted = set()
    for choice in header.lower().split(","):
        coding, _, weight = choice.replace(" ", "").partition(";q=")
        if weight.strip("0.") or not weight:
            accepted.add(coding)
    return accepted


def _files(folder: Traversable, at: str = "/") -> Iterator[tuple[str, _File]]:
    entries = {entry.name: entry for entry in folder.iterdir()}
    for name, entry in entries.items():
        if entry.is_dir():
            yield from _files(entry, f"{at}{name}/")
        elif not name.endswith(tuple(_CODINGS.values())):
            twins = {coding: entries.get(name + end) for coding, end in _CODINGS.items()}
            yield (
                at + name,
                _File(
                    media_type=_MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
                    cache_control=PUBLIC.get(f"{at}{{name}}", _ASK_AGAIN),
                    plain=_snapshot(entry),
                    compressed={coding: _snapshot(twin) for coding, twin in twins.items() if twin is not None},
                ),
            )


def _snapshot(file: Traversable) -> Snapshot:
    body = file.read_bytes()
    return Snapshot(body, f'"{blake2b(body, digest_size=12).hexdigest()}"', 0)
