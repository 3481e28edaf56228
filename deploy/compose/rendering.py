"""Writes compose.yaml and what its containers read, from the topology."""

from collections.abc import Iterator
from pathlib import Path

from deploy import render
from deploy.compose.containers import (
    GRAFANA_PORT,
    HEALTH_EVERY_S,
    IMAGES,
    OWN,
    OWN_MEMORY_MIB,
    SECRETS,
    SENTINEL_MEMORY_MIB,
    STARTS_WITHIN_S,
    Containers,
    containers,
    subnet,
)
from deploy.filling import fill, indented
from deploy.stack.databases import users, watcher_mysql
from deploy.tiers import Flow, Topology
from deploy.topology import TOPOLOGY

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
RENDERED = HERE / "rendered"
_TEMPLATES = HERE / "templates"
_OPEN = ("HOST", "PORT", "PROXIES", "DATABASE_POOL", "DATABASE_WAIT_S", "DATABASE_STATEMENT_S", "CONNECTIONS_MAX")
"""Settings of an instance that are no secret. The others come from `bin/secrets`, or are the service's own."""

_UNWATCHED = ("edge-log",)
"""nginx writes to whoever collects the output of containers; nobody counts there what its cache did."""
_OLD_WORDS = {
    "mysql_global_status_rpl_semi_sync_source_(.+)": "mysql_global_status_rpl_semi_sync_master_${1}",
    "mysql_slave_status_replica_(io|sql)_running": "mysql_slave_status_slave_${1}_running",
    "mysql_slave_status_seconds_behind_source": "mysql_slave_status_seconds_behind_master",
}
"""What MySQL calls otherwise than MariaDB: dashboards have one name for both."""


def compose(topology: Topology = TOPOLOGY) -> str:
    """compose.yaml."""
    places = containers(topology)
    shared = _shared(topology, places)
    numbers = {kind: range(1, len(ports) + 1) for kind, ports in _members(topology).items()}
    blocks = {
        f"{kind}_services": "\n".join(_block(f"{kind}.yaml", topology, shared, number) for number in numbers[kind])
        for kind in numbers
    }
    blocks["exporter_services"] = "\n".join(_block("exporter.yaml", topology, shared, at) for at in numbers["mysql"])
    return fill(
        _TEMPLATES / "compose.yaml",
        shared
        | blocks
        | {
            "settings": indented(4, (f'{name}: "{value}"' for name, value in settings(topology).items())),
            "networks": indented(2, _networks(topology)),
            "volumes": indented(2, (f"{kind}-{number}:" for kind in numbers for number in numbers[kind])),
            "stores": indented(6, _healthy(_members(topology))),
            "databases": indented(6, _healthy({"mysql": topology.database.ports})),
        },
    )


def settings(topology: Topology) -> dict[str, str]:
    """What an instance is told that is no secret."""
    known = render.instance(topology, containers(topology), 1, {"app": "", "migrator": "", "secret": ""})
    return {name: value for name, value in known.items() if name.removeprefix("BOXOFFICE_") in _OPEN}


def to_read(topology: Topology = TOPOLOGY) -> Iterator[tuple[str, str]]:
    """Name and text of every file that containers read, all in one folder."""
    places = containers(topology)
    yield "nginx.conf", render.nginx(topology, places)
    yield "haproxy.cfg", render.haproxy(topology, places)
    shared = _shared(topology, places)
    for name in ("prometheus.yml", "alertmanager.yml", "grafana-source.yml", "grafana-dashboards.yml"):
        yield name, fill(_TEMPLATES / name, shared)
    for number in range(1, len(topology.valkey.ports) + 1):
        yield f"valkey-{number}.conf", render.valkey(topology, places, number)
    for number in range(1, len(topology.valkey.sentinel_ports) + 1):
        yield f"sentinel-{number}.conf", render.sentinel(topology, places, number)
    for number in range(1, len(topology.database.ports) + 1):
        yield f"mysql-{number}.cnf", fill(_TEMPLATES / "mysql.cnf", _database(topology, number))
        name = "replica.sh" if number > 1 else "primary.sh"
        yield f"mysql-{number}.sh", fill(_TEMPLATES / name, shared)


def write() -> None:
    """Write all of it."""
    RENDERED.mkdir(exist_ok=True)
    (ROOT / "compose.yaml").write_text(compose())
    for name, text in to_read():
        (RENDERED / name).write_text(text)


