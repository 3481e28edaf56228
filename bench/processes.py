"""Child processes that are pinned to a core and do not outlive the benchmark."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.machine import ROOT

STARTS_WITHIN_S = 60.0
_STOPS_WITHIN_S = 20.0


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    core: int | None = None,
    environ: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` on `core`, in a session of its own, so that Ctrl-C reaches the benchmark alone.

    Whatever happens to the benchmark, the kernel ends the child with it.
    """
    words = guarded(command if core is None else ["taskset", "-c", str(core), *command])
    with log.open("ab") as output:
        return subprocess.Popen(
            words, env=environ, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
        )


def guarded(command: Sequence[str]) -> list[str]:
    """The command such that the kernel ends it together with whoever starts it, whatever ends that one."""
    guard = shutil.which("setpriv")
    return [guard, "--pdeathsig", "KILL", *command] if guard else list(command)


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL where that takes too long."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Instance:
    """One process of the service with the settings given as variables; `module` is what Python runs."""

    def __init__(self, environ: Mapping[str, str], *, core: int | None, log: Path, module: str = "bench.serve") -> None:
        self.port = int(environ["BOXOFFICE_PORT"])
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self.log = log
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BOXOFFICE_")}
        words = [sys.executable, "-m", module, *(["serve"] if module == "boxoffice" else [])]
        self._process = spawn(words, log=log, core=core, environ={**clean, "PYTHONPATH": str(ROOT), **environ})

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Until `/readyz` says so. Raises `RuntimeError` with the log when it does not come."""
        until_s = time.monotonic() + STARTS_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError(f"The server does not start:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.02)

    def runs(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let it finish what it does, and end."""
        stop(self._process)

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=1) as reply:
                return bool(reply.status == 200)
        except (URLError, OSError):
            return False
