"""Settings read from an environment."""

import msgspec
import pytest

from boxoffice.settings import PREFIX, TABLE, Settings, SettingsError, from_environ, urls_of

GOOD = {
    "BOXOFFICE_DATABASE_URL": "mysql+asyncmy://app:secret@db/boxoffice",
    "BOXOFFICE_REDIS_URL": "redis://cache:6379/0",
    "BOXOFFICE_SECRET": "x" * 32,
}


def test_what_is_not_said_has_its_default() -> None:
    settings = from_environ(GOOD)

    assert settings == Settings(
        database_url=GOOD["BOXOFFICE_DATABASE_URL"],
        redis_url=GOOD["BOXOFFICE_REDIS_URL"],
        secret=GOOD["BOXOFFICE_SECRET"],
    )


def test_what_is_said_is_taken_and_other_variables_are_left_alone() -> None:
    settings = from_environ(GOOD | {"BOXOFFICE_PORT": " 9000 ", "BOXOFFICE_HOST": "::1", "PATH": "/bin"})

    assert (settings.port, settings.host) == (9000, "::1")


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert from_environ(GOOD | {"BOXOFFICE_PORT": "", "BOXOFFICE_REPLICA_URL": " "}).replica_url is None


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_one_is_named_in_one_sentence(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is missing: .*[.]$"):
        from_environ({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql+asyncmy://u:p@host:port/name"),
        ("DATABASE_URL", "postgresql://u:p@host/name"),
        ("DATABASE_URL", "sqlite:///file"),
        ("REPLICA_URL", "nonsense"),
        ("REDIS_URL", "http://cache"),
        ("REDIS_URL", "redis://cache:port/0"),
        ("REDIS_URL", "redis+sentinel://h1:26379,h2:26379"),
        ("REDIS_URL", "redis+cluster://h1:6379/7"),
        ("SECRET", "x" * 31),
        ("CURRENCY", "won"),
        ("LOG_LEVEL", "loud"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "--5"),
        ("PORT", "-"),
        ("PORT", "eighty"),
        ("PORT", "²"),
        ("PORT", "9" * 5000),
        ("HOLD_TTL_S", "-1"),
        ("ADMISSION_LIMIT", "0"),
        ("NONSENSE", "1"),
    ],
)
def test_a_wrong_one_is_named_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{PREFIX}{name} .*\.$") as refusal:
        from_environ(GOOD | {PREFIX + name: value})
    assert "\n" not in str(refusal.value)


def test_a_secret_is_never_repeated_in_the_sentence() -> None:
    with pytest.raises(SettingsError) as refusal:
        from_environ(GOOD | {"BOXOFFICE_SECRET": "hush", "BOXOFFICE_DATABASE_URL": "mysql+asyncmy://u:hush@h/n"})

    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite:///data/boxoffice.db", "mariadb+asyncmy://u@h/n", "mysql+asyncmy://u:p@h:3307/n"]
)
def test_the_databases_that_we_speak_to_are_accepted(url: str) -> None:
    assert from_environ(GOOD | {"BOXOFFICE_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "unix:///run/valkey.sock?db=1",
        "rediss://:p@h:6380/0",
        "redis://h",
        "redis+sentinel://u:p@h1:26379,h2:26379,h3:26379/service/0",
        "rediss+cluster://u:p@h1:6379,h2:6379",
    ],
)
def test_the_ways_to_redis_are_accepted(url: str) -> None:
    assert from_environ(GOOD | {"BOXOFFICE_REDIS_URL": url}).redis_url == url


def test_the_table_documents_every_setting_once_and_defaults_lie_within_its_bounds() -> None:
    fields = {field.name: field.default for field in msgspec.structs.fields(Settings)}

    assert sorted(row.field for row in TABLE) == sorted(fields)
    for row in TABLE:
        if row.low is not None and row.high is not None:
            assert row.low <= fields[row.field] <= row.high


def test_a_database_url_may_name_several_servers() -> None:
    two = "mysql+asyncmy://app:a,b@db1/boxoffice, mysql+asyncmy://app:a,b@db2/boxoffice"
    settings = from_environ(GOOD | {"BOXOFFICE_DATABASE_URL": two, "BOXOFFICE_REPLICA_URL": two})

    expected = ["mysql+asyncmy://app:a,b@db1/boxoffice", "mysql+asyncmy://app:a,b@db2/boxoffice"]
    assert urls_of(settings.database_url) == expected


def test_sqlite_has_one_file() -> None:
    two = "sqlite+aiosqlite:///a,sqlite+aiosqlite:///b"

    with pytest.raises(SettingsError, match="one SQLite file"):
        from_environ(GOOD | {"BOXOFFICE_DATABASE_URL": two})
