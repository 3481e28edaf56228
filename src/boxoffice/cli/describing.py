"""The command that tells what the HTTP API is, without an instance."""

import asyncio
import sys

import msgspec

from boxoffice import __version__
from boxoffice.settings import Settings


def openapi() -> None:
    """Print the API's own description (OpenAPI 3.1), as an instance serves it at `/openapi.json`."""
    # The whole service; a wrong word is refused without it.
    from boxoffice.app import build  # noqa: PLC0415
    from boxoffice.http.openapi import document  # noqa: PLC0415

    async def described() -> bytes:
        # Nobody is asked anything: these stores need not be there.
        application = build(
            Settings(database_url="sqlite+aiosqlite:///none", redis_url="unix:///none", secret="-" * 32)
        )
        try:
            return msgspec.json.format(msgspec.json.encode(document(application.routes, version=__version__)))
        finally:
            await application.close()

    sys.stdout.write(asyncio.run(described()).decode() + "\n")
