"""The load generator: wrk, with one thread and requests that were made before."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bench.processes import guarded

_SCRIPT = Path(__file__).with_name("wrk.lua")
_AT_MOST_S = 120
_ENDS_WITHIN_S = 30.0
_LOADS_S = 0.05


class Load(msgspec.Struct, frozen=True):
    """What came of one round. `refused`: answers of 400 and above; `exhausted`: there were no more requests."""

    requests: int
    duration_us: int
    bytes: int
    refused: int
    broken: int
    timeouts: int
    p50_us: int
    p99_us: int
    max_us: int
    exhausted: bool

    @property
    def per_s(self) -> float:
        """Answers in a second."""
        return self.requests * 1e6 / max(1, self.duration_us)


def request(
    method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"", host: str = "bench"
) -> bytes:
    """A request as it goes over the wire."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    elif method == "POST":
        lines.append("Content-Length: 0")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def missing() -> str | None:
    """One sentence where wrk is not installed."""
    return None if shutil.which("wrk") else "wrk is not installed (apt-get install wrk, or bin/servers as root)."


def drive(url: str, requests: Sequence[bytes], *, connections: int, seconds: float, cycle: bool = False) -> Load:
    """Send `requests` in order over `connections` for `seconds`, or until there are no more of them.

    With `cycle` they begin again at the end. Runs on the cores of the caller.
    """
    assert requests and not any(b"\0" in each for each in requests)
    with tempfile.NamedTemporaryFile(prefix="boxoffice-wrk-") as file:
        file.write(b"\0".join([*requests, b""]))
        file.flush()
        words = ["wrk", "-t1", f"-c{connections}", f"-d{_AT_MOST_S}s", "--timeout", "10s", "-s", str(_SCRIPT), url]
        words += ["--", file.name, "cycle" if cycle else "once"]
        process = subprocess.Popen(guarded(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output = _output(process, seconds + _LOADS_S + file.tell() / 2e8)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    line = next((line for line in output.splitlines() if line.startswith(b"{")), None)
    if line is None:
        raise RuntimeError(f"wrk failed:\n{output.decode(errors='replace')}")
    return msgspec.json.decode(line, type=Load)


def _output(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    # wrk knows whole seconds only, so it is told when to stop: it then prints what there was.
    began_s = time.monotonic()
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    return process.communicate(timeout=_ENDS_WITHIN_S + began_s - time.monotonic() + seconds)[0]
