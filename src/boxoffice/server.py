"""Serves one instance: one process, one port, one event loop."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from boxoffice.adapters import logs
from boxoffice.adapters.logs import LineWriter
from boxoffice.app import build
from boxoffice.http.gateway import Gateway
from boxoffice.kernel.clock import SystemClock
from boxoffice.settings import Settings

DRAIN_S = 10.0
"""How long requests under way may take once the instance has been told to stop."""
KEEP_ALIVE_S = 75.0
"""How long a connection may be idle. Longer than a load balancer keeps it (an ALB: 60 s), or it would now and then send
a request into a connection that is being closed here."""
_GARBAGE_AFTER_OBJECTS = 50_000


STANDARD_OUTPUT, STANDARD_ERROR = 1, 2


def configure_logging(level: str, *, descriptor: int = STANDARD_ERROR) -> LineWriter:
    """JSON lines on standard error, unless told otherwise, from `level` (debug, info, warning, error) upwards."""
    return logs.configure_logging(level, descriptor=descriptor, clock=SystemClock())


class PortTaken(Exception):
    """Something listens on the port already; the message is one sentence."""


Errand = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Something to do while serving; it may set the event to end the service."""


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `PortTaken` if somebody listens: the server shares ports, and would not notice."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "there is no such port"
            raise PortTaken(f"Port {port} on {host} cannot be used ({reason}); choose another.") from None


def run(settings: Settings, *, log: LineWriter | None = None, errand: Errand | None = None) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way. Raises `PortTaken`."""
    refuse_taken_port(settings.host, settings.port)
    uvloop.run(serve(settings, log=log, errand=errand))


async def serve(settings: Settings, *, log: LineWriter | None, errand: Errand | None = None) -> None:
    """Serve until a signal comes or the `errand` ends the service."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    application = build(settings)
    if log is not None:
        application.metrics.sampled("log_lines_dropped", lambda: log.dropped)
    server = Server(
        Gateway(application.api),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=2048,
        backpressure=settings.connections_max,
        http1_settings=HTTP1Settings(header_read_timeout=int(KEEP_ALIVE_S * 1000)),
        log_enabled=False,
    )
    tasks: set[asyncio.Task[Any]] = set()
    try:
        await application.start()
        # What stands now stays: walking it all at each full collection would keep everybody waiting for 50 ms.
        gc.freeze()
        # A busy instance has thousands of requests in its hands, which are no cycles: looking through them after every
        # 700 new objects took a third of a payment's CPU time.
        gc.set_threshold(_GARBAGE_AFTER_OBJECTS, 10, 10)
        gc.enable()
        serving = loop.create_task(server.serve())
        stopping = loop.create_task(stop.wait())
        tasks = {serving, stopping}
        if errand is not None:
            tasks.add(loop.create_task(errand(stop)))
        # An errand that fails ends the service with its error; one that is done lets it go on.
        while not (serving.done() or stopping.done()):
            done, tasks_left = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            tasks = tasks_left
        application.stopping.set()
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=DRAIN_S)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await application.close()
