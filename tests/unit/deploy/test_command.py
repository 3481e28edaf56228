"""What the command refuses, it refuses in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("words", [["status"], ["scale", "3"], ["down"]])
def test_where_no_stack_is_one_is_told_so_and_nothing_is_made(words: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "none"
    command = [sys.executable, "-m", "deploy.stack", *words, "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert " ".join(done.stderr.split()) == f"No stack was ever set up in {folder}; bin/stack up does that."
    assert not folder.exists()
