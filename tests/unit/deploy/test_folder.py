"""The folder of a stack: what is chosen once stays, whatever is added to the diagram."""

import json
from pathlib import Path

from deploy.stack.folder import Folder
from deploy.topology import TOPOLOGY


def test_ports_are_chosen_once_for_a_folder(tmp_path: Path) -> None:
    first = Folder(tmp_path).places(TOPOLOGY).ports

    assert Folder(tmp_path).places(TOPOLOGY, port_base=20_000).ports == first
    assert len(set(first.values())) == len(TOPOLOGY.ports())


def test_what_is_new_in_the_diagram_gets_a_port_and_the_others_keep_theirs(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"edge": 20_000, "edge-http": 20_001}))

    ports = Folder(tmp_path).places(TOPOLOGY, port_base=20_000).ports

    assert (ports["edge"], ports["edge-http"]) == (20_000, 20_001)
    assert set(ports) == set(TOPOLOGY.ports())
    assert len(set(ports.values())) == len(ports)


def test_whoever_watches_the_databases_may_be_read_by_the_owner_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.lay_out(TOPOLOGY, folder.places(TOPOLOGY))
    watching = tmp_path / "mariadb-1-exporter" / "exporter.cnf"
    folder.remove_sockets()

    assert watching.stat().st_mode & 0o077 == 0
    assert f"password = {folder.secrets()['monitor']}" in watching.read_text()
