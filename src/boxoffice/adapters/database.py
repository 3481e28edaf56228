"""SQL: sessions that read and sessions that write, over MySQL, MariaDB or the embedded SQLite.

The two session types differ so that a signature tells whether a function may write. A transaction is opened and
committed by a service; a repository receives the session and does neither.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from boxoffice.adapters.cluster import Cluster
from boxoffice.adapters.coalesce import Coalescer
from boxoffice.adapters.engines import Bounds, conflict_of, is_suspicious, is_trouble
from boxoffice.adapters.hosts import Deadline, Host, look_over, reaches
from boxoffice.adapters.metrics import Metrics, Timed
from boxoffice.adapters.statements import Direct, Into, Rows, Value
from boxoffice.kernel.errors import Unavailable
from boxoffice.settings import urls_of

if TYPE_CHECKING:
    from boxoffice.adapters.traces import Traces

AnyRow = Row[*tuple[Any, ...]]

_FRESH_WITHIN_S = 0.05
_REPLICA_CONNECTS_S = 0.5
_POSITIONS_WAITING_MAX = 10_000
_SELECT_ONE = text("SELECT 1")


class TransactionConflict(Exception):
    """The transaction lost against another one. Nothing was written; try again.

    `reason` is `unique`, `deadlock`, `lock_wait`, `record_changed` or `check`.
    """

    def __init__(self, detail: str = "", *, reason: str = "unique") -> None:
        super().__init__(detail)
        self.reason = reason


class CommitUnknown(Unavailable):
    """The connection was lost at COMMIT: whether it took effect must be looked up before anybody is told anything."""


class ReadSession:
    """Reads within one transaction."""

    writes = False

    def __init__(self, connection: AsyncConnection, deadline: Deadline | None = None) -> None:
        self._connection = connection
        self._deadline = deadline
        self._direct = Direct(connection, begins=self.writes)

    async def all(self, statement: Executable, parameters: Mapping[str, object] | None = None) -> Sequence[AnyRow]:
        """Every row."""
        self._extend()
        return (await self._connection.execute(statement, parameters)).all()

    async def first(self, statement: Executable, parameters: Mapping[str, object] | None = None) -> AnyRow | None:
        """The first row, or None."""
        self._extend()
        return (await self._connection.execute(statement, parameters)).first()

    async def scalar(self, statement: Executable, parameters: Mapping[str, object] | None = None) -> Any:
        """The first column of the first row, or None."""
        self._extend()
        return (await self._connection.execute(statement, parameters)).scalar()

    async def rows(self, sql: str, values: Sequence[Value]) -> Rows:
        """Every row of a SELECT that is text with `?` for each value: for what is asked with every payment."""
        self._extend()
        return (await self._direct.carry_out(sql, values))[0]

    def _extend(self) -> None:
        if self._deadline is not None:
            self._deadline.extend()


class WriteSession(ReadSession):
    """Reads and writes on the primary; nothing lasts unless `commit` is called."""

    writes = True
    has_sent_commit = False
    """Whether what the server made of the transaction may be unknown."""

    timed: Callable[[float], None] | None = None
    """Is told how long the commit took."""

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None,
    ) -> int:
        """Carry out a statement (once for each of several parameter sets); the number of rows it touched."""
        self._extend()
        return (await self._connection.execute(statement, parameters)).rowcount

    async def locked(self, sql: str, values: Sequence[Value]) -> Rows:
        """As `rows`; what it finds is locked until the transaction ends."""
        # SQLite has one writer at a time, who has locked everything, and does not know the words.
        return await self.rows(sql if self._direct.binds else f"{sql} FOR UPDATE", values)

    async def change(self, sql: str, values: Sequence[Value]) -> int:
        """Carry out an UPDATE or DELETE that is text with `?` for each value; the number of rows it touched."""
        self._extend()
        return (await self._direct.carry_out(sql, values))[1]

    async def insert(self, target: Into, rows: Iterable[Sequence[Value]]) -> None:
        """Insert rows, which have the values of the columns that `target` names, in one statement if possible."""
        self._extend()
        await self._direct.insert(target, rows)

    async def commit(self) -> None:
        """Make it last. Raises `CommitUnknown` when the connection is lost on the way."""
        self._extend()
        self.has_sent_commit = True
        try:
            with Timed(self.timed) if self.timed is not None else nullcontext():
                await self._connection.commit()
        except (DBAPIError, OSError, EOFError) as error:
            if isinstance(error, DBAPIError) and conflict_of(error) is not None:
                raise
            raise CommitUnknown("The database did not confirm in time. Try again with the same key.") from error


class Database:
    """The primary and its replicas.

    `write()` and `read(primary=True)` use the primary: whatever decides. `read()` informs, and may be as old as the
    bound on a replica's lag. `read(fresh=True)` informs too and has everything that was committed before the call,
    by whichever instance: a replica that proves to have it within 50 ms, else the primary.

    `url` and `replica_url` may name several servers, with commas between the URLs: of the first the one that takes
    writes is the primary. Everything is bounded by `bounds`; who cannot be served gets `Unavailable`.
    """

    def __init__(
        self,
        url: str,
        *,
        metrics: Metrics,
        replica_url: str | None = None,
        bounds: Bounds | None = None,
        lag_max_s: float = 5.0,
        traces: "Traces | None" = None,
    ) -> None:
        self._metrics = metrics
        bounds = bounds or Bounds()
        primaries = [Host(each, bounds) for each in urls_of(url)]
        replicas = [Host(each, bounds) for each in urls_of(replica_url or "")]
        self.is_sqlite = primaries[0].is_sqlite
        self._cluster = Cluster(primaries, replicas, metrics=metrics, lag_max_s=lag_max_s)
        for host in primaries:
            host.show_pools(metrics, {"read": False, "write": True})
        for host in replicas:
            host.show_pools(metrics, {"replica": False})
        told = {each: metrics.observer("database_seconds", operation=each) for each in ("read", "write", "commit")}
        if traces is not None:
            told = {each: traces.beside(observe, f"database {each}") for each, observe in told.items()}
        self._reads, self._writes, self._commits = told.values()
        # Asked after the question arrived, and once for all who ask at the same moment.
        self._positions: Coalescer[None, str] = Coalescer(
            self._ask_position, name="position", metrics=metrics, max_waiting=_POSITIONS_WAITING_MAX, max_in_flight=2
        )

    @asynccontextmanager
    async def read(self, *, primary: bool = False, fresh: bool = False) -> AsyncIterator[ReadSession]:
        """One consistent view. It may lag, unless `primary` or `fresh`."""
        async with AsyncExitStack() as stack:
            stack.enter_context(Timed(self._reads))
            session = None if primary else await self._on_replica(stack, fresh=fresh)
            if session is None:
                host = await self._cluster.primary()
                stack.enter_context(self._translated(host))
                session = ReadSession(*await stack.enter_async_context(host.connection(writes=False)))
                self._metrics.count("database_reads", source="primary")
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction on the primary; rolled back unless the body commits.

        Raises `TransactionConflict` when it may be tried again, `Unavailable` when the primary does not answer.
        """
        host = await self._cluster.primary()
        sessions: list[WriteSession] = []
        with Timed(self._writes), self._translated(host, sessions):
            async with host.connection(writes=True) as (connection, deadline):
                sessions.append(WriteSession(connection, deadline))
                sessions[0].timed = self._commits
                yield sessions[0]

    async def has_primary(self) -> bool:
        """Whether a server that takes writes is known just now. Nobody is asked, and no connection waited for."""
        try:
            await self._cluster.primary()
        except Unavailable:
            return False
        return True

    async def ping(self) -> None:
        """Raise `Unavailable` unless the primary answers."""
        async with self.read(primary=True) as session:
            await session.scalar(_SELECT_ONE)

    async def close(self) -> None:
        """Give all connections back."""
        await self._positions.close()
        await self._cluster.close()

    async def _on_replica(self, stack: AsyncExitStack, *, fresh: bool) -> ReadSession | None:
        """A session on the first replica that will do; None where there is none."""
        hosts = await self._cluster.replicas()
        position = await self._positions.submit(None) if fresh and hosts and not self.is_sqlite else None
        for host in hosts:
            attempt = AsyncExitStack()
            attempt.enter_context(self._translated(host))
            try:
                connection, deadline = await attempt.enter_async_context(
                    host.connection(writes=False, connect_s=_REPLICA_CONNECTS_S)
                )
                usable = position is None or await reaches(connection, position, _FRESH_WITHIN_S)
            except BaseException as error:
                try:
                    if await attempt.__aexit__(type(error), error, error.__traceback__):
                        continue
                except Unavailable:
                    continue
                raise
            if usable:
                stack.push_async_exit(attempt.pop_all())
                self._metrics.count("database_reads", source="replica")
                return ReadSession(connection, deadline)
            await attempt.aclose()
            self._metrics.count("database_reads", source="primary_for_freshness")
            return None
        return None

    async def _ask_position(self, questions: Sequence[None]) -> Sequence[str]:
        host = await self._cluster.primary()
        with self._translated(host):
            async with host.connection(writes=False) as (connection, _):
                look = await look_over(connection)
            if not look.writable:
                raise ConnectionError("The primary takes no writes any more.")
        return [look.position] * len(questions)

    @contextmanager
    def _translated(self, host: Host, writing: Sequence[WriteSession] = ()) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = conflict_of(error)
            if reason is not None:
                self._metrics.count("database_conflicts", reason=reason)
                raise TransactionConflict(str(error.orig), reason=reason) from error
            if not is_trouble(error):
                raise
            raise self._trouble(host, writing, suspicious=is_suspicious(error)) from error
        except PoolTimeoutError as error:
            raise self._trouble(host, writing, suspicious=False) from error
        except (CommitUnknown, TimeoutError, ConnectionError, EOFError) as error:
            raise self._trouble(host, writing, suspicious=True) from error

    def _trouble(self, host: Host, writing: Sequence[WriteSession], *, suspicious: bool) -> Unavailable:
        self._metrics.count("store_errors", store="database")
        if suspicious:
            self._cluster.suspect(host)
        if any(session.has_sent_commit for session in writing):
            return CommitUnknown("The database did not confirm in time. Try again with the same key.")
        return Unavailable("The database does not answer. Try again shortly.")
