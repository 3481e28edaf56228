"""Where Redis is: the URL of one server, of a primary that Sentinel watches, or of a Cluster, taken apart."""

from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_SINGLE = ("redis", "rediss", "unix")
_MANY: dict[str, tuple[Literal["sentinel", "cluster"], bool]] = {
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
}
_SENTINEL_PORT, _CLUSTER_PORT = 26_379, 6_379

REDIS_SCHEMES = tuple(f"{scheme}://" for scheme in (*_SINGLE, *_MANY))


class BadAddress(ValueError):
    """The URL cannot be used; the message says why, without a password."""


class RedisAddress(NamedTuple):
    """`hosts` are the sentinels, or the nodes of the Cluster to ask first; empty for one server.

    `server` is a URL of one server with the credentials, the database number and the options that hold for all; its
    host means something only where `hosts` is empty.
    """

    kind: Literal["single", "sentinel", "cluster"]
    server: str
    hosts: tuple[tuple[str, int], ...] = ()
    service: str = ""
    sentinel_username: str | None = None
    sentinel_password: str | None = None


def redis_address(url: str) -> RedisAddress:
    """Take a URL apart. Raises `BadAddress`.

    `redis[s]+sentinel://user:password@host:port,host:port/service/db` and
    `redis[s]+cluster://user:password@host:port,host:port`; with the second `s`, every connection is TLS, that to the
    sentinels too. Credentials are those of the servers; `?sentinel_username=` and `?sentinel_password=` are those of
    the sentinels. Other options are redis-py's, such as `ssl_ca_certs`.
    """
    scheme = url.partition("://")[0]
    if scheme in _SINGLE and "://" in url:
        _check_port(url)
        return RedisAddress("single", url)
    if scheme not in _MANY:
        raise BadAddress(f"it begins with none of {', '.join(REDIS_SCHEMES)}")
    kind, tls = _MANY[scheme]
    parts = urlsplit(url)
    credentials, at, places = parts.netloc.rpartition("@")
    hosts = tuple(_host(place, _SENTINEL_PORT if kind == "sentinel" else _CLUSTER_PORT) for place in places.split(","))
    options = dict(parse_qsl(parts.query))
    sentinel_username = options.pop("sentinel_username", None)
    sentinel_password = options.pop("sentinel_password", None)
    service, database = _path(kind, unquote(parts.path).strip("/"))
    name, port = hosts[0]
    place = f"[{name}]" if ":" in name else quote(name)
    server = f"{'rediss' if tls else 'redis'}://{credentials}{at}{place}:{port}/{database}"
    if options:
        server += f"?{urlencode(options)}"
    return RedisAddress(kind, server, hosts, service, sentinel_username, sentinel_password)


def _path(kind: str, path: str) -> tuple[str, int]:
    service, _, database = path.partition("/")
    if kind == "cluster":
        if service not in ("", "0") or database:
            raise BadAddress("a Cluster has no database number")
        return "", 0
    if not service:
        raise BadAddress("the name of the service is missing, as in redis+sentinel://host:26379/service/0")
    if database and not (database.isascii() and database.isdigit()):
        raise BadAddress("the number of the database is not a number")
    return service, int(database or 0)


def _host(place: str, default_port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{place}")
        name, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("a host and its port are not as in host:6379") from None
    if not name or port == 0:
        raise BadAddress("a host and its port are not as in host:6379")
    return name, port or default_port


def _check_port(url: str) -> None:
    try:
        if urlsplit(url).port == 0:
            raise BadAddress("port 0 is none")
    except ValueError:
        raise BadAddress("the port is not a number from 1 to 65535") from None
