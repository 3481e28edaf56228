"""What the command refuses, it refuses in one sentence."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.stack.remains import Remains, started_ticks

ROOT = Path(__file__).parents[3]


def said(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.stack", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["status"], ["scale", "3"], ["down"]])
def test_where_no_stack_is_one_is_told_so_and_nothing_is_made(words: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "none"
    done = said(*words, "--folder", str(folder))

    assert done.returncode == 1
    assert " ".join(done.stderr.split()) == f"No stack was ever set up in {folder}; bin/stack up does that."
    assert not folder.exists()


@pytest.mark.parametrize("name", ["ports.json", "processes.json"])
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_touched(name: str, tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{}")
    (tmp_path / name).write_text('{"edge"')
    done = said("down", "--folder", str(tmp_path))

    assert done.returncode == 1
    assert " ".join(done.stderr.split()).startswith(f"{tmp_path / name} is damaged: Input data was truncated.")
    assert (tmp_path / name).read_text() == '{"edge"'


def test_what_cannot_be_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = said("up", "--folder", str(tmp_path / "file"))

    assert done.returncode == 1
    assert " ".join(done.stderr.split()) == f"{tmp_path / 'file'} cannot be the folder of a stack: File exists."


def test_nobody_starts_with_no_instance_at_all(tmp_path: Path) -> None:
    done = said("up", "--instances", "0", "--folder", str(tmp_path))

    assert (done.returncode, done.stderr.strip()) == (1, "There may be 1 to 6 instances.")


def test_a_supervisor_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{}")
    deaf = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        Remains(supervisor=deaf.pid, since=started_ticks(deaf.pid) or 0, groups={}).write(tmp_path)
        done = said("down", "--folder", str(tmp_path))

        assert (done.returncode, done.stderr) == (0, "")
        assert deaf.wait(timeout=5) == -signal.SIGKILL
    finally:
        deaf.kill()
        deaf.wait()
