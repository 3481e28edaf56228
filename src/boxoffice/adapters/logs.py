"""The log: one JSON object a line. What is told while a request is answered says which request it was.

A line is encoded where it is told and written by a thread, many at a time: whoever reads the log slowly keeps no fan
waiting, and loses lines instead, which are counted.
"""

import atexit
import logging
import os
import re
import threading
import traceback
from collections import deque
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, Protocol

import msgspec
import structlog

from boxoffice.kernel.clock import Clock, utc

WAITING_MAX_BYTES = 4 * 1024 * 1024
_GATHER_S = 0.1
_CLOSE_S = 2.0
_URGENT = frozenset({"warning", "error"})

# What comes from other software may quote what a fan sent: an address, a token, credentials in a URL.
_FREE_TEXT = ("detail", "reason", "exception")
_SECRETS = re.compile(
    r"[^\s@'\"<>(]+@[^\s@'\"<>),]+\.\w+|(?<=://)[^\s/@]+@|\beyJ[\w-]+(?:\.[\w-]*){1,2}|[\w+/-]{40,}={0,2}"
)
_HIDDEN = "[hidden]"


class Marked(Protocol):
    """A request that is being answered."""

    fan_id: str | None

    def describe(self, line: dict[str, Any]) -> None:
        """Add what every line says that is told on its behalf; nothing once it has been answered."""


CURRENT: ContextVar[Marked | None] = ContextVar("current", default=None)


def by_fan(fan_id: str) -> None:
    """Say who sent the request that is being answered."""
    current = CURRENT.get()
    if current is not None:
        current.fan_id = fan_id


class LineWriter:
    """Writes lines to a file descriptor from a thread of its own; at most `WAITING_MAX_BYTES` wait."""

    def __init__(self, descriptor: int) -> None:
        self.dropped = 0
        self._descriptor = descriptor
        self._lines: deque[bytes] = deque()
        # Each has one writer: this minus that waits.
        self._taken_bytes = 0
        self._written_bytes = 0
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Take a line; it is written within a tenth of a second."""
        if self._taken_bytes - self._written_bytes > WAITING_MAX_BYTES:
            self.dropped += 1
            return
        self._taken_bytes += len(line)
        self._lines.append(line)
        if not self._wake.is_set():
            self._wake.set()

    def write_now(self, line: bytes) -> None:
        """Take a line; it is written at once."""
        self.write(line)
        self._hurry.set()

    # The names by which structlog calls a logger.
    debug = info = write
    warning = error = write_now

    def __call__(self, *_: object) -> "LineWriter":
        """Every logger is this one: structlog asks a factory."""
        return self

    def close(self) -> None:
        """Write what waits."""
        self._closing = True
        self._hurry.set()
        self._wake.set()
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        while not (self._closing and not self._lines):
            self._wake.wait()
            self._hurry.wait(_GATHER_S)
            self._wake.clear()
            self._hurry.clear()
            gathered = b"".join([self._lines.popleft() for _ in range(len(self._lines))])
            try:
                _write_all(self._descriptor, gathered)
            except OSError:
                self.dropped += gathered.count(b"\n")  # nobody reads any more, and there is nobody else to tell
            self._written_bytes += len(gathered)


class Lines:
    """Makes a line of an event: when, how grave, what, on behalf of which request, and what was said with it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._encoder = msgspec.json.Encoder(enc_hook=str)
        self._second = 0
        self._moment = ""

    def __call__(self, _logger: object, level: str, event: MutableMapping[str, Any]) -> bytes:
        line: dict[str, Any] = {"timestamp": self._now(), "level": level, "event": event.pop("event")}
        current = CURRENT.get()
        if current is not None:
            current.describe(line)
        if "exc_info" in event:
            event["exception"] = "".join(traceback.format_exception(event.pop("exc_info")))
        line |= event
        if level in _URGENT:
            for name in _FREE_TEXT:
                if isinstance(line.get(name), str):
                    line[name] = _SECRETS.sub(_HIDDEN, line[name])
        return self._encoder.encode(line) + b"\n"

    def _now(self) -> str:
        second, millisecond = divmod(self._clock.now_ms(), 1000)
        if second != self._second:
            self._second, self._moment = second, f"{utc(second * 1000):%Y-%m-%dT%H:%M:%S}"
        return f"{self._moment}.{millisecond:03}Z"


def configure_logging(level: str, *, descriptor: int, clock: Clock) -> LineWriter:
    """Log to a file descriptor, from `level` (debug, info, warning, error) upwards, until the process ends."""
    writer = LineWriter(descriptor)
    atexit.register(writer.close)
    structlog.configure(
        processors=[Lines(clock)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=writer,
        cache_logger_on_first_use=True,
    )
    return writer


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
