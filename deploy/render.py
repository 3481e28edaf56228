"""Writes every configuration from the topology: `python -m deploy.render` renews `deploy/rendered`."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

from deploy import problems
from deploy.discovery import members, upstream
from deploy.filling import fill, indented
from deploy.places import Places, standard
from deploy.tiers import CacheRule, Topology
from deploy.topology import TOPOLOGY

HERE = Path(__file__).parent
RENDERED = HERE / "rendered"
_TEMPLATES = HERE / "templates"
_ID = "[^/]+"


def nginx(topology: Topology, places: Places) -> str:
    """The edge."""
    edge = topology.edge
    return _fill(
        "nginx.conf",
        _common(places) | _fields(edge) | edge.limit._asdict(),
        worker_connections=edge.connections_max // edge.workers,
        open_files=2 * edge.connections_max // edge.workers,
        unlimited=indented(8, (f"{network} 0;" for network in edge.unlimited)),
        parameters=indented(4, _parameters(topology)),
        public=indented(8, _public_locations(topology)),
        connect_within_s=topology.balancer.connect_within_s,
        balancer_lines=indented(8, upstream(places)),
        edge_log=places.edge_log(),
        edge=places.ports["edge"],
        edge_http=places.ports["edge-http"],
        edge_status=places.ports["edge-status"],
        public_paths=indented(8, (f'"~{_pattern(rule)}" "{rule.path}";' for rule in edge.caches)),
        names=" ".join(places.names),
        headers=indented(8, (f'add_header {name} "{value}" always;' for name, value in edge.headers.items())),
        said_here=indented(8, (f"proxy_hide_header {name};" for name in edge.headers)),
        header_buffers=edge.headers_max_kib // edge.header_max_kib,
        said_at_edge=indented(4, problems.said_at_edge()),
        refused=indented(8, problems.refused_at_edge({})),
        refused_with_headers=indented(8, problems.refused_at_edge(edge.headers)),
        not_ascii=problems.NOT_ASCII,
        hidden=indented(8, (f"location = {path} {{ return 404; }}" for path in edge.hidden)),
        user_line=f"user {places.user};\n" if places.user else "",
    )


def haproxy(topology: Topology, places: Places) -> str:
    """The load balancer."""
    health = {f"health_{name}": value for name, value in topology.balancer.health._asdict().items()}
    return _fill(
        "haproxy.cfg",
        _common(places) | _fields(topology.balancer) | health | members(topology, places),
        balancer=places.ports["balancer"],
        balancer_metrics=places.ports["balancer-metrics"],
        instance_at_once=topology.instances.at_once,
        buffer_bytes=topology.balancer.buffer_kib * 1024,
        refused=indented(4, problems.refused_at_balancer()),
        **problems.refused_for_instances(),
    )


def prometheus(topology: Topology, places: Places) -> str:
    """What Prometheus asks, and which rules it has."""
    return _fill(
        "prometheus.yml",
        _common(places) | topology.monitoring._asdict(),
        alertmanager=places.ports["alertmanager"],
        jobs=indented(2, scraped(topology, places)),
        more_rules="".join(f"  - {path}\n" for path in places.rules),
    )


def scraped(
    topology: Topology,
    places: Places,
    *,
    without: Container[str] = (),
    more: Mapping[str, Iterable[str]] | None = None,
) -> Iterator[str]:
    """Jobs of Prometheus whose targets are always there. Each target is called as its server is, and not by a port.

    `without`: targets that are not there after all. `more`: lines for a job.
    """
    databases = [f"mariadb-{at + 1}" for at in range(len(topology.database.ports))]
    targets = {
        "balancer": {"balancer": "balancer-metrics"},
        "edge": {"edge": "edge-exporter", "edge-log": "edge-log-exporter"},
        "database": {name: f"{name}-exporter" for name in databases},
        "monitoring": {"prometheus": "prometheus", "alertmanager": "alertmanager"},
    }
    for job, servers in targets.items():
        yield from (f"- job_name: {job}", "  static_configs:")
        for name, listener in servers.items():
            if name not in without:
                yield from _target(places.called(name), places.address(listener))
        yield from (f"  {line}" for line in (more or {}).get(job, ()))
    # One exporter asks all of them, whichever it is told in the request.
    yield from ("- job_name: valkey", "  metrics_path: /scrape", "  static_configs:")
    for name in places.ports:
        if re.fullmatch(r"(valkey|sentinel)-\d+", name):
            asked = f", __param_target: redis://{places.watched_at(name)}"
            yield from _target(name, places.address("valkey-exporter"), asked)


def scaling(topology: Topology, _places: Places) -> str:
    """The signal of an autoscaler, as recorded series."""
    return _fill("scaling.yml", topology.instances.scaling._asdict())


def alertmanager(topology: Topology, places: Places) -> str:
    """Who hears of alerts, and how soon."""
    return _fill("alertmanager.yml", _common(places) | topology.monitoring._asdict(), alerts=places.ports["alerts"])


def edge_counters(_topology: Topology, _places: Places) -> str:
    """What is counted in the edge's log."""
    return _fill("edge.mtail", {})


