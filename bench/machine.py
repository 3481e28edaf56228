"""What the benchmark runs on: cores, processor, versions. Read from the system, told in every report."""

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

ROOT = Path(__file__).parents[1]
_FOR_A_PAIR = 4


class Cores(NamedTuple):
    """Which core the server has for itself, and which the load, the stores and the benchmark share.

    With two servers, the `second` has one too, and the `load` another, where there are four.
    """

    server: int
    rest: int
    second: int
    load: int

    @classmethod
    def of_this_machine(cls) -> "Cores":
        """The first that this process may use; where there are fewer than four, `second` and `load` are `rest`."""
        usable = sorted(os.sched_getaffinity(0))
        rest = usable[min(1, len(usable) - 1)]
        return cls(usable[0], rest, *(usable[2:4] if len(usable) >= _FOR_A_PAIR else (rest, rest)))

    @property
    def suffice_for_two(self) -> bool:
        """Whether a second server and the load have a core each too."""
        return self.second != self.rest


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The machine and the software under test."""

    processor: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    database: str
    redis: str
    commit: str


def missing() -> str | None:
    """One sentence where this system does not keep the accounts that the benchmark reads."""
    return None if sys.platform == "linux" else "The benchmark reads /proc and pins processes: it runs on Linux only."


def describe(*, database: str, redis: str) -> Machine:
    """This machine; the versions of the stores are told by whoever runs them."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gib=round(pages * page_bytes / 2**30, 1),
        kernel=platform.release(),
        python=platform.python_version(),
        database=database,
        redis=redis,
        commit=_commit(),
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    words = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
