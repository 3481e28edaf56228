"""The examples in the pages run as they stand, against the demo."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.service import Demo, clean_environ

ROOT = Path(__file__).parents[2]
MAX_S = 120

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="The examples need curl.")


def examples(page: str, heading: str) -> str:
    """Every shell block below a heading of the second level, as one script."""
    _, _, rest = (ROOT / page).read_text().partition(f"\n{heading}\n")
    section = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))


def run(script: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=ROOT,
        env=clean_environ() | environ,
        capture_output=True,
        text=True,
        timeout=MAX_S,
    )


def test_the_purchase_with_curl_runs_as_the_page_has_it(tmp_path: Path) -> None:
    script = examples("docs/api.md", "## A purchase with curl")
    with Demo(tmp_path) as demo:
        done = run(script.replace("http://127.0.0.1:8000", demo.url), {})

    assert done.returncode == 0, done.stdout + done.stderr
    assert "idempotent-replayed: true" in done.stdout.lower()
    assert done.stdout.splitlines()[-1] == "True"


def test_selling_a_concert_runs_as_the_page_has_it(tmp_path: Path) -> None:
    script = examples("docs/operations.md", "## Selling a concert")
    with Demo(tmp_path, "--plan", "club-50"):
        lines = (tmp_path / "boxoffice.env").read_text().splitlines()
        done = run(script, dict(line.split("=", 1) for line in lines))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The sale is open." in done.stdout
