"""The command that serves. What an instance does not use it neither waits for nor keeps in memory."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from boxoffice.settings import SettingsError, from_environ


@contextmanager
def _hidden(*packages: str) -> Iterator[None]:
    """While it lasts, `packages` seem not to be installed: for libraries that take them where they find them."""
    there = {name: sys.modules.pop(name) for name in packages if name in sys.modules}
    for name in packages:
        sys.modules[name] = None  # type: ignore[assignment]  # which is how one tells Python not to look
    try:
        yield
    finally:
        for name in packages:
            del sys.modules[name]
        sys.modules.update(there)


# structlog would dress tracebacks up with rich, but our log is JSON; PyJWT would learn algorithms that we refuse.
# Together they are 12 MiB and a tenth of the start.
with _hidden("rich", "cryptography"):
    from boxoffice import server


def serve() -> None:
    """Serve one instance until SIGTERM or Ctrl-C."""
    try:
        settings = from_environ(os.environ)
        server.configure_logging(settings.log_level)
        server.run(settings)
    except (SettingsError, server.PortTaken) as error:
        # Only who is refused needs a screen.
        from boxoffice.cli.running import stop  # noqa: PLC0415

        stop(str(error))
