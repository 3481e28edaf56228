"""A running stack as a test has it: the command, the edge, the counters of the instances."""

import json
import ssl
import subprocess
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

from rich.console import Console

from boxoffice.crowd.report import CrowdResult
from boxoffice.crowd.run import CrowdPlan, run
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD
from boxoffice.demo import FAN_EMAIL
from deploy.stack.remains import Remains
from deploy.stack.stack import Stack
from tests.e2e.service import clean_environ

_ROOT = Path(__file__).parents[2]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


class Running:
    """The command, and the stack that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = folder / "tls" / "ca.crt"

    def command(self, *words: str) -> str:
        """Run `bin/stack`; what it printed."""
        done = subprocess.run(
            [str(_ROOT / "bin" / "stack"), *words, "--folder", str(self.folder)],
            env=clean_environ(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}\n{self._logs()}"
        return done.stdout

    @property
    def ports(self) -> dict[str, int]:
        return dict(json.loads((self.folder / "ports.json").read_text()))

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports['edge']}"

    def ask(self, method: str, path: str, body: object = None, *, source: str = "127.0.0.1", **headers: str) -> Answer:
        """One request through the edge over TLS, from an address of this machine."""
        trust = ssl.create_default_context(cafile=str(self.ca))
        connection = HTTPSConnection(
            "127.0.0.1", self.ports["edge"], context=trust, timeout=30, source_address=(source, 0)
        )
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json", **given})
            reply = connection.getresponse()
            text = reply.read()
            found: dict[str, str] = {}
            for name, value in reply.getheaders():
                # Said twice, it shows.
                found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
            return Answer(reply.status, found, json.loads(text) if text[:1] in (b"{", b"[") else text)
        finally:
            connection.close()

    async def crowd(self, fans: int, *, arrival_s: float) -> CrowdResult:
        """Fans who buy through the edge, and audit what they bought."""
        wishes = CrowdPlan(
            base_urls=(self.url,),
            fans=fans,
            operator_email=OPERATOR_EMAIL,
            operator_password=PASSWORD,
            arrival_s=arrival_s,
            connections=32,
            ca_file=str(self.ca),
        )
        return await run(wishes, console=Console(quiet=True))

    def prometheus(self, path: str, **parameters: str) -> Any:
        """What its API answers under `data`."""
        url = f"http://127.0.0.1:{self.ports['prometheus']}/api/v1/{path}?{urlencode(parameters)}"
        with urlopen(url, timeout=5) as reply:
            return json.load(reply)["data"]

    def query(self, expression: str) -> list[Any]:
        """The series that an expression of PromQL has just now."""
        return list(self.prometheus("query", query=expression)["result"])

    def alerts(self) -> list[dict[str, Any]]:
        """Every alert of which Alertmanager told somebody."""
        return [json.loads(line) for line in (self.folder / "logs" / "alerts.log").read_text().splitlines()]

    def sign_in(self, email: str = FAN_EMAIL, password: str = PASSWORD, **more: str) -> Answer:
        return self.ask("POST", "/api/v1/sessions", {"email": email, "password": password}, **more)

    def requests_of(self, route: str) -> float:
        """How often the instances have answered this route."""
        total = 0.0
        for number in (1, 2, 3):
            try:
                with urlopen(f"http://127.0.0.1:{self.ports[f'instance-{number}']}/metrics", timeout=5) as reply:
                    lines = reply.read().decode().splitlines()
            except OSError:
                continue
            total += sum(
                float(line.rpartition(" ")[2])
                for line in lines
                if line.startswith("boxoffice_http_requests_total") and f'route="{route}"' in line
            )
        return total

    def state(self, name: str) -> dict[str, Any]:
        """What the supervisor wrote down of a process, by its own words."""
        for line in self.command("status").splitlines():
            words = line.split()
            if words and words[0] == name:
                return {"state": words[1], "words": words}
        raise AssertionError(f"no {name}")

    def runs(self) -> bool:
        return Stack(self.folder).runs()

    def in_service(self) -> dict[str, str]:
        """What the load balancer thinks of each place for an instance."""
        return Stack(self.folder).in_service()

    def asked_again(self) -> int:
        """How often the load balancer found a connection refused or broken, and what it then asked another."""
        url = f"http://127.0.0.1:{self.ports['balancer-metrics']}/metrics"
        names = ("connection_errors", "response_errors", "retry_warnings", "redispatch_warnings")
        with urlopen(url, timeout=5) as reply:
            lines = reply.read().decode().splitlines()
        wanted = tuple(f"haproxy_server_{name}_total" for name in names)
        return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith(wanted))

    def under_way(self, instance: str) -> int:
        """How many requests an instance has from the load balancer just now."""
        with urlopen(f"http://127.0.0.1:{self.ports['balancer-metrics']}/metrics", timeout=5) as reply:
            lines = reply.read().decode().splitlines()
        (line,) = (
            line
            for line in lines
            if line.startswith("haproxy_server_current_sessions{") and f'server="{instance}"' in line
        )
        return int(line.rpartition(" ")[2])

    def remains(self) -> Remains:
        """The supervisor, and whom it started."""
        remains = Remains.read(self.folder)
        assert remains is not None
        return remains

    def _logs(self) -> str:
        logs = self.folder / "logs"
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(logs.glob("*.log")))
