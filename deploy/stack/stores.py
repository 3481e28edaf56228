"""Brings the stores up: databases with a replica that follows, Valkey with sentinels that agree, the schema."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, cast

import redis
from asyncmy.errors import Error as DatabaseError

from deploy import render
from deploy.places import Places
from deploy.stack import processes
from deploy.stack.control import Spec, StackError
from deploy.stack.databases import follow_mariadb, install_mariadb, sql, users, watcher
from deploy.stack.waiting import until
from deploy.tiers import Topology

_STARTS_WITHIN_S = 60.0
_FOLLOWS = "follows"


class Stores:
    """Everything below the instances. `start` starts a process where it does not run."""

    def __init__(
        self, topology: Topology, places: Places, secrets: dict[str, str], start: Callable[[Spec], None]
    ) -> None:
        self._topology = topology
        self._places = places
        self._secrets = secrets
        self._start = start

    def up(self) -> None:
        """Returns when all of them can be used."""
        numbers = range(1, len(self._topology.database.ports) + 1)
        with ThreadPoolExecutor(len(numbers)) as threads:
            list(threads.map(self._install, numbers))
        for number in numbers:
            self._start(processes.mariadb(self._places, number))
        for number in range(1, len(self._topology.valkey.ports) + 1):
            self._start(processes.valkey(self._places, number))
        for number in range(1, len(self._topology.valkey.sentinel_ports) + 1):
            self._start(processes.sentinel(self._places, number))
        for number in numbers:
            until(partial(self._answers, number), _late(f"mariadb-{number}"), within_s=_STARTS_WITHIN_S)
        self._replicate()
        until(self._sentinels_agree, _late("one of the sentinels"), within_s=_STARTS_WITHIN_S)
        self._migrate()

    def _install(self, number: int) -> None:
        data = self._places.of(f"mariadb-{number}", "data")
        if not data.exists():
            install_mariadb(data)

    def _answers(self, number: int) -> bool:
        with suppress(DatabaseError):
            return bool(self._sql(number, "SELECT 1"))
        return False

    def _replicate(self) -> None:
        """The first time: users on the primary, and the replicas follow it. Commits wait for them from then on."""
        done = self._places.of("mariadb-1", _FOLLOWS)
        if done.exists():
            return
        # Nobody follows yet, so nobody could confirm what is written here.
        self._sql(1, "SET GLOBAL rpl_semi_sync_master_enabled = OFF", *self._users())
        for number in range(2, len(self._topology.database.ports) + 1):
            self._sql(number, *follow_mariadb(self._places.ports["mariadb-1"], self._secrets["replica"]))
            position = self._sql(1, "SELECT @@gtid_current_pos")[0][0]
            if self._sql(number, f"SELECT MASTER_GTID_WAIT('{position}', {_STARTS_WITHIN_S})")[0][0]:
                raise StackError(_late(f"mariadb-{number}"))
        self._sql(1, "SET GLOBAL rpl_semi_sync_master_enabled = ON")
        until(self._semi_sync_is_on, _late("semi-synchronous replication"), within_s=_STARTS_WITHIN_S)
        done.touch()

    def _users(self) -> tuple[str, ...]:
        return (*users(self._secrets), *watcher(self._secrets["monitor"]))

    def _semi_sync_is_on(self) -> bool:
        return bool(self._sql(1, "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_status'")[0][1] == "ON")

    def _sentinels_agree(self) -> bool:
        return all(self._sees(f"sentinel-{at + 1}") for at in range(len(self._topology.valkey.sentinel_ports)))

    def _sees(self, sentinel: str) -> bool:
        valkey = self._topology.valkey
        client = redis.Redis(
            host=self._places.host, port=self._places.ports[sentinel], socket_timeout=2.0, decode_responses=True
        )
        try:
            seen = cast(dict[str, Any], client.sentinel_master(valkey.service))
        except redis.RedisError:
            return False
        finally:
            client.close()
        others = (int(seen["num-other-sentinels"]), int(seen["num-slaves"]))
        return others == (len(valkey.sentinel_ports) - 1, len(valkey.ports) - 1) and "down" not in str(seen["flags"])

    def _migrate(self) -> None:
        settings = render.instance(self._topology, self._places, 1, self._secrets)
        command = (sys.executable, "-m", "boxoffice", "migrate")
        done = subprocess.run(  # noqa: S603  (our own words)
            command, env=os.environ | settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StackError(f"The schema could not be brought up to date: {done.stderr.strip()}")

    def _sql(self, number: int, *statements: str) -> list[tuple[object, ...]]:
        return list(sql(str(self._places.socket(f"mariadb-{number}")), *statements))


def _late(name: str) -> str:
    return f"{name} is not ready after {_STARTS_WITHIN_S:g} s; see the folder `logs` of the stack."
