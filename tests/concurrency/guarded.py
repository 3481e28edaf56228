"""Something that only the holder of a lock may write: one row for each line, behind the fence."""

from sqlalchemy import text

from boxoffice.adapters.database import Database
from boxoffice.adapters.lock import Held


async def create(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("CREATE TABLE guarded (line VARCHAR(40) NOT NULL)"))
        await session.commit()


async def write(database: Database, held: Held, line: str) -> None:
    """Write a line in the name of the holder. Raises `FencedOff`."""
    async with database.write() as session:
        await held.check(session)
        await session.execute(text("INSERT INTO guarded VALUES (:line)"), {"line": line})
        await session.commit()


async def lines(database: Database) -> list[str]:
    async with database.read() as session:
        return [row.line for row in await session.all(text("SELECT line FROM guarded ORDER BY line"))]
