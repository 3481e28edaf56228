"""The instances of a running stack: more, fewer, and one after the other anew, without a request that fails."""

import json
from collections.abc import Callable
from urllib.request import urlopen

from deploy.places import Places
from deploy.stack import processes
from deploy.stack.balancer import BalancerControl
from deploy.stack.control import Process, Request, Start, Status, Stop
from deploy.stack.folder import Folder
from deploy.stack.waiting import until
from deploy.tiers import Topology

_STARTS_WITHIN_S = 60.0


class InstanceFleet:
    """`tell` passes a request on to the supervisor."""

    def __init__(
        self,
        topology: Topology,
        places: Places,
        folder: Folder,
        balancer: BalancerControl,
        tell: Callable[[Request], list[Process]],
    ) -> None:
        self._topology = topology
        self._places = places
        self._folder = folder
        self._balancer = balancer
        self._tell = tell

    def running(self) -> list[str]:
        """Their names, in order."""
        alive = ("running", "waiting")
        return sorted(
            process.name
            for process in self._tell(Status())
            if process.name.startswith("instance-") and process.state in alive
        )

    def scale(self, count: int) -> None:
        """Have `count` of them: the free places with the lowest numbers are filled, the highest are left."""
        while len(running := self.running()) < count:
            places = (f"instance-{at + 1}" for at in range(self._topology.instances.most))
            self._add(next(name for name in places if name not in running))
        for name in reversed(running[count:]):
            self._remove(name)
        self._announce()

    def restart(self) -> None:
        """Each in turn. Where there is only one, a second one stands in for it."""
        names = self.running()
        if len(names) == 1:
            self.scale(2)
        for name in names:
            self._remove(name)
            self._add(name)
        self.scale(len(names))

    def serve_again(self, name: str) -> None:
        """Put one in service that has been started."""
        until(lambda: self._is_ready(name), f"{name} is not ready; see its log.", within_s=_STARTS_WITHIN_S)
        self._balancer.put_in(name)
        until(lambda: self._balancer.status(name) == "UP", f"{name} is not in service.", within_s=_STARTS_WITHIN_S)

    def _add(self, name: str) -> None:
        number = int(name.rpartition("-")[2])
        self._tell(Start(processes.instance(self._topology, self._places, number, self._folder.secrets())))
        self.serve_again(name)
        self._announce()

    def _remove(self, name: str) -> None:
        self._balancer.drain(name)
        until(
            lambda: self._balancer.under_way(name) == 0,
            f"{name} has requests under way for longer than {self._topology.balancer.drain_s} s.",
            within_s=self._topology.balancer.drain_s,
        )
        self._tell(Stop(name, forget=True))
        self._balancer.take_out(name)
        self._announce()

    def _announce(self) -> None:
        self._folder.write_targets(self._places, self.running())

    def _is_ready(self, name: str) -> bool:
        with urlopen(f"http://{self._places.address(name)}/readyz", timeout=2) as reply:
            return bool(json.load(reply)["status"] == "ready")
