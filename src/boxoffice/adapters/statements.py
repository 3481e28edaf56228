"""Statements as text, straight to the driver: for the few that every payment needs.

SQLAlchemy costs 50 to 90 us a statement, and asyncmy's escaping 9 us for an answer in JSON; a payment in a batch has
less than that for everything. So such a statement is text with `?` for each value. MySQL and MariaDB get it with the
values as literals, through the driver's own cursor; SQLite binds them. What goes wrong is told as SQLAlchemy tells it.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table
from sqlalchemy.ext.asyncio import AsyncConnection

Value = str | int | None
Rows = Sequence[tuple[Any, ...]]

_ROWS_MAX = 1_000
"""Rows of one INSERT: SQLite binds 32,766 values at most, and a statement stays well below MySQL's largest packet."""

_COLUMNS_MAX = 32


class Into(NamedTuple):
    """Where rows go: the beginning of an INSERT, and how many values each row has."""

    head: str
    width: int


def into(table: Table, *columns: str) -> Into:
    """For `WriteSession.insert`: rows have the values of these columns, in this order."""
    names = ", ".join(f"`{table.c[column].name}`" for column in columns)  # SQLite knows this quoting too
    assert len(columns) <= _COLUMNS_MAX
    return Into(f"INSERT INTO {table.name} ({names}) VALUES ", len(columns))  # noqa: S608


@cache
def places(count: int, width: int = 1) -> str:
    """`?, ?, ?`; with a `width`, `(?, ?), (?, ?)`. The counts are those of a batch, so few are kept."""
    return ", ".join([f"({', '.join('?' * width)})" if width > 1 else "?"] * count)


def literal(value: Value) -> str:
    """A value as MySQL and MariaDB read it, whatever `sql_mode` says of backslashes: none is ever in it."""
    kind = type(value)
    if kind is str:
        text: str = value  # type: ignore[assignment]
        if "\\" in text:
            return f"_utf8mb4 X'{text.encode().hex()}'"
        if "'" in text:
            text = text.replace("'", "''")
        return f"'{text}'"
    if kind is int:
        return str(value)
    if value is None:
        return "NULL"
    raise TypeError(f"{kind.__name__} has no literal here")


def with_literals(sql: str, values: Sequence[Value]) -> str:
    """`sql` with each `?` replaced. It has no other `?`, nor a `%`."""
    return sql.replace("?", "%s") % tuple(map(literal, values))


class Direct:
    """Carries out text on the connection of a session; `begins`: within a transaction that SQLAlchemy will commit."""

    def __init__(self, connection: AsyncConnection, *, begins: bool) -> None:
        self._connection = connection
        self._begins = begins
        self._driver: Any = None

    @property
    def binds(self) -> bool:
        """Whether this is SQLite."""
        return self._connection.dialect.name == "sqlite"

    async def carry_out(self, sql: str, values: Sequence[Value]) -> tuple[Rows, int]:
        """The rows, and how many were touched."""
        if self.binds:
            return await self._bound(sql, tuple(values))
        return await self._literal(with_literals(sql, values), sql)

    async def insert(self, target: Into, rows: Iterable[Sequence[Value]]) -> None:
        """Insert rows, many with one statement."""
        rows = list(rows)
        for start in range(0, len(rows), _ROWS_MAX):
            part = rows[start : start + _ROWS_MAX]
            if self.binds:
                sql = target.head + places(len(part), target.width)
                await self._bound(sql, tuple(value for row in part for value in row))
            else:
                shown = ", ".join([f"({', '.join(map(literal, row))})" for row in part])
                await self._literal(target.head + shown, target.head)

    async def _bound(self, sql: str, values: tuple[Value, ...]) -> tuple[Rows, int]:
        result = await self._connection.exec_driver_sql(sql, values)
        return ([tuple(row) for row in result] if result.returns_rows else ()), result.rowcount

    async def _literal(self, text: str, shown: str) -> tuple[Rows, int]:
        if self._driver is None:
            if self._begins and not self._connection.in_transaction():
                await self._connection.begin()
            self._driver = (await self._connection.get_raw_connection()).driver_connection
        cursor = self._driver.cursor()
        try:
            await cursor.execute(text)
            return await cursor.fetchall(), cursor.rowcount
        except BaseException as error:
            # Not a word about the values: they may be somebody's, and the statement is logged.
            await self._connection.run_sync(_fail, error, shown)
            raise


def _fail(connection: Connection, error: BaseException, shown: str) -> None:
    try:
        raise error  # anew, as this runs in a greenlet, which does not know what is being handled outside
    except BaseException:
        # As SQLAlchemy does after a statement of its own: tells conflicts from lost connections, and drops the latter
        # (a statement that was cut off leaves one too). There is no public way in.
        connection._handle_dbapi_exception(error, shown, None, None, None)