def exporter(places: Places, number: int, password: str) -> str:
    """As whom a database server is watched: somebody who comes by the socket alone."""
    return _fill("exporter.cnf", _common(places), name=f"mariadb-{number}", password=password)


def valkey(topology: Topology, places: Places, number: int) -> str:
    """The primary (1) or a replica of it."""
    follows = f"replicaof {places.host_of('valkey-1')} {places.ports['valkey-1']}" if number > 1 else ""
    name = f"valkey-{number}"
    return _fill(
        "valkey.conf",
        _common(places) | _fields(topology.valkey),
        name=name,
        port=places.ports[name],
        data=places.data(name),
        name_line=f"replica-announce-ip {places.host_of(name)}\n" if places.dns else "",
        replica_line=follows,
    )


def sentinel(topology: Topology, places: Places, number: int) -> str:
    """One of the sentinels; it writes into its file what it learns."""
    name = f"sentinel-{number}"
    return _fill(
        "sentinel.conf",
        _common(places) | _fields(topology.valkey),
        name=name,
        port=places.ports[name],
        data=places.data(name),
        name_lines=f"sentinel announce-ip {places.host_of(name)}\n" if places.dns else "",
        primary_host=places.host_of("valkey-1"),
        primary=places.ports["valkey-1"],
    )


def mariadb(topology: Topology, places: Places, number: int) -> str:
    """The primary (1), or a replica, which takes no writes."""
    name = f"mariadb-{number}"
    return _fill(
        "mariadb.cnf",
        _common(places) | _fields(topology.database),
        name=name,
        number=number,
        port=places.ports[name],
        # A replica has nobody whom it could wait for, until it is promoted and followed.
        replica_lines="read-only = ON\nrpl-semi-sync-master-wait-no-slave = OFF" if number > 1 else "",
        user_line=f"user = {places.user}\n" if places.user else "",
    )


def instance(topology: Topology, places: Places, number: int, secrets: Mapping[str, str]) -> dict[str, str]:
    """The settings of one instance.

    `secrets`: `app` and `migrator` (of the database), `secret` (of the service), `valkey` where it wants a password.
    """
    instances = topology.instances
    primary, replica = (
        f"mysql+asyncmy://{{}}:{{}}@{places.address(f'mariadb-{at}')}/boxoffice".format for at in (1, 2)
    )
    sentinels = ",".join(places.address(f"sentinel-{at + 1}") for at in range(len(topology.valkey.sentinel_ports)))
    password = f":{secrets['valkey']}@" if "valkey" in secrets else ""
    settings = {
        "HOST": places.host,
        "PORT": str(places.ports[f"instance-{number}"]),
        "PROXIES": str(topology.proxies),
        "DATABASE_URL": f"{primary('app', secrets['app'])},{replica('app', secrets['app'])}",
        "REPLICA_URL": replica("app", secrets["app"]),
        "MIGRATION_URL": f"{primary('migrator', secrets['migrator'])},{replica('migrator', secrets['migrator'])}",
        "DATABASE_POOL": str(instances.database_pool),
        "DATABASE_WAIT_S": str(instances.database_wait_s),
        "DATABASE_STATEMENT_S": str(instances.statement_s),
        "CONNECTIONS_MAX": str(instances.at_once),
        "REDIS_URL": f"redis+sentinel://{password}{sentinels}/{topology.valkey.service}/0",
        "SECRET": secrets["secret"],
        **instances.settings,
    }
    return {f"BOXOFFICE_{name}": value for name, value in settings.items()}


