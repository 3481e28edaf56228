"""Settings: one frozen struct, read from the environment once. `TABLE` is also the documentation."""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

import msgspec

from boxoffice.kernel.addresses import BadAddress, redis_address
from boxoffice.kernel.money import CURRENCIES

PREFIX = "BOXOFFICE_"
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DRIVERS = ("mysql+asyncmy", "mariadb+asyncmy", "sqlite+aiosqlite")
_BETWEEN_URLS = re.compile(r",(?=\s*[a-z+]+://|\s*$)")


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one sentence that names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an instance can be told. Names are those of `TABLE` in lower case."""

    database_url: str
    replica_url: str | None = None
    migration_url: str | None = None
    redis_url: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 8000
    proxies: int = 0
    currency: str = "KRW"
    log_level: str = "info"
    log_one_in: int = 100
    traces_url: str | None = None
    access_token_ttl_s: int = 900
    refresh_token_ttl_s: int = 1_209_600
    queue_token_ttl_s: int = 172_800
    hold_ttl_s: int = 300
    paying_grace_s: int = 60
    admission_limit: int = 500
    session_ttl_s: int = 600
    presence_ttl_s: int = 30
    seats_per_fan: int = 4
    login_attempts: int = 10
    login_window_s: int = 900
    password_time_cost: int = 3
    password_memory_kib: int = 65_536
    wallet_balance_max_minor: int = 100_000_000
    database_pool: int = 8
    database_wait_s: int = 5
    database_recycle_s: int = 600
    database_statement_s: int = 10
    database_lock_wait_s: int = 1
    replica_lag_s: int = 5
    connections_max: int = 4096
    tick_ms: int = 200
    snapshot_ms: int = 500
    reconcile_s: int = 10
    idempotency_key_ttl_s: int = 2_592_000
    sessions_per_account: int = 20
    gauges_s: int = 2
    audit_s: int = 300


class _Row(NamedTuple):
    field: str
    low: int | None
    high: int | None
    meaning: str


TABLE: tuple[_Row, ...] = (
    _Row(
        "database_url",
        None,
        None,
        "primary database, e.g. mysql+asyncmy://app:...@db/boxoffice or sqlite+aiosqlite:///file; several, with "
        "commas: the one that takes writes",
    ),
    _Row("replica_url", None, None, "replicas for reads that inform, with commas; without one the primary answers"),
    _Row("migration_url", None, None, "as the first, for a user who may change the schema; only `migrate` reads it"),
    _Row(
        "redis_url",
        None,
        None,
        "Redis 7 or Valkey 8+, e.g. redis://:...@cache:6379/0, unix:///run/valkey.sock, "
        "redis+sentinel://s1:26379,s2:26379/service/0 or redis+cluster://n1:6379,n2:6379",
    ),
    _Row(
        "secret",
        None,
        None,
        "key that signs tokens and receipts, at least 32 characters, the same on every instance",
    ),
    _Row("host", None, None, "address to listen on"),
    _Row("port", 1, 65_535, "port to listen on"),
    _Row(
        "proxies",
        0,
        8,
        "proxies that every request comes through, each of which adds to X-Forwarded-For the address that it sees",
    ),
    _Row("currency", None, None, "currency of wallets and prices: " + ", ".join(sorted(CURRENCIES))),
    _Row("log_level", None, None, "debug, info, warning or error"),
    _Row("log_one_in", 0, 1_000_000, "of the requests that went well, one in so many has a line in the log; 0: none"),
    _Row(
        "traces_url",
        None,
        None,
        "where traces are sent, by OTLP over HTTP, e.g. http://collector:4318/v1/traces; without it there are none",
    ),
    _Row("access_token_ttl_s", 30, 86_400, "life of an access token"),
    _Row("refresh_token_ttl_s", 60, 7_776_000, "life of a refresh token"),
    _Row("queue_token_ttl_s", 60, 1_209_600, "life of a queue token"),
    _Row("hold_ttl_s", 5, 3600, "how long seats are held"),
    _Row("paying_grace_s", 5, 600, "how long a payment may be under way before reconciliation looks at it"),
    _Row("admission_limit", 1, 1_000_000, "fans inside at once, for a concert whose policy does not say"),
    _Row("session_ttl_s", 5, 86_400, "how long a fan may stay inside, unless the policy says"),
    _Row(
        "presence_ttl_s",
        2,
        3600,
        "how long after a poll a called fan counts as present, unless the policy says",
    ),
    _Row("seats_per_fan", 1, 100, "seats one fan may have of a performance, unless the performance says"),
    _Row(
        "login_attempts",
        1,
        1000,
        "failed sign-ins per account, client address and window before 429 (account alone: 20 times as many)",
    ),
    _Row("login_window_s", 1, 86_400, "length of that window"),
    _Row("password_time_cost", 1, 20, "argon2id passes"),
    _Row("password_memory_kib", 8, 4_194_304, "argon2id memory"),
    _Row("wallet_balance_max_minor", 1, 1_000_000_000_000, "most that a wallet may hold"),
    _Row("database_pool", 1, 200, "connections to each database server for writing, and as many for reading"),
    _Row("database_wait_s", 1, 60, "how long a request waits for one of them"),
    _Row("database_recycle_s", 10, 28_800, "age at which a connection is made anew"),
    _Row("database_statement_s", 1, 300, "how long a statement may take"),
    _Row("database_lock_wait_s", 1, 50, "how long a statement waits for a lock"),
    _Row("replica_lag_s", 1, 300, "how far a replica may lag and still be read from"),
    _Row("connections_max", 16, 100_000, "requests in progress at once; more wait in the kernel"),
    _Row("tick_ms", 20, 5000, "how often fans are admitted and lapsed holds swept"),
    _Row("snapshot_ms", 50, 1000, "how old a public snapshot may be when it leaves the instance"),
    _Row("reconcile_s", 1, 3600, "how often Redis is compared with the database"),
    _Row("sessions_per_account", 1, 100, "sessions of one account; with one more, the one used longest ago ends"),
    _Row("gauges_s", 1, 60, "how often one instance tells how the sales stand, for /metrics"),
    _Row("audit_s", 0, 86_400, "how often one instance audits the sales that are on, for /metrics; 0: never"),
    _Row("idempotency_key_ttl_s", 86_400, 315_360_000, "how long the answer to a key is remembered"),
)


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Settings from variables named `BOXOFFICE_...`. Raises `SettingsError` for a missing, wrong or unknown one."""
    known = {f"{PREFIX}{row.field.upper()}" for row in TABLE}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting; the table in docs/operations.md lists them all.")
    values: dict[str, Any] = {}
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    for row in TABLE:
        name = f"{PREFIX}{row.field.upper()}"
        raw = environ.get(name, "").strip()
        if not raw:
            if fields[row.field].required:
                raise SettingsError(f"{name} is missing: {row.meaning}.")
            continue
        values[row.field] = raw if row.low is None else _whole_number(name, raw, row)
    settings = Settings(**values)
    check(settings)
    return settings


