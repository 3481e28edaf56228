"""What processes used, as the kernel keeps account of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_NS = 1_000_000_000
_KIB = 1024


class Memory(NamedTuple):
    """Resident memory in bytes: `rss` counts shared pages whole, `pss` by this process's share."""

    rss: int
    pss: int


def cpu_s(pid: int) -> float:
    """Seconds of CPU that the threads of a process have used; to the nanosecond, unlike `times` with its 10 ms.

    A thread that has ended is no longer counted: for servers that keep their threads.
    """
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        total += int((thread / "schedstat").read_text().split()[0])
    return total / _NS


def memory(pid: int) -> Memory:
    """What a process has in memory at this moment."""
    found = {"Rss:": 0, "Pss:": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, *rest = line.split()
        if name in found:
            found[name] = int(rest[0]) * _KIB
    return Memory(found["Rss:"], found["Pss:"])


class Meter:
    """CPU used by several named processes between `start` and `read`."""

    def __init__(self, pids: Mapping[str, list[int]]) -> None:
        self._pids = pids
        self._before = self._now()

    def read(self) -> dict[str, float]:
        """Seconds of CPU by name since this meter was made."""
        return {name: now - self._before[name] for name, now in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: sum(cpu_s(pid) for pid in pids) for name, pids in self._pids.items()}
