"""The real command in a process of its own, on a port of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from deploy.stack.ports import free_port

START_MAX_S = 60.0


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
        self.wait_until_ready()
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

    def wait_until_ready(self) -> None:
        """Until `/readyz` says so; fails with the log when that takes too long or the process is gone."""
        until_s = time.monotonic() + START_MAX_S
        while not self.is_ready():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < until_s, self.log.read_text()
            time.sleep(0.05)

    def wait_for(self, words: str) -> None:
        """Until the log holds these words."""
        until_s = time.monotonic() + START_MAX_S
        while words not in self.log.read_text():
            assert time.monotonic() < until_s, self.log.read_text()
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether it may take traffic."""
        return answers(self.url)


class Instance:
    """`boxoffice serve` on a port of its own, over the stores of a demo's folder. It may be started again."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / f"instance-{self.port}.log"
        given = environment_of(data) | {"BOXOFFICE_PORT": str(self.port), "BOXOFFICE_LOG_LEVEL": "warning"}
        self._environ = clean_environ() | given | settings
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it; returns when it may take traffic."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220  it returns at once
                command("serve"), env=self._environ, stdout=log, stderr=log
            )
        async with asyncio.timeout(START_MAX_S):
            while not await asyncio.to_thread(answers, self.url):
                assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def end(self, number: int) -> int:
        """Send a signal and wait until it is over; its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, 30)

    def clear_away(self) -> None:
        """Leave no process behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def answers(url: str) -> bool:
    """Whether an instance says that it may take traffic, and lacks nothing."""
    try:
        with urlopen(f"{url}/readyz", timeout=1) as reply:
            return bool(json.load(reply)["status"] == "ready")
    except (URLError, OSError):
        return False
