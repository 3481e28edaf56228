"""Where the parts of a stack stand on a machine."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.tiers import Topology
from deploy.topology import TOPOLOGY


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Folders and ports. `user`: whom servers shall stay that would otherwise not run as root; None if we are not."""

    folder: str
    sockets: str
    """A folder of its own: a socket's path may have about 100 characters."""
    ports: Mapping[str, int]
    host: str = "127.0.0.1"
    """Where servers listen."""
    dns: str | None = None
    """Whom to ask for instances that come and go, and for servers that move; without one everything stays in place."""
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    user: str | None = None
    rules: tuple[str, ...] = ()
    """More files with rules for Prometheus."""

    def of(self, *names: str) -> Path:
        """A path inside the folder."""
        return Path(self.folder, *names)

    def socket(self, name: str) -> Path:
        """The socket of a process."""
        return Path(self.sockets, f"{name}.sock")

    def data(self, name: str) -> Path:
        """Where a server keeps what it must not lose."""
        return self.of(name)

    def edge_log(self) -> Path:
        """Where the edge writes a line for each request."""
        return self.of("logs", "edge-access.log")

    def called(self, name: str) -> str:
        """What a person calls it."""
        return name

    def watched_at(self, name: str) -> str:
        """Host and port for who watches it."""
        return self.address(name)

    def host_of(self, name: str) -> str:  # noqa: ARG002  (here all have one)
        """Where others find it."""
        return self.host

    def address(self, name: str) -> str:
        """Host and port for others."""
        return f"{self.host_of(name)}:{self.ports[name]}"


def standard(topology: Topology = TOPOLOGY) -> Places:
    """The places of the files that are there to be read: the diagram's own ports."""
    return Places(folder="/var/lib/boxoffice", sockets="/run/boxoffice", ports=topology.ports())
