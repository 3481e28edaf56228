"""The Dockerfile keeps its rules, and what asks an instance in a container how it is tells the truth."""

import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HEALTHY = ROOT / "deploy" / "compose" / "healthy.py"


def instructions() -> list[tuple[str, str]]:
    """What is done, with continued lines put together."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def last_stage() -> list[tuple[str, str]]:
    everything = instructions()
    begin = max(at for at, (word, _) in enumerate(everything) if word == "FROM")
    return everything[begin:]


def test_base_images_are_named_by_their_version() -> None:
    assert of("FROM")
    assert all(re.match(r"[a-z]+:\d+(\.\d+)?-\S+", image) for image in of("FROM"))


def test_what_runs_is_not_root_and_has_no_shell_in_between() -> None:
    stage = dict(last_stage())

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", stage["USER"])  # a number: whoever runs it can see that it is not root
    assert (json.loads(stage["ENTRYPOINT"]), json.loads(stage["CMD"])) == (["boxoffice"], ["serve"])


def test_tools_that_build_are_not_in_what_runs() -> None:
    brought = [rest for word, rest in last_stage() if word == "COPY"]

    assert all(
        rest.startswith(("--from=environment /opt/boxoffice ", "deploy/compose/healthy.py ")) for rest in brought
    )


def test_the_image_says_how_it_is_without_another_program() -> None:
    (check,) = of("HEALTHCHECK")
    command = json.loads(check[check.index("[") :])

    assert command == ["python", "/opt/boxoffice/healthy.py", "/healthz"]


def test_whatever_is_copied_exists_and_is_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    sources = {
        source.rstrip("/") for rest in of("COPY") if not rest.startswith("--from") for source in rest.split()[:-1]
    }

    assert "*" in ignored
    assert all((ROOT / source).exists() for source in sources)
    assert all({source, source.split("/")[0]} & allowed for source in sources)


def test_whatever_the_package_is_built_with_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {"pyproject.toml", "uv.lock", "src", project["project"]["readme"], *project["project"]["license-files"]}
    needed |= {hook["path"] for hook in project["tool"]["hatch"]["build"]["hooks"].values()}

    assert needed <= {source.rstrip("/") for rest in of("COPY") for source in rest.split()[:-1]}


def test_no_secret_can_stay_in_a_layer() -> None:
    assert of("ARG") == []
    assert not re.search(r"secret|password|token", "\n".join(of("ENV")), re.IGNORECASE)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """`/ready` is 200, everything else 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/ready" else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def test_only_an_instance_that_answers_200_is_healthy(server: HTTPServer) -> None:
    def status(path: str, port: int) -> int:
        command = [sys.executable, "-I", str(HEALTHY), path]
        return subprocess.run(command, env={"BOXOFFICE_PORT": str(port)}, check=False, timeout=30).returncode

    assert (status("/ready", server.server_port), status("/other", server.server_port)) == (0, 1)
    assert status("/ready", 1) == 1  # nobody listens there
