"""The benchmark as a command: every part, with rounds so short that no figure counts."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from bench import wrk
from bench.results import Report
from bench.run import NAMES
from tests.conftest import require

ROOT = Path(__file__).parents[2]

OPERATIONS = {
    "snapshot",
    "availability",
    "current",
    "join",
    "join_known",
    "join_again",
    "hold",
    "release",
    "payment",
}
FACTS = {
    "script_join_per_s",
    "script_hold_per_s",
    "sql_payments_per_s",
    "purchase_server_ms",
    "purchase_all_ms",
    "stadium_availability_bytes",
    "queue_poll_us_growth",
    "queue_bytes_per_fan",
    "curve_current_share",
    "curve_join_p99_ms",
    "overload_share",
    "silent_longest_s",
    "pair_snapshot_cpu",
    "pair_current_throughput",
    "pair_join_throughput",
    "start_s",
    "idle_rss_mib",
    "share_sql_us",
}


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    """The command, under this interpreter."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bench", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture(autouse=True)
def installed() -> None:
    require("mariadb")
    if sentence := wrk.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)


def test_a_run_has_every_row_audits_what_it_wrote_and_leaves_figures_and_a_picture(tmp_path: Path) -> None:
    done = bench("--tiny", "--folder", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    report = msgspec.json.decode((tmp_path / "bench.json").read_bytes(), type=Report)
    assert {row.name for row in report.measured} == OPERATIONS
    assert {fact.name for fact in report.facts} >= FACTS
    assert {audit.part for audit in report.audits} >= set(NAMES)
    assert {audit.part for audit in report.audits if audit.unaudited} == {"sql", "queue"}
    assert all(audit.sales == audit.made for audit in report.audits if not audit.unaudited)
    assert all(row.requests > 0 and row.refused == 0 for row in report.measured)
    assert all(row.title in done.stdout for row in report.measured)
    ElementTree.parse(tmp_path / "bench.svg")
    compared = bench("compare", str(tmp_path / "bench.json"), str(tmp_path / "bench.json"))
    assert "payment of a held seat: ratio" in compared.stdout


def test_a_small_stadium_sells_out_and_the_audit_holds(tmp_path: Path) -> None:
    words = ["--fans", "900", "--sections", "1", "--arrival-s", "0.5", "--limit", "300", "--connections", "32"]
    done = bench("stadium", *words, "--folder", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    report = msgspec.json.decode((tmp_path / "stadium.json").read_bytes(), type=Report)
    assert next(fact.value for fact in report.facts if fact.name == "stadium_seats") == 1136
    assert [audit.broken for audit in report.audits] == [[]]
    assert next(fact.target for fact in report.facts if fact.name == "stadium_selling_s") is None
    assert "1,136 seats, 900 fans" in report.layout


def test_a_part_that_does_not_exist_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = bench("--only", "luck", "--folder", str(tmp_path))

    assert done.returncode == 2
    assert "There is no part luck." in done.stderr


@pytest.mark.parametrize("words", [("stadium", "--sections", "0"), ("stadium", "--folder", "/proc/nope")])
def test_what_cannot_be_done_is_refused_without_a_traceback(words: tuple[str, ...]) -> None:
    done = bench(*words)

    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "must be >= 1" in done.stderr.lower() or "cannot be written to /proc/nope" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_breaks_it_off_finds_no_process_left(tmp_path: Path, number: signal.Signals) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "bench", "--tiny", "--folder", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stderr is not None
    with running.stderr:
        next(line for line in running.stderr if "public snapshot" in line)  # stores and a server run by now
        children = [int(pid) for pid in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()]
        running.send_signal(number)
        rest = running.stderr.read()

    assert running.wait(60) == 1
    assert "Broken off." in rest
    assert len(children) >= 3
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []


def test_even_who_kills_it_finds_no_process_left_nor_its_load(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # it leaves folders; a socket's path in the test's own is too long
        running = subprocess.Popen(
            [sys.executable, "-m", "bench", "--tiny", "--only", "curve", "--folder", str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until_s = time.monotonic() + 60
        try:
            while "wrk" not in (names := {pid: name_of(pid) for pid in children_of(running.pid)}).values():
                assert running.poll() is None and time.monotonic() < until_s
                time.sleep(0.002)
        finally:
            running.kill()
            running.wait(10)
        while any(name == name_of(pid) for pid, name in names.items()):
            assert time.monotonic() < until_s, names
            time.sleep(0.02)

    assert len(names) >= 4


def children_of(pid: int) -> list[int]:
    """Processes that it has started, in whichever thread."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread has ended meanwhile
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def name_of(pid: int) -> str:
    """What a process runs; nothing once it has ended, whether or not anybody has asked for its status."""
    try:
        _, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    name, _, state = rest.rpartition(") ")
    return "" if state.startswith("Z") else name
