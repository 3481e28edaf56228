"""The API keeps to its own reference: schemathesis, with every check, against the real command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.e2e.service import Demo

CONFIG = Path(__file__).with_name("schemathesis.toml")
PASSWORD = "boxoffice-demo"


def access_token(url: str, email: str) -> str:
    """Sign in as one of the accounts that the demo seeds."""
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    request = Request(f"{url}/api/v1/sessions", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as reply:
        return str(json.load(reply)["access_token"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("reference")) as running:
        yield running


@pytest.mark.parametrize("email", [None, "fan@example.com", "operator@example.com"])
def test_whatever_is_asked_the_answer_is_as_documented(demo: Demo, tmp_path: Path, email: str | None) -> None:
    words = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", f"{demo.url}/openapi.json"]
    # Signing out would end the session that all other requests use; its own tests cover it.
    words += ["--checks", "all", "--max-examples", "10", "--seed", "1", "--no-color"]
    if email is not None:
        for path in ("/api/v1/sessions", "/api/v1/sessions/current", "/api/v1/sessions/{session_id}"):
            words += ["--exclude-path", path]
        words += ["--header", f"Authorization: Bearer {access_token(demo.url, email)}"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
