"""What the edge writes down: bounded, without what stands in queries, and counted whatever becomes of the file."""

import json
from urllib.request import urlopen

import pytest

from deploy.topology import TOPOLOGY
from tests.e2e.stack import Running
from tests.servers_redis import wait_until

pytestmark = pytest.mark.xdist_group("stack")


def counted(stack: Running, path: str) -> int:
    """How many requests for a public path mtail has read of."""
    with urlopen(f"http://127.0.0.1:{stack.ports['edge-log-exporter']}/metrics", timeout=5) as reply:
        lines = reply.read().decode().splitlines()
    wanted = [line for line in lines if line.startswith("edge_requests_total{") and f'path="{path}"' in line]
    return sum(int(line.rpartition(" ")[2]) for line in wanted)


def test_a_log_that_is_too_large_is_put_aside_and_nothing_goes_uncounted(stack: Running) -> None:
    log, path = stack.folder / "logs" / "edge-access.log", "/openapi.json"
    aside = log.with_name(f"{log.name}.1")
    before = counted(stack, path)
    stack.ask("GET", path)
    wait_until(lambda: counted(stack, path) == before + 1, "The first is not counted.")
    with log.open("ab") as more:
        for _ in range(TOPOLOGY.edge.log_max_mib + 1):
            more.write(b"x" * ((1 << 20) - 1) + b"\n")
    wait_until(lambda: aside.exists() and log.exists(), "It is not put aside.")
    stack.ask("GET", path)
    wait_until(lambda: counted(stack, path) == before + 2, "The second is not counted.")

    assert log.stat().st_size < 1 << 20 < aside.stat().st_size


def test_what_stands_in_a_query_stands_in_no_log(stack: Running) -> None:
    large = stack.ask("POST", "/api/v1/users?name=Jane", "x" * 66_000)
    logs = stack.folder / "logs"
    wait_until(lambda: '"status":413' in (logs / "edge-access.log").read_text(), "It is not written down.")
    lines = [json.loads(line) for line in (logs / "edge-access.log").read_text().splitlines()]

    assert large.status == 413
    assert {"/api/v1/users"} == {line["path"] for line in lines if line["status"] == 413}
    assert not [path.name for path in logs.iterdir() if b"Jane" in path.read_bytes()]
