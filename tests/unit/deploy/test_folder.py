"""The folder of a stack: what is chosen once stays, whatever is added to the diagram."""

import json
from pathlib import Path

import pytest

from deploy.stack.control import StackError
from deploy.stack.folder import Folder
from deploy.topology import TOPOLOGY


def test_ports_are_chosen_once_for_a_folder(tmp_path: Path) -> None:
    first = Folder(tmp_path).places(TOPOLOGY).ports

    assert Folder(tmp_path).places(TOPOLOGY, port_base=min(first.values())).ports == first
    with pytest.raises(StackError, match="has its ports"):
        Folder(tmp_path).places(TOPOLOGY, port_base=1)
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


@pytest.mark.parametrize("port_base", [0, 65_530, 70_000])
def test_ports_that_there_are_not_are_refused_and_nothing_is_written(tmp_path: Path, port_base: int) -> None:
    with pytest.raises(StackError, match="from 1 to"):
        Folder(tmp_path).places(TOPOLOGY, port_base=port_base)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_mariadb_could_not_use_is_refused_before_it_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "a stack"

    with pytest.raises(StackError, match="spaces"):
        Folder(folder).places(TOPOLOGY)
    assert not folder.exists()
