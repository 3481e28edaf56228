"""What containers add to the diagram: images, memory, names instead of addresses."""

from pathlib import Path
from typing import NamedTuple

from boxoffice import __version__
from deploy.places import Places
from deploy.tiers import Topology
from deploy.topology import TOPOLOGY


class Image(NamedTuple):
    """A public image by its version, and the most memory that a container of it may have."""

    name: str
    memory_mib: int


OWN = f"boxoffice:{__version__}"
OWN_MEMORY_MIB, SENTINEL_MEMORY_MIB = 512, 128
IMAGES = {
    "nginx": Image("nginx:1.30-alpine", 512),
    "haproxy": Image("haproxy:3.2-alpine", 512),
    "valkey": Image("valkey/valkey:9.1-alpine", 512),
    "mysql": Image("mysql:8.4", 1536),
    "prometheus": Image("prom/prometheus:v3.5.3", 1024),
    "alertmanager": Image("prom/alertmanager:v0.33.1", 128),
    "grafana": Image("grafana/grafana:11.6.0", 512),
    "edge_exporter": Image("nginx/nginx-prometheus-exporter:1.4.2", 64),
    "valkey_exporter": Image("oliver006/redis_exporter:v1.74.0-alpine", 64),
    "mysql_exporter": Image("prom/mysqld-exporter:v0.17.2", 64),
}
GRAFANA_PORT = 3000
HEALTH_EVERY_S = 5
STARTS_WITHIN_S = 120
"""How long a container may take until it is healthy; a database makes its files first."""
_SUBNETS = {"valkey": "10.213.6", "database": "10.213.7"}
_FIRST = {"valkey": 10, "sentinel": 20, "mariadb": 10}
SECRETS = ".secrets"
"""The folder beside compose.yaml that `bin/secrets` fills."""


class Containers(Places, frozen=True, kw_only=True):
    """Every server stands in a container of its own.

    Stores have fixed addresses, the others are found by the name of their service. A store is looked for also when it
    is gone: then nobody has its name, Docker asks outside for 20 s, and a sentinel does nothing else meanwhile.
    """

    def data(self, _name: str) -> Path:
        """Where the images have it."""
        return Path("/data")

    def edge_log(self) -> Path:
        """To whoever collects the output of containers."""
        return Path("/dev/stdout")

    def called(self, name: str) -> str:
        """Databases are MySQL here."""
        return name.replace("mariadb", "mysql")

    def watched_at(self, name: str) -> str:
        """By its service: the fixed addresses are in networks that are not for watching."""
        return f"{self.called(name)}:{self.ports[name]}"

    def host_of(self, name: str) -> str:
        """Its address, or its service; all instances have one name."""
        kind, _, number = name.rpartition("-")
        if kind in _FIRST and number.isdigit():
            tier = "database" if kind == "mariadb" else "valkey"
            return f"{_SUBNETS[tier]}.{_FIRST[kind] + int(number)}"
        return "instance" if kind == "instance" else self.called(name).removesuffix("-metrics")


def subnet(tier: str) -> str | None:
    """Which addresses a network to this tier has: fixed ones in the lower half, given out by Docker in the upper."""
    return f"{{subnet: {_SUBNETS[tier]}.0/24, ip_range: {_SUBNETS[tier]}.128/25}}" if tier in _SUBNETS else None


def containers(topology: Topology = TOPOLOGY) -> Containers:
    """The places of compose.yaml: every server listens on the diagram's own port, and Docker knows their names."""
    return Containers(
        folder="/var/lib/boxoffice",
        sockets="/run/boxoffice",
        ports=topology.ports(),
        host="0.0.0.0",  # noqa: S104  (of a container, on networks of its own)
        dns="127.0.0.11",
    )
