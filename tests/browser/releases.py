"""The built pages on a server of their own without a service behind, where one release follows another."""

import json
import shutil
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.async_api import Page

from boxoffice.kernel.clock import SystemClock, utc
from tests.browser.stage import ROOT, Stage

PAGES = ROOT / "src" / "boxoffice" / "pages"
_HOUR_MS = 3_600_000


class Releases:
    """Serves a copy of the pages; `deploy` puts the next one in its place."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="boxoffice-")
        root = Path(self._folder.name, "pages")
        shutil.copytree(PAGES, root, ignore=shutil.ignore_patterns("*.gz", "*.br"))
        self._root = root
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(root))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def deploy(self, name: str) -> None:
        """Another build: its first script has another name, and the one of before is gone."""
        (script,) = self._root.glob("assets/index-*.js")
        for file in self._root.rglob("*"):
            if file.suffix in {".html", ".js"}:
                file.write_text(file.read_text().replace(script.name, f"index-{name}.js"))
        script.rename(script.with_name(f"index-{name}.js"))

    def write(self, name: str, content: str) -> None:
        """Put one file in place of another."""
        (self._root / name).write_text(content)

    async def visit(self, stage: Stage) -> Page:
        """A profile that keeps a ticket already."""
        now_ms = SystemClock().now_ms()
        user = {"id": "fan-1", "email": "fan@example.com", "name": "Fan", "role": "fan"}
        session = {"access": "a", "refresh": "r", "accessUntilMs": now_ms + _HOUR_MS, "user": user}
        at = utc(now_ms + _HOUR_MS).isoformat()
        reservation = {"id": "r1", "concert_id": "c1", "performance_id": "p1", "status": "confirmed", "tickets": []}
        event = {"title": "Lamps", "artist": "The Lanterns", "startsAt": at, "venue": "The Arena"}
        told = {"reservation": reservation | {"total_minor": 1, "currency": "KRW", "created_at": at}, "event": event}
        kept = {"session": session, "own.tickets.r1": {"fanId": "fan-1", "value": told | {"toldMs": now_ms}}}
        values: list[Any] = [{"name": f"boxoffice.{key}", "value": json.dumps(value)} for key, value in kept.items()]
        context = await stage.browser.new_context(
            locale="en-GB", storage_state={"origins": [{"origin": self.url, "localStorage": values}]}
        )
        return await context.new_page()

    def close(self) -> None:
        """No server, as at a door without a network. Doing so again changes nothing."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "Releases":
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()
        self._folder.cleanup()


def _handler(root: Path) -> type[SimpleHTTPRequestHandler]:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(root))

        def do_GET(self) -> None:
            if self.path.startswith("/api/"):
                return self.send_error(503)
            if "." not in self.path:
                self.path = "/index.html"
            return super().do_GET()

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "no-cache")
            super().end_headers()

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

    return Handler
