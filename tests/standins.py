"""Stand-ins for ports, where a test looks at one layer alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class StandInSession:
    """A session that only remembers whether it was committed."""

    def __init__(self) -> None:
        self.committed = False

    async def commit(self) -> None:
        self.committed = True


class StandInDatabase:
    """Opens `StandInSession`s and keeps them, so that a service test sees what was opened and committed."""

    def __init__(self) -> None:
        self.reads: list[StandInSession] = []
        self.writes: list[StandInSession] = []

    @asynccontextmanager
    async def read(self, *, primary: bool = False) -> AsyncIterator[Any]:
        session = StandInSession()
        self.reads.append(session)
        yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        session = StandInSession()
        self.writes.append(session)
        yield session
