"""The real command in a process of its own, on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

START_MAX_S = 60.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*words: str) -> list[str]:
    """A boxoffice command under this interpreter."""
    return [sys.executable, "-m", "boxoffice", *words]


def clean_environ() -> dict[str, str]:
    """The environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BOXOFFICE_")}


def environment_of(data: Path) -> dict[str, str]:
    """The settings that a demo left for other commands."""
    return dict(line.split("=", 1) for line in (data / "boxoffice.env").read_text().splitlines())


class Demo:
    """`boxoffice demo` over a data folder; stopped at the end, by process id."""

    def __init__(self, data: Path, *words: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "demo.log"
        self._words = ["demo", "--port", str(self.port), "--data", str(data), *words]

    def __enter__(self) -> "Demo":
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._output = self.log.open("ab")
        self._process = subprocess.Popen(
            command(*self._words), env=clean_environ(), stdout=self._output, stderr=subprocess.STDOUT
        )
        until_s = time.monotonic() + START_MAX_S
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < until_s, self.log.read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
        self._output.close()

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self._process.kill()
        self._process.wait(10)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=1) as reply:
                return bool(reply.status == 200)
        except (URLError, OSError):
            return False
