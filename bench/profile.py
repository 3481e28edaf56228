"""Flame graphs of the server's process, by py-spy where it is installed."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SAMPLES_PER_S = 500
_AT_MOST_S = 60
_WRITES_WITHIN_S = 60.0


def missing() -> str | None:
    """One sentence where py-spy is not installed."""
    return None if _program() else "py-spy is not installed (bin/setup brings it)."


@contextmanager
def profiled(pid: int, path: Path) -> Iterator[None]:
    """Sample a process while the block runs, and write a flame graph to `path` (SVG)."""
    words = [
        _program() or "py-spy",
        "record",
        "--pid",
        str(pid),
        "--rate",
        str(_SAMPLES_PER_S),
        "--duration",
        str(_AT_MOST_S),
    ]
    # Only whoever holds the interpreter: threads that wait for work look busy from outside.
    words += ["--gil", "--format", "flamegraph", "--output", str(path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield
        process.send_signal(signal.SIGINT)  # it then writes what it has
        output = process.communicate(timeout=_WRITES_WITHIN_S)[0]
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if not path.is_file():
        raise RuntimeError(f"py-spy failed:\n{output.decode(errors='replace')}")


def _program() -> str | None:
    beside = Path(sys.executable).with_name("py-spy")
    return str(beside) if beside.is_file() else shutil.which("py-spy")
