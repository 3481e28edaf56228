"""compose.yaml: up to date, the diagram's numbers, its firewall as networks, nobody with more rights than needed."""

import datetime
import itertools
import json
import re
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from boxoffice.kernel.addresses import redis_address
from boxoffice.settings import from_environ
from deploy import render
from deploy.compose import rendering
from deploy.compose.containers import IMAGES, SECRETS
from deploy.compose.secrets import ensure_secrets
from deploy.monitoring.dashboards import FOLDER
from deploy.places import standard
from deploy.topology import TOPOLOGY

ROOT = Path(__file__).parents[3]
NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
COMPOSE: dict[str, Any] = yaml.safe_load(rendering.compose())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
TIERS = {"instance": "instances", "migrate": "instances", "sentinel": "valkey", "mysql": "database"}
MONITORING = ("prometheus", "alertmanager", "grafana")
ALONE_IN_ITS_IMAGE = "edge-exporter"
"""Nothing else is there that could ask it how it is."""


def tier_of(service: str) -> str:
    kind = service.rstrip("-0123456789")
    return "monitoring" if kind in MONITORING or kind.endswith("-exporter") else TIERS.get(kind, kind)


def memory_mib(service: dict[str, Any]) -> int:
    return int(service["mem_limit"].removesuffix("m"))


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


def mounted(service: dict[str, Any]) -> list[str]:
    """What it sees of the folder in which compose.yaml stands."""
    sources = [volume.partition(":")[0] for volume in service.get("volumes", ())]
    secrets = [COMPOSE["secrets"][name]["file"] for name in service.get("secrets", ())]
    return [source for source in sources if source.startswith("./")] + secrets + service.get("env_file", [])


def test_what_is_rendered_is_up_to_date() -> None:
    written = {path.name: path.read_text() for path in rendering.RENDERED.iterdir()}

    assert rendering.compose() == (ROOT / "compose.yaml").read_text(), "python -m deploy.compose writes it anew"
    assert dict(rendering.to_read()) == written, "python -m deploy.compose writes them anew"


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]

    assert service["user"] not in ("root", "0", "0:0")
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc"} & service.keys()
    assert memory_mib(service) <= 2048
    assert service["pids_limit"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_named_by_its_version(name: str) -> None:
    assert re.search(r":v?\d+\.\d+", SERVICES[name]["image"]), SERVICES[name]["image"]


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("migrate", ALONE_IN_ITS_IMAGE)])
def test_whoever_stays_says_how_it_is(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_nobody_waits_for_whom_nobody_starts() -> None:
    for name, service in SERVICES.items():
        for other, wait in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other == "migrate" else "service_healthy"

            assert other in SERVICES, name
            assert wait == {"condition": wanted}, name


def test_only_the_edge_can_be_reached_from_outside() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    open_to_all = {name for name, ports in published.items() if any(not p.startswith("127.0.0.1:") for p in ports)}
    inside = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}

    assert open_to_all == {"edge"}
    assert published["edge"] == [f"{port}:{port}" for port in (TOPOLOGY.edge.https_port, TOPOLOGY.edge.http_port)]
    assert COMPOSE["networks"].keys() - inside == {"internet-edge", "operators"}


def test_two_containers_meet_where_the_firewall_has_an_edge_and_nowhere_else() -> None:
    flows = {frozenset((flow.source, flow.target)) for flow in TOPOLOGY.flows if flow.source != "internet"}
    met = set()
    for one, other in itertools.combinations(SERVICES, 2):
        if set(SERVICES[one]["networks"]) & set(SERVICES[other]["networks"]):
            met.add(frozenset((tier_of(one), tier_of(other))))

    assert met - {frozenset({"instances"})} == flows  # instances reach the same stores


def test_a_fixed_address_is_that_of_one_server_and_is_what_others_are_told() -> None:
    addresses = [
        network["ipv4_address"]
        for service in SERVICES.values()
        if isinstance(service["networks"], dict)
        for network in service["networks"].values()
        if network
    ]
    files = dict(rendering.to_read())
    stores = (TOPOLOGY.valkey.ports, TOPOLOGY.valkey.sentinel_ports, TOPOLOGY.database.ports)

    assert len(addresses) == len(set(addresses)) == sum(len(ports) for ports in stores)
    assert f"replicaof {addresses[0]} {TOPOLOGY.valkey.ports[0]}" in files["valkey-2.conf"]
    assert f"SOURCE_HOST = '{addresses[-2]}'" in files["mysql-2.sh"]


def asked(config: str) -> dict[str, list[str]]:
    """The servers of each job of Prometheus."""
    jobs = yaml.safe_load(config)["scrape_configs"]
    return {job["job_name"]: [target["labels"]["instance"] for target in job.get("static_configs", ())] for job in jobs}


def test_prometheus_asks_of_containers_what_it_asks_of_the_stack() -> None:
    of_stack = asked(render.prometheus(TOPOLOGY, standard()))
    here = asked(dict(rendering.to_read())["prometheus.yml"])

    of_stack["edge"].remove("edge-log")
    of_stack["database"] = [name.replace("mariadb", "mysql") for name in of_stack["database"]]
    assert of_stack == here


