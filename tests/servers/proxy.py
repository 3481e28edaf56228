"""A port in front of a database server that cuts connections when told to."""

import asyncio
import contextlib
from types import TracebackType

_CHUNK_BYTES = 65_536
_HEADER_BYTES = 4


class Proxy:
    """Passes bytes on. `cut_at(b"COMMIT")`: the next such query reaches the server, its answer never the client.

    `cut_before(b"COMMIT")`: the next such query does not even reach the server.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._word: bytes | None = None
        self._deliver = True
        self.cuts = 0

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # closed transports say so in a later turn of the loop

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def cut_at(self, word: bytes) -> None:
        """Deliver the next query that begins with `word`, then hang up on the client."""
        self._word, self._deliver = word, True

    def cut_before(self, word: bytes) -> None:
        """Hang up instead of delivering the next query that begins with `word`."""
        self._word, self._deliver = word, False

    def point_to(self, port: int) -> None:
        """New connections go elsewhere, as after a change in DNS."""
        self._target = port

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        answers = asyncio.get_running_loop().create_task(self._pass_on(up_reader, writer))
        try:
            await self._queries(reader, up_writer)
        finally:
            answers.cancel()
            writer.transport.abort()
            # Not aborted: what the client said has still to reach the server.
            up_writer.close()
            await asyncio.gather(answers, return_exceptions=True)

    async def _queries(self, reader: asyncio.StreamReader, up_writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK_BYTES):
                query = chunk[_HEADER_BYTES + 1 :] if chunk[_HEADER_BYTES : _HEADER_BYTES + 1] == b"\x03" else b""
                if self._word is not None and query.upper().startswith(self._word):
                    self._word = None
                    self.cuts += 1
                    if self._deliver:
                        up_writer.write(chunk)
                        await up_writer.drain()
                    return
                up_writer.write(chunk)
                await up_writer.drain()

    @staticmethod
    async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK_BYTES):
                writer.write(chunk)
                await writer.drain()
            writer.close()
