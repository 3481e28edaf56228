"""What every part of a run works with."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.house import House
from bench.machine import Cores
from bench.processes import Instance
from bench.stores import Stores, environ_of


class Size(NamedTuple):
    """How much is measured. `most`: requests of a round that each need something of their own.

    `sections`: of the hall that is sold, 1,136 seats each; `stadium`: of the one whose availability is looked at.
    `audits`: how many sales of a part are audited, the newest; None: all.
    `fitting`: connections whose requests may all wait; `overload`: more of them than that.
    """

    name: str
    rounds: int
    seconds: float
    sections: int
    stadium: int
    most: int
    connections: int
    curve: tuple[int, ...]
    crowds: tuple[int, ...]
    purchases: int
    batches: int
    starts: int
    audits: int | None
    fitting: int
    overload: int


@dataclass(frozen=True, kw_only=True)
class Context:
    """The run: its stores, its house, its cores, its size. `profiles`: where flame graphs go, if they are wanted."""

    house: House
    stores: Stores
    cores: Cores
    size: Size
    say: Callable[[str], None]
    profiles: Path | None = None

    @contextmanager
    def instance(self, *, core: int | None = None, module: str = "bench.serve", **changes: Any) -> Iterator[Instance]:
        """A server that takes traffic, on the core that is its own unless another is named."""
        settings = self.stores.settings(**changes)
        place = self.cores.server if core is None else core
        log = self.stores.folder / f"server-{settings.port}.log"
        running = Instance(environ_of(settings), core=place, log=log, module=module)
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.stop()


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run the calling thread on this core for a while: a limit is measured from where the server would stand."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
