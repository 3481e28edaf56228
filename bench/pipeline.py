"""Redis commands as the service's stores make them, sent straight down a socket many at a time.

What a store would send is taken from the store itself, so that the limit is that of the very same script.
"""

import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, cast

import hiredis

from boxoffice.adapters.redis import Argument, RedisClient, Script

DEPTH = 64
_CHUNK_BYTES = 1 << 16


class _Recorded(BaseException):
    """Carries a command out of the store that made it; no handler of the store's may take it for a failure."""

    def __init__(self, words: tuple[Argument, ...]) -> None:
        self.words = words


class Recorder:
    """Takes the place of the Redis client below a store: what would be sent is handed out instead.

    `load` is told the text of each script once, so that the server knows it.
    """

    def __init__(self, load: Callable[[str], object]) -> None:
        self._load = load
        self._loaded: set[str] = set()

    def client(self) -> RedisClient:
        """As the stores want it."""
        return cast(RedisClient, self)

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        if script.sha not in self._loaded:
            self._load(script.text)
            self._loaded.add(script.sha)
        raise _Recorded(("EVALSHA", script.sha, len(keys), *keys, *arguments))


def recorded(call: Coroutine[Any, Any, Any]) -> bytes:
    """The command that a store's method sends first, as it goes over the wire."""
    try:
        call.send(None)
    except _Recorded as found:
        return bytes(hiredis.pack_command(found.words))  # type: ignore[arg-type]  # its stub wants one word only
    finally:
        call.close()
    raise RuntimeError("The store sent no script.")


class Pipeline:
    """One connection. Replies are counted, not kept; an error reply raises."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = hiredis.Reader()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, commands: Sequence[bytes], *, depth: int = DEPTH) -> Any:
        """Send all, `depth` at a time; the last reply."""
        last: Any = None
        for at in range(0, len(commands), depth):
            some = commands[at : at + depth]
            self._socket.sendall(b"".join(some))
            for _ in some:
                last = self._reply()
        return last

    def _reply(self) -> Any:
        while (reply := self._reader.gets()) is False:
            received = self._socket.recv(_CHUNK_BYTES)
            if not received:
                raise RuntimeError("Redis hung up.")
            self._reader.feed(received)
        if isinstance(reply, hiredis.ReplyError):
            raise RuntimeError(f"Redis refused: {reply}")
        return reply
