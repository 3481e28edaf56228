"""One process that is kept running."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.stack.control import Process, Spec, State

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0
_STEADY_S = 10.0


class Child:
    """Started on creation, and again whenever it ends by itself: at once, then ever later up to 5 s.

    It leads a process group of its own, so that nothing which it started outlives it. `changed` hears of every change.
    """

    def __init__(self, spec: Spec, *, logs: Path, changed: Callable[[], None]) -> None:
        self.spec = spec
        self._log = logs / f"{spec.name}.log"
        self._changed = changed
        self._wanted = True
        self._killed = False
        self._restarts = 0
        self._spawning = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._kept = asyncio.create_task(self._keep())

    def state(self) -> Process:
        """How it is."""
        pid = self._process.pid if self._process else None
        down: State = "killed" if self._killed else "stopped"
        up: State = "running" if pid else "waiting"
        state = up if self._wanted else down
        return Process(name=self.spec.name, state=state, pid=pid, restarts=self._restarts)

    def bound_log(self) -> None:
        """Put the log that it writes by itself aside, in place of the one before, once that is too large."""
        own = self.spec.own_log
        if own is None or self._process is None:
            return
        path = Path(own.path)
        with suppress(FileNotFoundError, ProcessLookupError):
            if path.stat().st_size > own.max_bytes:
                path.replace(path.with_name(f"{path.name}.1"))
                self._process.send_signal(signal.SIGUSR1)

    async def stop(self) -> None:
        """Ask it to end, wait as long as its spec says, and then end it."""
        await self._end(self.spec.stop_signal)

    async def kill(self) -> None:
        """End it, with all that it started."""
        self._killed = True
        await self._end(signal.SIGKILL)

    async def _end(self, number: int) -> None:
        async with self._spawning:
            self._wanted = False
        if self._process is None:
            self._kept.cancel()  # it waits for its turn to start again
        elif number == signal.SIGKILL:
            _kill_group(self._process.pid)
        else:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
        with suppress(asyncio.CancelledError):
            done, _ = await asyncio.wait({self._kept}, timeout=self.spec.stop_within_s)
            if not done and self._process is not None:
                _kill_group(self._process.pid)
                await asyncio.wait({self._kept})
        self._changed()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause_s = _FIRST_PAUSE_S
        while True:
            started_s = loop.time()
            async with self._spawning:
                if not self._wanted:
                    return
                process = self._process = await self._spawn()
            self._changed()
            await process.wait()
            _kill_group(process.pid)
            self._process = None
            self._restarts += self._wanted
            self._changed()
            pause_s = _FIRST_PAUSE_S if loop.time() - started_s > _STEADY_S else pause_s
            if self._wanted:
                await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _spawn(self) -> asyncio.subprocess.Process:
        command = list(self.spec.command)
        if guard := shutil.which("setpriv"):
            command = [guard, "--pdeathsig", "KILL", *command]  # a supervisor that is killed leaves nobody behind
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command,
                env=os.environ | self.spec.environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
