"""What every command needs: settings, an application to work with, and one sentence for every refusal."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

from rich.console import Console

from boxoffice.accounts.models import Fan
from boxoffice.kernel.errors import BoxofficeError
from boxoffice.settings import Settings, SettingsError, from_environ

if TYPE_CHECKING:
    from boxoffice.app import Application

ACTOR = Fan(user_id="command-line", role="operator", session_id="", expires_ms=0)
"""Who the audit log names for what is done here."""

# A file or a pipe has no width: nothing is cut off there.
_PIPE_WIDTH = 200
out = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
err = Console(stderr=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH)
Result = TypeVar("Result")


def read_settings() -> Settings:
    """Settings from the environment; a missing or wrong one ends the command with its sentence."""
    try:
        return from_environ(os.environ)
    except SettingsError as error:
        stop(str(error))


def with_application(work: Callable[["Application"], Awaitable[Result]]) -> Result:
    """Do `work` with an application that is closed afterwards."""
    settings = read_settings()
    # More than a second's worth of libraries, of which a wrong word or `plan check` has no need.
    from boxoffice.app import build  # noqa: PLC0415
    from boxoffice.server import configure_logging  # noqa: PLC0415

    # Standard output is for the answer.
    configure_logging("warning")

    async def run() -> Result:
        application = build(settings)
        try:
            return await work(application)
        finally:
            await application.close()

    return refusals(lambda: asyncio.run(run()))


def refusals(work: Callable[[], Result]) -> Result:
    """Do `work`; a refusal ends the command with its sentence."""
    try:
        return work()
    except BoxofficeError as refusal:
        stop(refusal.detail)
    except Exception as error:
        # Who has not met a database has no need of its errors either.
        from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

        if not isinstance(error, DBAPIError):
            raise
        stop(f"The database refused: {error.orig}. Is its schema up to date? `boxoffice migrate` sees to it.")


def stop(sentence: str) -> NoReturn:
    """End the command with one sentence and status 1."""
    err.print(sentence, style="red", highlight=False, markup=False)
    sys.exit(1)
