"""A real HTTP server that answers with the path it was asked for, and hangs up when asked to."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/hang-up":
            self.close_connection = True
            return
        body = self.path.encode()
        # As the service writes it: names in lower case, the length always there.
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body))
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Nobody reads it."""


class SmallServer:
    """Listens on a free port within the block."""

    def __enter__(self) -> "SmallServer":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.port = int(self._server.server_address[1])
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