def check(settings: Settings) -> None:
    """Raise `SettingsError` where a value cannot work."""
    for field in ("database_url", "replica_url", "migration_url"):
        urls = urls_of(getattr(settings, field) or "")
        if field == "database_url" and not urls:
            raise SettingsError(f"{PREFIX}DATABASE_URL is not a database URL.")
        drivers = {_driver_of(field, url) for url in urls}
        if "sqlite+aiosqlite" in drivers and len(urls) > 1:
            raise SettingsError(f"{PREFIX}{field.upper()} may name one SQLite file only.")
    try:
        redis_address(settings.redis_url)
    except BadAddress as error:
        raise SettingsError(f"{PREFIX}REDIS_URL cannot be used: {error}.") from None
    if len(settings.secret) < 32:
        raise SettingsError(f"{PREFIX}SECRET must have at least 32 characters.")
    if settings.currency not in CURRENCIES:
        raise SettingsError(f"{PREFIX}CURRENCY must be one of {', '.join(sorted(CURRENCIES))}.")
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        raise SettingsError(f"{PREFIX}LOG_LEVEL must be debug, info, warning or error.")
    if settings.traces_url is not None:
        if not settings.traces_url.startswith(("http://", "https://")):
            raise SettingsError(f"{PREFIX}TRACES_URL must begin with http:// or https://.")
        if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter") is None:
            raise SettingsError(f"{PREFIX}TRACES_URL needs what `pip install boxoffice[traces]` brings.")


def urls_of(value: str) -> list[str]:
    """The URLs in a setting that may have several, with commas between them."""
    return [url.strip() for url in _BETWEEN_URLS.split(value) if url.strip()]


def _driver_of(field: str, url: str) -> str:
    # Only who opens a database waits for SQLAlchemy; the settings' names and bounds are needed elsewhere too.
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        raise SettingsError(
            f"{PREFIX}{field.upper()} is not a database URL such as mysql+asyncmy://user:...@host/name."
        ) from None
    if driver not in _DRIVERS:
        raise SettingsError(f"{PREFIX}{field.upper()} must begin with one of {', '.join(_DRIVERS)}.")
    return driver


def _whole_number(name: str, raw: str, row: _Row) -> int:
    assert row.low is not None and row.high is not None
    if not _WHOLE.fullmatch(raw) or not row.low <= int(raw) <= row.high:
        raise SettingsError(f"{name} must be a whole number from {row.low} to {row.high} ({row.meaning}).")
    return int(raw)
