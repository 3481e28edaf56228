"""What is kept running, by real processes."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.stack.child import Child
from deploy.stack.control import OwnLog, Spec
from deploy.stack.remains import Remains, started_ticks
from tests.servers_redis import wait_until

Keep = Callable[..., Child]


@pytest.fixture
async def keep(tmp_path: Path) -> AsyncIterator[Keep]:
    """Keeps a line of shell running, and ends it after the test."""
    children: list[Child] = []

    def start(line: str, *, stop_within_s: float = 5, own_log: OwnLog | None = None) -> Child:
        command = ("sh", "-c", line)
        spec = Spec(name="one", tier=0, command=command, stop_within_s=stop_within_s, own_log=own_log)
        children.append(Child(spec, logs=tmp_path, changed=lambda: None))
        return children[-1]

    yield start
    for child in children:
        await child.kill()


async def until(true: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, true, "It does not come to that.", within_s=10)


async def test_what_ends_by_itself_is_started_again(keep: Keep) -> None:
    child = keep("exec sleep 60")
    await until(lambda: child.state().pid)
    first = child.state().pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.state().restarts == 1 and child.state().pid)

    assert child.state().state == "running"
    assert child.state().pid != first


async def test_what_is_killed_stays_down_with_all_that_it_started(keep: Keep) -> None:
    child = keep("sleep 61 & sleep 62")
    await until(lambda: child.state().pid)
    pid = child.state().pid
    assert pid is not None
    remains = Remains(supervisor=1, since=0, groups={pid: started_ticks(pid) or 0})
    await until(lambda: len(remains.members()) == 3)
    await child.kill()
    await until(lambda: not remains.members())

    assert (child.state().state, child.state().restarts) == ("killed", 0)


async def test_what_is_stopped_has_its_time_and_no_more(keep: Keep, tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    log.touch()
    orderly = keep("trap 'echo goodbye; exit' TERM; echo here; while :; do sleep 0.05; done")
    await until(lambda: "here" in log.read_text())
    await orderly.stop()
    stubborn = keep("trap '' TERM; echo deaf; while :; do sleep 0.05; done", stop_within_s=0.2)
    await until(lambda: "deaf" in log.read_text())
    await stubborn.stop()

    assert (orderly.state().state, stubborn.state().state) == ("stopped", "stopped")
    assert "goodbye" in log.read_text()


async def test_a_log_that_a_process_writes_itself_is_put_aside_when_it_is_too_large(keep: Keep, tmp_path: Path) -> None:
    log, before = tmp_path / "own.log", tmp_path / "own.log.1"
    writes = f"exec 3>>{log}; trap 'exec 3>>{log}' USR1; while :; do echo a line >&3; sleep 0.02; done"
    child = keep(writes, own_log=OwnLog(str(log), max_bytes=40))
    await until(lambda: log.exists() and log.stat().st_size > 40)
    child.bound_log()
    await until(lambda: log.exists() and log.stat().st_size)
    aside = before.read_text()
    await until(lambda: log.stat().st_size > 40)

    assert aside == before.read_text()
    assert child.state().restarts == 0


async def test_what_waits_for_its_next_start_can_be_stopped(keep: Keep) -> None:
    child = keep("exit 1")
    await until(lambda: child.state().state == "waiting" and child.state().restarts)
    await child.stop()

    assert (child.state().state, child.state().pid) == ("stopped", None)


def test_a_process_of_another_start_is_not_taken_for_ours() -> None:
    own = started_ticks(os.getpid())
    leader = subprocess.Popen(["sleep", "60"], start_new_session=True)
    since = started_ticks(leader.pid)
    assert own is not None and since is not None
    ours = Remains(supervisor=os.getpid(), since=own, groups={leader.pid: since})
    other = Remains(supervisor=os.getpid(), since=own - 1, groups={leader.pid: since - 1})
    try:
        assert (ours.supervisor_runs(), ours.members()) == (True, [leader.pid])
        assert (other.supervisor_runs(), other.members()) == (False, [])
    finally:
        leader.kill()
        leader.wait()
