"""The command that brings the schema up to date; nobody else needs Alembic."""

import asyncio

from boxoffice.adapters.migrate import migrate as migrate_
from boxoffice.cli.running import out, read_settings, refusals


def migrate() -> None:
    """Bring the database's schema up to date."""
    settings = read_settings()
    url = settings.migration_url or settings.database_url
    out.print(f"The schema is at revision {refusals(lambda: asyncio.run(migrate_(url)))}.")
