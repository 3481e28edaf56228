"""Who runs, written down: what is left when a supervisor was killed can be found by it, and nothing else is touched."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import msgspec

from deploy.stack.control import StackError

_FILE = "processes.json"
_STAT_STATE, _STAT_SESSION, _STAT_STARTED = 0, 3, 19


class Remains(msgspec.Struct, frozen=True, kw_only=True):
    """The supervisor and when it started (in the kernel's ticks); the leaders of its groups, and when they did."""

    supervisor: int
    since: int
    groups: dict[int, int]

    def write(self, folder: Path) -> None:
        """In one step: a reader sees the old or the new."""
        draft = folder / f"{_FILE}.draft"
        draft.write_bytes(msgspec.json.encode(self))
        draft.rename(folder / _FILE)

    @classmethod
    def read(cls, folder: Path) -> "Remains | None":
        """None where nobody has written any."""
        path = folder / _FILE
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise StackError(
                f"{path} is damaged: {error}. End what runs of this stack by hand, and remove it."
            ) from error

    def supervisor_runs(self) -> bool:
        """Whether it is still that process, and not another of the same number."""
        return started_ticks(self.supervisor) == self.since

    def members(self) -> list[int]:
        """Every process of those groups that still runs.

        Each group is a session. While a session has a member the kernel gives its number to nobody else; where it has
        a leader, that has to be the one that was written down.
        """
        sessions = {pid for pid, since in self.groups.items() if started_ticks(pid) in (since, None)}
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if (stat := _stat(pid)) and int(stat[_STAT_SESSION]) in sessions]

    def clear(self) -> None:
        """Kill what is left, the supervisor first."""
        left = [self.supervisor] if self.supervisor_runs() else []
        for pid in (*left, *self.members()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def started_ticks(pid: int) -> int | None:
    """When it started; None where it does not run, or only waits to be buried."""
    stat = _stat(pid)
    return int(stat[_STAT_STARTED]) if stat else None


def _stat(pid: int) -> list[str] | None:
    try:
        # The name of the program, in brackets, may hold anything; what follows it does not.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[_STAT_STATE] in ("Z", "X") else fields
