"""The command that serves. What an instance does not use it neither waits for nor keeps in memory."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from boxoffice.settings import SettingsError, from_environ


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """While it lasts, `package` seems not to be installed: for a library that takes it where it finds it."""
    there = sys.modules.pop(package, None)
    sys.modules[package] = None  # type: ignore[assignment]  # which is how one tells Python not to look
    try:
        yield
    finally:
        del sys.modules[package]
        if there is not None:
            sys.modules[package] = there


# structlog would dress tracebacks up with rich, but our log is JSON: 4 MiB and a tenth of the start for nothing.
with _hidden("rich"):
    from boxoffice import server


def serve() -> None:
    """Serve one instance until SIGTERM or Ctrl-C."""
    try:
        settings = from_environ(os.environ)
        log = server.configure_logging(settings.log_level, descriptor=server.STANDARD_OUTPUT)
        server.run(settings, log=log)
    except (SettingsError, server.PortTaken) as error:
        # Only who is refused needs a screen.
        from boxoffice.cli.running import stop  # noqa: PLC0415

        stop(str(error))
