"""The process that keeps all the others running: `python -m deploy.stack.supervisor FOLDER SOCKETS`."""

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from deploy.stack.child import Child
from deploy.stack.control import Again, Answer, End, Kill, Request, StackError, Start, Status, Stop
from deploy.stack.remains import Remains, started_ticks

_LOOKS_AT_LOGS_EVERY_S = 2.0
_REQUEST = msgspec.json.Decoder(Request)


class Supervisor:
    """Keeps children, answers requests, and writes down who they are for whoever has to clear up after us."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: dict[str, Child] = {}
        self._ended = asyncio.Event()

    async def run(self, socket_path: Path) -> None:
        """Until told to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ended.set)
        server = await asyncio.start_unix_server(self._serve, socket_path)
        self._write_down()
        looking = asyncio.create_task(self._look_at_logs())
        await self._ended.wait()
        looking.cancel()
        server.close()
        await self._stop_all()

    async def _look_at_logs(self) -> None:
        while True:
            for child in self._children.values():
                child.bound_log()
            await asyncio.sleep(_LOOKS_AT_LOGS_EVERY_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = _REQUEST.decode(await reader.readline())
        refusal = ""
        try:
            await self._carry_out(request)
        except StackError as error:
            refusal = str(error)
        processes = [child.state() for child in self._children.values()]
        writer.write(msgspec.json.encode(Answer(processes, refusal)) + b"\n")
        await writer.drain()
        writer.close()
        if isinstance(request, End):
            self._ended.set()

    async def _carry_out(self, request: Request) -> None:
        match request:
            case Start(spec):
                if (child := self._children.get(spec.name)) and child.state().state in ("running", "waiting"):
                    raise StackError(f"{spec.name} runs already.")
                self._children[spec.name] = Child(spec, logs=self._logs, changed=self._write_down)
            case Again(name):
                await self._carry_out(Start(self._named(name).spec))
            case Stop(name, forget):
                await self._named(name).stop()
                if forget:
                    del self._children[name]
            case Kill(name):
                await self._named(name).kill()
            case End():
                await self._stop_all()
            case Status():
                pass

    async def _stop_all(self) -> None:
        for tier in sorted({child.spec.tier for child in self._children.values()}, reverse=True):
            await asyncio.gather(*(child.stop() for child in self._children.values() if child.spec.tier == tier))

    def _named(self, name: str) -> Child:
        if name not in self._children:
            raise StackError(f"There is no {name}; there are {', '.join(sorted(self._children))}.")
        return self._children[name]

    @property
    def _logs(self) -> Path:
        return self._folder / "logs"

    def _write_down(self) -> None:
        pids: Iterable[int | None] = (child.state().pid for child in self._children.values())
        Remains(
            supervisor=os.getpid(),
            since=started_ticks(os.getpid()) or 0,
            groups={pid: started_ticks(pid) or 0 for pid in pids if pid},
        ).write(self._folder)


def main(folder: Path, socket_path: Path) -> None:
    """Supervise over `folder`; one at a time."""
    with (folder / "supervisor.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        socket_path.unlink(missing_ok=True)
        asyncio.run(Supervisor(folder).run(socket_path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
