"""The processes that watch: Prometheus, what tells it of the other servers, and who hears of alerts."""

import sys
from collections.abc import Iterator

from deploy.places import Places
from deploy.stack.control import Spec
from deploy.tiers import Topology

# They end before what they watch, or its end would be news.
_TIER = 4


def watchers(topology: Topology, places: Places) -> Iterator[Spec]:
    """All of them, in the order of their start."""
    yield _alerts(places)
    yield _alertmanager(places)
    yield _edge_exporter(places)
    yield _edge_log_exporter(places)
    yield _valkey_exporter(places)
    for number in range(1, len(topology.database.ports) + 1):
        yield _database_exporter(places, number)
    yield _prometheus(topology, places)


def _alerts(places: Places) -> Spec:
    """Whom Alertmanager tells; the log of this process is where alerts are read."""
    command = (sys.executable, "-m", "deploy.stack.alerts", places.host, str(places.ports["alerts"]))
    return Spec(name="alerts", tier=_TIER, command=command)


def _alertmanager(places: Places) -> Spec:
    command = (
        "prometheus-alertmanager",
        f"--config.file={places.of('alertmanager', 'alertmanager.yml')}",
        f"--storage.path={places.of('alertmanager', 'data')}",
        f"--web.listen-address={places.address('alertmanager')}",
        "--cluster.listen-address=",  # it is alone
        "--log.level=warn",
    )
    return Spec(name="alertmanager", tier=_TIER, command=command)


def _edge_exporter(places: Places) -> Spec:
    """nginx's own counters."""
    command = (
        "prometheus-nginx-exporter",
        f"-nginx.scrape-uri=http://{places.address('edge-status')}/status",
        f"-web.listen-address={places.address('edge-exporter')}",
        "-nginx.retries=30",  # as it starts; later it says that nginx is down
        "-nginx.retry-interval=1s",
    )
    return Spec(name="edge-exporter", tier=_TIER, command=command)


def _edge_log_exporter(places: Places) -> Spec:
    """What nginx does not count: what its cache did, read from its log as that grows."""
    command = (
        "mtail",
        f"-progs={places.of('edge-log-exporter', 'programs')}",
        f"-logs={places.edge_log()}",
        f"-address={places.host}",
        f"-port={places.ports['edge-log-exporter']}",
        "-emit_prog_label=false",
        "-logtostderr",
    )
    return Spec(name="edge-log-exporter", tier=_TIER, command=command, environ={"GOMAXPROCS": "1"})


def _valkey_exporter(places: Places) -> Spec:
    """One for all servers and sentinels: each request says whom it shall ask."""
    command = ("prometheus-redis-exporter", f"-web.listen-address={places.address('valkey-exporter')}")
    # No server of its own to look at.
    return Spec(name="valkey-exporter", tier=_TIER, command=(*command, "-redis.addr="))


def _database_exporter(places: Places, number: int) -> Spec:
    name = f"mariadb-{number}-exporter"
    unwanted = ("info_schema.innodb_cmp", "info_schema.innodb_cmpmem", "info_schema.query_response_time")
    command = (
        "prometheus-mysqld-exporter",
        f"--config.my-cnf={places.of(name, 'exporter.cnf')}",
        f"--web.listen-address={places.address(name)}",
        *(f"--no-collect.{each}" for each in unwanted),
        "--log.level=warn",
    )
    return Spec(name=name, tier=_TIER, command=command)


def _prometheus(topology: Topology, places: Places) -> Spec:
    command = (
        "prometheus",
        f"--config.file={places.of('prometheus', 'prometheus.yml')}",
        f"--storage.tsdb.path={places.of('prometheus', 'data')}",
        f"--storage.tsdb.retention.time={topology.monitoring.keep_days}d",
        f"--web.listen-address={places.address('prometheus')}",
        "--log.level=warn",
    )
    return Spec(name="prometheus", tier=_TIER, command=command)
