"""The running load balancer, told by its own socket who is in service."""

import csv
import socket
from pathlib import Path

_BACKEND = "instances"
_ANSWERS_WITHIN_S = 5.0


class BalancerControl:
    """HAProxy's runtime commands. What is changed is also written where a restart of it looks."""

    def __init__(self, socket_path: Path, state_file: Path) -> None:
        self._socket = socket_path
        self._state_file = state_file

    def put_in(self, server: str) -> None:
        """Requests may go to it."""
        self._set(server, "ready")

    def drain(self, server: str) -> None:
        """Nothing new goes to it; what is under way goes on."""
        self._set(server, "drain")

    def take_out(self, server: str) -> None:
        """It is not even asked how it is."""
        self._set(server, "maint")

    def under_way(self, server: str) -> int:
        """Requests that it has, and those that wait for it."""
        row = self.servers()[server]
        return int(row["scur"]) + int(row["qcur"])

    def status(self, server: str) -> str:
        """`UP`, `DOWN`, `MAINT`, `DRAIN`, with a remark where it is between two."""
        return self.servers()[server]["status"]

    def servers(self) -> dict[str, dict[str, str]]:
        """HAProxy's statistics of every place for an instance."""
        lines = self._ask("show stat").removeprefix("# ").splitlines()
        rows = [row for row in csv.DictReader(lines) if row["pxname"] == _BACKEND]
        return {row["svname"]: row for row in rows if row["svname"] not in ("FRONTEND", "BACKEND")}

    def _set(self, server: str, state: str) -> None:
        self._ask(f"set server {_BACKEND}/{server} state {state}")
        draft = self._state_file.with_suffix(".draft")
        draft.write_text(self._ask("show servers state"))
        draft.rename(self._state_file)

    def _ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWERS_WITHIN_S)
            connection.connect(str(self._socket))
            connection.sendall(command.encode() + b"\n")
            with connection.makefile() as answer:
                return answer.read()
