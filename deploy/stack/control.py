"""What one says to the supervisor, and how: one line of JSON over a socket, one line back."""

import signal
import socket
from pathlib import Path
from typing import Literal

import msgspec

_ANSWERS_WITHIN_S = 90.0


State = Literal["running", "waiting", "stopped", "killed"]


class StackError(Exception):
    """The stack cannot do that; the message is one sentence for a human."""


class OwnLog(msgspec.Struct, frozen=True):
    """A file that a process writes by itself, and opens anew at SIGUSR1."""

    path: str
    max_bytes: int


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """A process to keep running. Tiers end from the highest to the lowest."""

    name: str
    tier: int
    command: tuple[str, ...]
    environ: dict[str, str] = {}
    stop_signal: int = signal.SIGTERM
    stop_within_s: float = 20.0
    own_log: OwnLog | None = None


class Start(msgspec.Struct, frozen=True, tag=True):
    """Keep this running, from now on and whatever becomes of it."""

    spec: Spec


class Again(msgspec.Struct, frozen=True, tag=True):
    """Start one that was stopped or killed, as it was."""

    name: str


class Stop(msgspec.Struct, frozen=True, tag=True):
    """End it in an orderly way; it stays down. `forget`: it is not listed any more."""

    name: str
    forget: bool = False


class Kill(msgspec.Struct, frozen=True, tag=True):
    """SIGKILL; it stays down."""

    name: str


class Status(msgspec.Struct, frozen=True, tag=True):
    """Who is there?"""


class End(msgspec.Struct, frozen=True, tag=True):
    """Stop everything, and the supervisor itself."""


Request = Start | Again | Stop | Kill | Status | End


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """How one is. `restarts`: how often it ended by itself."""

    name: str
    state: State
    pid: int | None
    restarts: int


class Answer(msgspec.Struct, frozen=True):
    """Everybody, or why the request could not be carried out."""

    processes: list[Process]
    refusal: str = ""


def ask(socket_path: Path, request: Request) -> list[Process]:
    """Ask, and wait until it is done. Raises `StackError` when refused, `OSError` when nobody listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWERS_WITHIN_S)
        connection.connect(str(socket_path))
        connection.sendall(msgspec.json.encode(request) + b"\n")
        with connection.makefile("rb") as lines:
            line = lines.readline()
    if not line:
        raise ConnectionError("The supervisor hung up.")
    answer = msgspec.json.decode(line, type=Answer)
    if answer.refusal:
        raise StackError(answer.refusal)
    return answer.processes
