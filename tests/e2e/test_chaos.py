"""Every fault in turn under one crowd, on both kinds of database: what `bin/chaos` does, smaller."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from boxoffice.queue.policy import REBUILD_GRACE_MS
from tests.chaos.rehearsal import rehearse
from tests.conftest import require
from tests.servers import FLAVOURS, Flavour

FANS = 400
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_whatever_breaks_under_a_crowd_nothing_is_lost_sold_twice_or_out_of_turn(
    tmp_path: Path, flavour: Flavour, record_property: Callable[[str, object], None]
) -> None:
    require(flavour)
    report = asyncio.run(rehearse(tmp_path, flavour, fans=FANS, plan="hall", instances=4, say=print))
    seen = {fault.key: fault.seen for fault in report.faults}
    for key, each in seen.items():
        record_property(key, {"troubles": each.troubles, "pause_s": each.pause_s, "wait_s": each.wait_s})

    assert report.broken() == []
    assert (report.inversions, report.double_sales, report.missing_tickets) == (0, 0, 0)
    assert list(seen) == ["instance", "replica", "redis_failover", "redis_flush", "database_failover"]
    for key, each in seen.items():
        assert all(resumed.next_s is not None for resumed in each.resumed.values()), key
    grace_s = REBUILD_GRACE_MS / 1000
    assert grace_s - 1 <= (seen["redis_flush"].resumed["admission"].next_s or 0.0) < grace_s + 5
    assert seen["instance"].troubles.keys() <= {"connection_refused", "connection_lost"}
    # Where another one takes over, fans wait for some seconds and not for their own patience.
    assert max(seen[key].pause_s for key in ("instance", "replica", "redis_failover", "database_failover")) < 10


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_broken_off_leaves_no_process_and_no_folder_behind(number: signal.Signals) -> None:
    require("mariadb")
    # Not the test's own folder: the path of a socket in it would be too long.
    with tempfile.TemporaryDirectory() as folder:
        running = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos", "--fans", "300", "--plan", "hall", "--instances", "2"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert running.stdout is not None
        with running.stdout:
            next(line for line in running.stdout if "fans come to" in line)  # stores and instances run by now
            listed = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
            running.send_signal(number)
            rest = running.stdout.read()

        assert running.wait(60) == 1
        assert rest.splitlines()[-1] == "Broken off."
        assert len(listed) >= 4
        assert [pid for pid in listed if Path(f"/proc/{pid}").exists()] == []
        assert list(Path(folder).iterdir()) == []
