"""Ports that are handed out."""

import socket
from pathlib import Path

import pytest

from deploy.stack import ports


@pytest.mark.parametrize(
    ("said", "end"),
    [("32768\t60999\n", 32_768), ("1024\t65535\n", 49_152), (None, 49_152)],
    ids=["a range", "nearly all there are", "nothing"],
)
def test_they_are_different_and_free_and_no_connection_is_given_them(
    said: str | None, end: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "ip_local_port_range"
    if said is not None:
        told.write_text(said)
    monkeypatch.setattr(ports, "_FOR_CONNECTIONS", told)

    chosen = ports.free_ports(50)

    assert len(set(chosen)) == 50
    assert all(12_000 <= port < end and ports.is_free(port) for port in chosen)


def test_a_port_on_which_somebody_listens_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not ports.is_free(server.getsockname()[1])