def test_what_mysql_calls_otherwise_has_the_name_that_dashboards_and_alerts_look_for() -> None:
    looked_for = {
        name
        for path in (*FOLDER.iterdir(), FOLDER.parent / "alerts.yml")
        for name in re.findall(r"\bmysql_\w*(?:master|slave_io|slave_sql)\w*", path.read_text())
    }
    (database,) = (
        job
        for job in yaml.safe_load(dict(rendering.to_read())["prometheus.yml"])["scrape_configs"]
        if job["job_name"] == "database"
    )

    def kept_as(name: str) -> str:
        for rule in database["metric_relabel_configs"]:
            if found := re.fullmatch(rule["regex"], name):
                return str(found.expand(rule["replacement"].replace("${1}", r"\1")))
        return name

    new = {name: re.sub("slave_(io|sql)", r"replica_\1", name).replace("master", "source") for name in looked_for}

    assert len(looked_for) == 6
    assert {name: kept_as(new[name]) for name in looked_for} == {name: name for name in looked_for}


def test_whoever_watches_valkey_knows_the_password_of_each_server_and_of_no_sentinel(tmp_path: Path) -> None:
    ensure_secrets(tmp_path / SECRETS, NOW)
    known = json.loads((tmp_path / SECRETS / "valkey.json").read_text())
    jobs = yaml.safe_load(dict(rendering.to_read())["prometheus.yml"])["scrape_configs"]
    (targets,) = (job["static_configs"] for job in jobs if job["job_name"] == "valkey")
    servers = {each["labels"]["__param_target"] for each in targets if each["labels"]["instance"].startswith("valkey")}

    assert known == dict.fromkeys(servers, (tmp_path / SECRETS / "valkey").read_text())


def test_a_container_has_the_time_and_the_memory_that_what_is_in_it_needs() -> None:
    assert seconds(SERVICES["instance"]["stop_grace_period"]) > TOPOLOGY.instances.stop_within_s
    assert IMAGES["mysql"].memory_mib > 4 * TOPOLOGY.database.buffer_pool_mib
    assert IMAGES["nginx"].memory_mib > TOPOLOGY.edge.cache_max_mib


def test_a_number_that_changes_changes_what_is_rendered() -> None:
    instances = msgspec.structs.replace(TOPOLOGY.instances, first_port=9001, usual=4, database_pool=3)
    database = msgspec.structs.replace(TOPOLOGY.database, ports=(4306, 4307), lock_wait_s=2)
    changed = msgspec.structs.replace(TOPOLOGY, instances=instances, database=database)
    instance = yaml.safe_load(rendering.compose(changed))["services"]["instance"]
    files = dict(rendering.to_read(changed))

    assert (instance["scale"], instance["environment"]["BOXOFFICE_DATABASE_POOL"]) == (4, "3")
    assert "instance:9001" in files["haproxy.cfg"] and "port: 9001" in files["prometheus.yml"]
    assert "SOURCE_PORT = 4306" in files["mysql-2.sh"]
    assert "innodb-lock-wait-timeout = 2" in files["mysql-1.cnf"] and "port = 4306" in files["mysql-1.cnf"]


def test_whatever_is_mounted_is_in_the_repository_or_is_a_secret_that_is_made(tmp_path: Path) -> None:
    folder = tmp_path / SECRETS
    ensure_secrets(folder, NOW)

    for service in SERVICES.values():
        for source in mounted(service):
            name = source.removeprefix("./")
            assert (tmp_path / name if name.startswith(SECRETS) else ROOT / name).exists(), source


@pytest.mark.parametrize(("service", "migrates"), [("instance", False), ("migrate", True)])
def test_an_instance_understands_what_it_is_told(service: str, migrates: bool, tmp_path: Path) -> None:
    folder = tmp_path / SECRETS
    ensure_secrets(folder, NOW)
    (file,) = SERVICES[service]["env_file"]
    told = dict(line.split("=", 1) for line in (tmp_path / file).read_text().splitlines())
    settings = from_environ(SERVICES[service]["environment"] | told)

    assert (settings.port, settings.proxies) == (TOPOLOGY.instances.first_port, TOPOLOGY.proxies)
    assert len(redis_address(settings.redis_url).hosts) == len(TOPOLOGY.valkey.sentinel_ports)
    assert migrates == (settings.migration_url is not None)
    assert settings.password_time_cost > 1  # what the local stack saves on passwords is not for containers


def test_secrets_are_made_once_and_nobody_else_gets_at_them(tmp_path: Path) -> None:
    folder = tmp_path / SECRETS
    ensure_secrets(folder, NOW)
    first = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ensure_secrets(folder, NOW)
    words = [(folder / name).read_text() for name in COMPOSE["secrets"]]

    assert {path: path.read_bytes() for path in first} == first
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(path.stat().st_mode & stat.S_IROTH for path in first)  # by the users of containers
    assert len(set(words)) == len(words) and {len(word) for word in words} == {32}  # MySQL's bound for a replica
    assert not any(
        word in text for word in words for text in (rendering.compose(), *dict(rendering.to_read()).values())
    )


def test_a_certificate_that_is_soon_over_is_made_anew_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / SECRETS
    ensure_secrets(folder, NOW)
    certificate, word = (folder / "tls" / "server.crt").read_bytes(), (folder / "secret").read_bytes()
    ensure_secrets(folder, NOW + datetime.timedelta(days=340))

    assert certificate != (folder / "tls" / "server.crt").read_bytes()
    assert word == (folder / "secret").read_bytes()
    assert stat.S_IMODE((folder / "tls" / "server.key").stat().st_mode) == 0o644
