"""Runs tests side by side where that is safe, and all others one after the other once nobody else is at work."""

from typing import Any

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

TOGETHER = ("tests/integration/", "tests/simulation/", "tests/unit/")
"""Tests that share nothing with their neighbours and measure nothing; what takes longest comes first."""


def turn(test: str) -> int:
    """When a test's time comes; `len(TOGETHER)`: when it has the machine for itself."""
    return next((number for number, folder in enumerate(TOGETHER) if test.startswith(folder)), len(TOGETHER))


class SideBySide(LoadFileScheduling):
    """Hands out whole files, in the order in which they were collected.

    When only those are left that run alone, all workers go home but one; it goes on when the last of them has left.
    """

    def __init__(self, config: Any, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def remove_node(self, node: WorkerController) -> str | None:
        crashed = super().remove_node(node)
        for other in self.nodes:
            self._reschedule(other)
        return crashed

    def _assign_work_unit(self, node: WorkerController) -> None:
        others = [other for other in self.nodes if other is not node]
        if turn(next(iter(self.workqueue))) < len(TOGETHER) or not others:
            super()._assign_work_unit(node)
        elif not all(other.shutting_down for other in others):
            node.shutdown()
