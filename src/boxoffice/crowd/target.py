"""Where the crowd may go, and who sends it: to a server on this machine, and nowhere else."""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

OPERATOR_EMAIL = "operator@example.com"
PASSWORD = "boxoffice-demo"  # noqa: S105 (the demo's password is meant to be known)


class CrowdError(Exception):
    """The crowd cannot go; the message is one sentence for a human."""


class Target(NamedTuple):
    """A server: where to connect, and what stands before every path."""

    host: str
    port: int
    authority: str
    prefix: str
    tls: bool = False


def target_of(base_url: str) -> Target:
    """The target that `base_url` names, e.g. `http://127.0.0.1:8000`. Raises `CrowdError` for any foreign host.

    A crowd is a flood: it is for trying one's own server, so it goes to loopback addresses only.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise CrowdError(f"{base_url!r} is not an address such as http://127.0.0.1:8000.") from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.query or parts.fragment:
        raise CrowdError(f"{base_url!r} is not an address such as http://127.0.0.1:8000.")
    if not _is_this_machine(host):
        raise CrowdError(
            f"The crowd only goes to this machine (127.0.0.0/8, ::1 or localhost), and {host!r} is another host."
        )
    return Target(host, port, parts.netloc, parts.path.rstrip("/"), parts.scheme == "https")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
