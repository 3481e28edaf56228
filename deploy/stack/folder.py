"""The folder of a stack: its ports, secrets and files."""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from deploy import render
from deploy.places import Places
from deploy.stack.control import StackError
from deploy.stack.ports import free_ports
from deploy.tiers import Topology

_SECRETS = ("app", "migrator", "replica", "monitor", "secret")
_NOBODY_IN_SERVICE = "1\n"  # the version of HAProxy's file, and no server
_NO_FOLDER = ("edge-http", "edge-status", "balancer-metrics", "edge-exporter", "valkey-exporter", "alerts")
_PORTS, _SECRETS_FILE, _LOCK = "ports.json", "secrets.json", "lock"
_ALERTS = render.HERE / "monitoring" / "alerts.yml"
_T = TypeVar("_T")


class Folder:
    """Made on first use; ports and secrets stay as they were made."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:16]
        self._sockets = Path(tempfile.gettempdir()) / f"boxoffice-stack-{digest}"

    def exists(self) -> bool:
        """Whether a stack was ever set up here."""
        return (self.path / _PORTS).exists()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While it lasts nobody else changes this stack."""
        self._make()
        with (self.path / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def places(self, topology: Topology, *, port_base: int | None = None) -> Places:
        """Where everything stands. Ports are chosen once: free ones, or those from `port_base` upwards."""
        path, names = self.path / _PORTS, list(topology.ports())
        ports = _read(path, dict[str, int]) if path.exists() else {}
        if ports and port_base not in (None, min(ports.values())):
            raise StackError(
                f"The stack in {self.path} has its ports, and keeps them: they begin at {min(ports.values())}."
            )
        # A folder of earlier days lacks what has been added to the diagram since.
        if new := [name for name in names if name not in ports]:
            fresh = port_base is not None and not ports
            chosen = _from(port_base or 0, len(new)) if fresh else free_ports(len(new))
            ports |= dict(zip(new, chosen, strict=True))
            self._make()
            path.write_bytes(msgspec.json.encode(ports))
        return Places(
            folder=str(self.path),
            sockets=str(self._sockets),
            ports=ports,
            user="root" if os.geteuid() == 0 else None,
            rules=(str(_ALERTS),) if _ALERTS.exists() else (),
        )

    def secrets(self) -> dict[str, str]:
        """Passwords and the service's key, readable by the owner."""
        path = self.path / _SECRETS_FILE
        if not path.exists():
            draft = self.path / f"{_SECRETS_FILE}.draft"
            draft.touch(mode=0o600)
            draft.write_bytes(msgspec.json.encode({name: secrets.token_hex(24) for name in _SECRETS}))
            draft.rename(path)
        return _read(path, dict[str, str])

    def lay_out(self, topology: Topology, places: Places) -> None:
        """Write every configuration. What a server writes into its own file by itself is left as it is."""
        for name in ("logs", "edge", "balancer", "prometheus", "tls", *places.ports):
            if name not in _NO_FOLDER and not name.startswith("instance-"):
                (self.path / name).mkdir(parents=True, exist_ok=True)
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        if self._sockets.stat().st_uid != os.geteuid():
            raise StackError(f"{self._sockets} belongs to somebody else; remove it and try again.")
        _write_once(self.path / "balancer" / "servers", _NOBODY_IN_SERVICE)
        (self.path / "edge" / "nginx.conf").write_text(render.nginx(topology, places))
        (self.path / "balancer" / "haproxy.cfg").write_text(render.haproxy(topology, places))
        (self.path / "prometheus" / "prometheus.yml").write_text(render.prometheus(topology, places))
        (self.path / "prometheus" / "scaling.yml").write_text(render.scaling(topology, places))
        (self.path / "alertmanager" / "alertmanager.yml").write_text(render.alertmanager(topology, places))
        programs = self.path / "edge-log-exporter" / "programs"
        programs.mkdir(exist_ok=True)
        (programs / "edge.mtail").write_text(render.edge_counters(topology, places))
        for at in range(1, len(topology.database.ports) + 1):
            (self.path / f"mariadb-{at}" / "my.cnf").write_text(render.mariadb(topology, places, at))
            watching = self.path / f"mariadb-{at}-exporter" / "exporter.cnf"
            watching.touch(mode=0o600)
            watching.write_text(render.exporter(places, at, self.secrets()["monitor"]))
        for at in range(1, len(topology.valkey.ports) + 1):
            _write_once(self.path / f"valkey-{at}" / "valkey.conf", render.valkey(topology, places, at))
        for at in range(1, len(topology.valkey.sentinel_ports) + 1):
            _write_once(self.path / f"sentinel-{at}" / "sentinel.conf", render.sentinel(topology, places, at))

    def write_targets(self, places: Places, instances: list[str]) -> None:
        """Tell Prometheus which instances there are."""
        path = self.path / "prometheus" / "instances.json"
        draft = path.with_suffix(".draft")
        targets = [{"targets": [places.address(name)], "labels": {"instance": name}} for name in instances]
        draft.write_bytes(msgspec.json.encode(targets))
        draft.rename(path)

    def write_environment(self, settings: dict[str, str]) -> Path:
        """Leave the settings where `env $(cat ...) bin/boxoffice audit` finds them."""
        path = self.path / "boxoffice.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        return path

    def remove_sockets(self) -> None:
        """Nothing of ours stays in the folder for temporary files."""
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _make(self) -> None:
        if any(letter.isspace() or letter in "\"'" for letter in str(self.path)):
            raise StackError(
                f"{self.path} cannot be the folder of a stack: MariaDB cannot have spaces or quotes in it."
            )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StackError(f"{self.path} cannot be the folder of a stack: {error.strerror}.") from error


def _from(port_base: int, count: int) -> range:
    if not 1 <= port_base <= 65_536 - count:
        raise StackError(f"The first port is a number from 1 to {65_536 - count}: {count} follow one another.")
    return range(port_base, port_base + count)


def _read(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.MsgspecError as error:
        raise StackError(f"{path} is damaged: {error}. Put it right, or remove the folder and begin anew.") from error


def _write_once(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text)
