"""Fences: the database lets only the newest holder of a lock write.

A lock in Redis lapses while its holder sleeps, and its numbers may go back when Redis is lost. So a number counts only
once it is registered here, and each number is registered once, above all before it. From then on every write of an
earlier holder is refused, in the same transaction that would have made it.
"""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, String, Table, bindparam, insert, select, update

from boxoffice.adapters.columns import metadata
from boxoffice.adapters.database import Database, TransactionConflict, WriteSession

fences = Table(
    "fences",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("token", BigInteger, nullable=False),  # the fencing number of the newest holder
    # What passed under this number. It makes each passage change the row: MySQL counts only rows that change.
    Column("writes", BigInteger, nullable=False),
)

_TOKEN = select(fences.c.token).where(fences.c.name == bindparam("lock"))
_REGISTER = (
    update(fences)
    .where(fences.c.name == bindparam("lock"), fences.c.token < bindparam("number"))
    .values(token=bindparam("number"), writes=0)
)
_PASS = (
    update(fences)
    .where(fences.c.name == bindparam("lock"), fences.c.token == bindparam("number"))
    .values(writes=fences.c.writes + 1)
)


class FencedOff(Exception):
    """Somebody else has the lock by now: nothing may be written in the name of this holder."""


class Registered(NamedTuple):
    """Whether a number stands now; `newest` is the one that does."""

    stands: bool
    newest: int


class Fences:
    """Registers fencing numbers, and lets the newest pass."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, name: str, number: int) -> Registered:
        """Shut everybody out but the holder of `number`, if it is above all before it. Raises `Unavailable`."""
        try:
            async with self._database.write() as session:
                if await session.execute(_REGISTER, {"lock": name, "number": number}) == 0:
                    newest = await session.scalar(_TOKEN, {"lock": name})
                    if newest is not None:
                        return Registered(False, int(newest))
                    await session.execute(insert(fences), {"name": name, "token": number, "writes": 0})
                await session.commit()
        except TransactionConflict:
            async with self._database.read(primary=True) as reading:
                return Registered(False, int(await reading.scalar(_TOKEN, {"lock": name}) or 0))
        return Registered(True, number)

    async def check(self, session: WriteSession, name: str, number: int) -> None:
        """Pass, and keep others from registering until this transaction ends. Raises `FencedOff`."""
        if await session.execute(_PASS, {"lock": name, "number": number}) != 1:
            raise FencedOff(f"{name}: number {number} is not the newest any more")
