"""Ports of 127.0.0.1 that nobody uses, and that nobody will take by chance.

They lie below those that the system hands out to connections. A server that is killed and started again finds its port
still free then, and who calls while it is dead cannot be connected with himself.
"""

import socket
from itertools import islice
from pathlib import Path
from random import SystemRandom

_FOR_CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 12_000  # above every port that a browser refuses
_DYNAMIC = 49_152  # RFC 6335, section 6: where connections get theirs unless the system says otherwise
_FEWEST = 1_000


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now, chosen at random, so that whoever chooses at the same time has others."""
    end = _first_for_connections()
    candidates = SystemRandom().sample(range(_LOWEST, end), end - _LOWEST)
    free = (port for port in candidates if is_free(port))
    return list(islice(free, count))


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]


def is_free(port: int) -> bool:
    """Whether one could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _first_for_connections() -> int:
    try:
        first = int(_FOR_CONNECTIONS.read_text().split()[0])
    except OSError:
        return _DYNAMIC
    return first if first - _LOWEST >= _FEWEST else _DYNAMIC  # some systems give connections nearly all there are