def diagram(topology: Topology, places: Places) -> str:
    """The picture, the ports and the firewall, to be read."""
    flows = topology.flows
    return "\n".join(
        (
            "# The diagram",
            "",
            "Rendered from `deploy/topology.py`; change that.",
            "",
            "```mermaid",
            "flowchart TB",
            *(f'    {flow.source} -->|"{flow.why}"| {flow.target}' for flow in flows),
            "```",
            "",
            "Who may open connections to whom. What is not listed is closed.",
            "",
            "| from | to | for |",
            "|---|---|---|",
            *(f"| {flow.source} | {flow.target} | {flow.why} |" for flow in flows),
            "",
            "| listens | port |",
            "|---|---|",
            *(f"| {name} | {port} |" for name, port in places.ports.items()),
            "",
        )
    )


def to_read(topology: Topology = TOPOLOGY) -> Iterator[tuple[str, str]]:
    """Name and text of every file in `deploy/rendered`."""
    places = standard(topology)
    shown = {"app": "...", "migrator": "...", "secret": "..."}
    yield "nginx.conf", nginx(topology, places)
    yield "haproxy.cfg", haproxy(topology, places)
    yield "prometheus.yml", prometheus(topology, places)
    yield "scaling.yml", scaling(topology, places)
    yield "alertmanager.yml", alertmanager(topology, places)
    yield "edge.mtail", edge_counters(topology, places)
    for number in range(1, len(topology.valkey.ports) + 1):
        yield f"valkey-{number}.conf", valkey(topology, places, number)
    for number in range(1, len(topology.valkey.sentinel_ports) + 1):
        yield f"sentinel-{number}.conf", sentinel(topology, places, number)
    for number in range(1, len(topology.database.ports) + 1):
        yield f"mariadb-{number}.cnf", mariadb(topology, places, number)
        yield f"mariadb-{number}-exporter.cnf", exporter(places, number, "...")
    settings = instance(topology, places, 1, shown)
    yield "instance.env", "".join(f"{name}={value}\n" for name, value in settings.items())
    yield "diagram.md", diagram(topology, places)


def _target(name: str, address: str, more: str = "") -> Iterator[str]:
    yield f'    - targets: ["{address}"]'
    yield f"      labels: {{instance: {name}{more}}}"


def _parameters(topology: Topology) -> Iterator[str]:
    for name in sorted({name for rule in topology.edge.caches for name in rule.query}):
        yield f'map $arg_{name} $said_{name} {{ default "{name}=$arg_{name}&"; "" ""; }}'


def _public_locations(topology: Topology) -> Iterator[str]:
    for rule in topology.edge.caches:
        said = "".join(f"$said_{name}" for name in rule.query)
        yield f'location ~ {_pattern(rule)} {{ set $args "{said}"; proxy_cache public; proxy_pass http://balancer; }}'


def _pattern(rule: CacheRule) -> str:
    return f"^{re.escape(rule.path)}$".replace(r"\{\}", _ID)


def _common(places: Places) -> dict[str, object]:
    return {"folder": places.folder, "sockets": places.sockets, "host": places.host}


def _fields(tier: object) -> dict[str, object]:
    return {name: getattr(tier, name) for name in type(tier).__annotations__}


def _fill(template: str, values: Mapping[str, object], **more: object) -> str:
    return fill(_TEMPLATES / template, {**values, **more})


if __name__ == "__main__":
    RENDERED.mkdir(exist_ok=True)
    for name, text in to_read():
        (RENDERED / name).write_text(text)