def _shared(topology: Topology, places: Containers) -> dict[str, object]:
    secret = {name: f"$(cat /run/secrets/{name})" for name in ("app", "migrator", "replica", "monitor")}
    reached = [flow.target for flow in topology.flows if flow.source == "monitoring" != flow.target]
    return {
        **topology.monitoring._asdict(),
        **{f"{name}_image": image.name for name, image in IMAGES.items()},
        **{f"{name}_memory": f"{image.memory_mib}m" for name, image in IMAGES.items()},
        **{f"{name.replace('-', '_')}_port": port for name, port in places.ports.items()},
        **{f"{tier}_networks": ", ".join(names) for tier, names in _tiers(topology).items()},
        "instance_port": places.ports["instance-1"],
        "own_image": OWN,
        "own_memory": f"{OWN_MEMORY_MIB}m",
        "sentinel_memory": f"{SENTINEL_MEMORY_MIB}m",
        **{f"monitoring_{tier}": _network("monitoring", tier) for tier in reached},
        "jobs": indented(2, render.scraped(topology, places, without=_UNWATCHED, more={"database": _renamed()})),
        "monitoring_within": _network("monitoring", "monitoring"),
        "instances_database": _network("instances", "database"),
        "usual": topology.instances.usual,
        "ready": topology.balancer.health.path,
        "drain_s": topology.balancer.drain_s,
        "service": topology.valkey.service,
        "primary": places.host_of("mariadb-1"),
        "users": "\n".join(f"{statement};" for statement in (*users(secret), *watcher_mysql(secret["monitor"]))),
        "grafana_port": GRAFANA_PORT,
        "every": f"{HEALTH_EVERY_S}s",
        "starts_within": f"{STARTS_WITHIN_S}s",
        "secrets": SECRETS,
        "rendered": f"./{RENDERED.relative_to(ROOT)}",
    }


def _renamed() -> Iterator[str]:
    yield "metric_relabel_configs:"
    for new, old in _OLD_WORDS.items():
        yield f"  - {{source_labels: [__name__], regex: '{new}', target_label: __name__, replacement: '{old}'}}"


def _members(topology: Topology) -> dict[str, tuple[int, ...]]:
    return {
        "valkey": topology.valkey.ports,
        "sentinel": topology.valkey.sentinel_ports,
        "mysql": topology.database.ports,
    }


def _block(template: str, topology: Topology, shared: dict[str, object], number: int) -> str:
    kind = "mysql" if template == "exporter.yaml" else template.removesuffix(".yaml")
    port = _members(topology)[kind][number - 1]
    tier = "database" if kind == "mysql" else "valkey"
    address = containers(topology).host_of(f"mariadb-{number}" if kind == "mysql" else f"{kind}-{number}")
    own = {
        "number": number,
        "port": port,
        "watching_port": topology.monitoring.database_exporter_port + number - 1,
        "passwords": "root, app, migrator, replica, monitor" if number == 1 else "root, replica",
        "own_networks": ", ".join(
            f"{name}: {{ipv4_address: {address}}}" if name == _network("instances", tier) else f"{name}: {{}}"
            for name in _tiers(topology)[tier]
        ),
    }
    return fill(_TEMPLATES / template, shared | own)


def _database(topology: Topology, number: int) -> dict[str, object]:
    fields = {name: getattr(topology.database, name) for name in type(topology.database).__annotations__}
    follows = "read-only = ON\nloose-rpl-semi-sync-source-wait-no-replica = OFF" if number > 1 else ""
    return fields | {"number": number, "port": topology.database.ports[number - 1], "replica_lines": follows}


def _healthy(members: dict[str, tuple[int, ...]]) -> Iterator[str]:
    for kind, ports in members.items():
        for number in range(1, len(ports) + 1):
            yield f"{kind}-{number}: {{condition: service_healthy}}"


def _tiers(topology: Topology) -> dict[str, list[str]]:
    """The networks of each tier."""
    tiers: dict[str, list[str]] = {}
    for flow in _apart(topology):
        for tier in dict.fromkeys((flow.source, flow.target)):
            tiers.setdefault(tier, []).append(_network(flow.source, flow.target))
    return tiers


def _networks(topology: Topology) -> Iterator[str]:
    for flow in _apart(topology):
        yield f"# {flow.why}"
        addresses = subnet(flow.target) if flow.source == "instances" else None
        how = ["internal: true"] * (flow.source != "internet") + [f"ipam: {{config: [{addresses}]}}"] * bool(addresses)
        yield f"{_network(flow.source, flow.target)}: {{{', '.join(how)}}}"


def _apart(topology: Topology) -> Iterator[Flow]:
    """The edges of the firewall that have a network of their own. Stores meet where instances reach them."""
    return (flow for flow in topology.flows if flow.source != flow.target or flow.target == "monitoring")


def _network(source: str, target: str) -> str:
    return f"{source}-{target}"
