"""What one can do with a stack: bring it up, look at it, scale it, kill parts of it, restart it, take it down."""

import datetime
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from boxoffice.kernel.clock import SystemClock
from deploy import render
from deploy.stack import processes
from deploy.stack.authority import ensure_certificates
from deploy.stack.balancer import BalancerControl
from deploy.stack.control import Again, End, Kill, Process, Request, Spec, StackError, Start, Status, ask
from deploy.stack.folder import Folder
from deploy.stack.instances import InstanceFleet
from deploy.stack.packages import missing
from deploy.stack.ports import is_free
from deploy.stack.remains import Remains
from deploy.stack.stores import Stores
from deploy.stack.waiting import until
from deploy.stack.watchers import watchers
from deploy.tiers import Topology
from deploy.topology import TOPOLOGY

_ANSWERS_WITHIN_S = 30.0
_ENDS_WITHIN_S = 60.0
_ROOT = Path(__file__).parents[2]


class Stack:
    """The stack over one folder, whether or not it runs. Whatever fails raises `StackError`."""

    def __init__(self, path: Path, *, topology: Topology = TOPOLOGY, port_base: int | None = None) -> None:
        self._folder = Folder(path)
        self._topology = topology
        self.places = self._folder.places(topology, port_base=port_base)

    def up(self, instances: int | None = None) -> None:
        """Start whatever does not run; returns when the edge answers."""
        _require_programs()
        count = self._checked(self._topology.instances.usual if instances is None else instances)
        with self._folder.alone():
            if not self.runs():
                self._clear_remains()
                self._require_ports()
                self._prepare()
                self._start_supervisor()
            Stores(self._topology, self.places, self._folder.secrets(), self._ensure).up()
            self._ensure(processes.balancer(self.places))
            until(self._balancer().servers, _late("balancer"), within_s=_ANSWERS_WITHIN_S)
            self._fleet().scale(count)
            self._ensure(processes.edge(self._topology, self.places))
            until(partial(self._listens, "edge"), _late("edge"), within_s=_ANSWERS_WITHIN_S)
            for watcher in watchers(self._topology, self.places):
                self._ensure(watcher)
                until(partial(self._listens, watcher.name), _late(watcher.name), within_s=_ANSWERS_WITHIN_S)
            until(self._prometheus_is_ready, _late("prometheus"), within_s=_ANSWERS_WITHIN_S)

    def status(self) -> list[Process]:
        """Every process."""
        return self._tell(Status())

    def in_service(self) -> dict[str, str]:
        """What the load balancer thinks of each place for an instance; nothing where it does not answer."""
        try:
            return {name: row["status"] for name, row in self._balancer().servers().items()}
        except OSError:
            return {}

    def scale(self, count: int) -> None:
        """Have `count` instances. No request fails for it."""
        self._checked(count)
        with self._folder.alone():
            self._fleet().scale(count)

    def kill(self, name: str) -> None:
        """SIGKILL; it stays down until it is started or restarted."""
        with self._folder.alone():
            self._tell(Kill(name))

    def start(self, name: str) -> None:
        """Start one that was killed."""
        with self._folder.alone():
            self._tell(Again(name))
            if name.startswith("instance-"):
                self._fleet().serve_again(name)

    def restart(self) -> None:
        """Every instance anew, one after the other. No request fails for it."""
        with self._folder.alone():
            self._fleet().restart()

    def down(self, *, delete: bool = False) -> None:
        """Stop everything, whatever state it is in; `delete` the folder too."""
        with self._folder.alone():
            if self.runs():
                # One that does not listen any more is killed, with all that it started.
                with suppress(StackError):
                    self._tell(End())
                    until(lambda: not self.runs(), "The supervisor does not end.", within_s=_ENDS_WITHIN_S)
            self._clear_remains()
            self._folder.remove_sockets()
            if delete:
                shutil.rmtree(self._folder.path)

    def runs(self) -> bool:
        """Whether its supervisor does."""
        remains = Remains.read(self._folder.path)
        return remains is not None and remains.supervisor_runs()

    def settings(self) -> Path:
        """The file with what other commands need to reach this stack's stores."""
        secrets = self._folder.secrets()
        return self._folder.write_environment(render.instance(self._topology, self.places, 1, secrets))

    def _prepare(self) -> None:
        now = datetime.datetime.fromtimestamp(SystemClock().now_ms() / 1000, datetime.UTC)
        self._folder.lay_out(self._topology, self.places)
        self._folder.write_targets(self.places, [])
        ensure_certificates(self.places.of("tls"), self.places.names, now)

    def _start_supervisor(self) -> None:
        command = (sys.executable, "-m", "deploy.stack.supervisor", self.places.folder, self._control)
        with self.places.of("logs", "supervisor.log").open("ab") as log:
            subprocess.Popen(  # noqa: S603  (our own words)
                command,
                cwd=_ROOT,
                # A setting of ours that this shell happens to have would be every instance's.
                env={name: value for name, value in os.environ.items() if not name.startswith("BOXOFFICE_")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: self.runs() and self._control.exists(), _late("supervisor"), within_s=_ANSWERS_WITHIN_S)

    def _ensure(self, spec: Spec) -> None:
        """Start it unless it runs."""
        known = {process.name: process.state for process in self.status()}
        if known.get(spec.name) not in ("running", "waiting"):
            self._tell(Start(spec))

    def _tell(self, request: Request) -> list[Process]:
        try:
            return ask(self._control, request)
        except OSError as error:
            raise StackError(f"No stack runs over {self._folder.path} ({error}); bin/stack up starts one.") from None

    def _clear_remains(self) -> None:
        remains = Remains.read(self._folder.path)
        if remains is not None:
            remains.clear()
            until(lambda: not remains.members(), "What is left of the stack does not end.", within_s=_ENDS_WITHIN_S)

    def _require_ports(self) -> None:
        taken = [f"{port} ({name})" for name, port in self.places.ports.items() if not is_free(port)]
        if taken:
            raise StackError(f"Somebody listens already on {', '.join(taken)}.")

    def _checked(self, count: int) -> int:
        if not 1 <= count <= self._topology.instances.most:
            raise StackError(f"There may be 1 to {self._topology.instances.most} instances.")
        return count

    def _fleet(self) -> InstanceFleet:
        return InstanceFleet(self._topology, self.places, self._folder, self._balancer(), self._tell)

    def _balancer(self) -> BalancerControl:
        return BalancerControl(self.places.socket("balancer"), self.places.of("balancer", "servers"))

    @property
    def _control(self) -> Path:
        return self.places.socket("supervisor")

    def _listens(self, name: str) -> bool:
        return not is_free(self.places.ports[name])

    def _prometheus_is_ready(self) -> bool:
        url = f"http://{self.places.address('prometheus')}/-/ready"
        with urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)


def _require_programs() -> None:
    if sentence := missing():
        raise StackError(sentence)


def _late(name: str) -> str:
    return f"{name} does not answer; see logs/{name}.log in the folder of the stack."
