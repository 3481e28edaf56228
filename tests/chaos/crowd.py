"""The crowd in a process of its own, so that nothing done here shows in what fans saw."""

import asyncio
import subprocess
from pathlib import Path
from types import TracebackType

import msgspec

from boxoffice.crowd.report import CrowdResult
from tests.e2e.service import clean_environ, command

_GOES_HOME_WITHIN_S = 300.0
_PATIENCE_S = 60.0


class Crowd:
    """`boxoffice crowd` over every instance. Its output is in `crowd.txt` of the folder."""

    def __init__(self, folder: Path, urls: list[str], concert_id: str, *, fans: int, arrival_s: float) -> None:
        self.output = folder / "crowd.txt"
        self._result = folder / "crowd.json"
        self._words = [
            *(word for url in urls for word in ("--base-url", url)),
            *("--concert", concert_id, "--fans", str(fans), "--arrival-s", f"{arrival_s:g}"),
            *("--patience-s", f"{_PATIENCE_S:g}", "--json", str(self._result)),
        ]

    def __enter__(self) -> "Crowd":
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                command("crowd", *self._words), env=clean_environ(), stdout=output, stderr=output
            )
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def is_over(self) -> bool:
        """Whether everybody has gone home and the books are closed."""
        return self._process.poll() is not None

    async def result(self) -> CrowdResult:
        """What became of it, once it is over."""
        await asyncio.to_thread(self._process.wait, _GOES_HOME_WITHIN_S)
        written = self._result.read_bytes() if self._result.exists() else b""
        if not written:
            raise RuntimeError(f"The crowd left no result:\n{self.output.read_text()}")
        return msgspec.json.decode(written, type=CrowdResult)
