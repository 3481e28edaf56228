"""One database server: a process, a port, a folder."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from asyncmy.cursors import DictCursor

from deploy.stack.databases import Rows, sql, users
from deploy.stack.ports import free_port

Flavour = Literal["mariadb", "mysql"]

PASSWORD = "pass-word"
_STARTS_WITHIN_S = 30.0


class DatabaseServer:
    """Started on creation. `app` may read and write rows and nothing else, `migrator` may change the schema too."""

    def __init__(self, flavour: Flavour, command: Sequence[str], install: Callable[[Path], None]) -> None:
        self.flavour = flavour
        self.folder = Path(tempfile.mkdtemp(prefix=f"boxoffice-{flavour}-"))
        self.port = free_port()
        self._socket = str(self.folder / "s.sock")
        self._data = self.folder / "data"
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        try:
            install(self._data)
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start (again) over the same data, and wait until it answers."""
        command = [
            *self._command,
            f"--datadir={self._data}",
            f"--port={self.port}",
            f"--socket={self._socket}",
            f"--pid-file={self.folder}/pid",
            f"--tmpdir={self.folder}",
        ]
        if guard := shutil.which("setpriv"):
            command = [guard, "--pdeathsig", "KILL", *command]  # a killed test run leaves no server behind
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until_s = time.monotonic() + _STARTS_WITHIN_S
        while True:
            try:
                self.sql("SELECT 1")
                return
            except Exception as error:
                if self._process.poll() is not None or time.monotonic() > until_s:
                    raise RuntimeError(f"{self.flavour} does not start:\n{self.log_tail()}") from error
                time.sleep(0.05)

    def make_users(self) -> None:
        """An empty database `boxoffice`, `app`, `migrator`, and `replica` for replication."""
        self.sql(*users(dict.fromkeys(("app", "migrator", "replica"), PASSWORD)))

    def url(self, user: str = "app", *, port: int | None = None, database: str = "boxoffice") -> str:
        """A URL for `user`; `port` where something stands in between."""
        return f"mysql+asyncmy://{user}:{PASSWORD}@127.0.0.1:{port or self.port}/{database}"

    def sql(self, *statements: str) -> Rows:
        """Carry out statements as root, each by itself; the rows of the last."""
        return sql(self._socket, *statements)

    def value(self, statement: str) -> Any:
        """The first column of the first row, asked as root."""
        return self.sql(statement)[0][0]

    def status(self) -> dict[str, Any]:
        """What it says of its replication, by the server's own names; empty if it follows nobody."""
        statement = "SHOW SLAVE STATUS" if self.flavour == "mariadb" else "SHOW REPLICA STATUS"
        rows = sql(self._socket, statement, kind=DictCursor)
        return dict(rows[0]) if rows else {}

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Stop it in its tracks: the kernel goes on taking connections, nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        # The signal is only on its way: until the process has stopped, it may still answer.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def remove(self) -> None:
        """End it, not gently (MySQL takes 10 s for that), and delete its folder."""
        if self.runs():
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self) -> str:
        """What it last wrote to its log."""
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-30:])
