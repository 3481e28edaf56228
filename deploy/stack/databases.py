"""MariaDB from nothing: files, users, a replica that follows."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncmy
from asyncmy.cursors import Cursor

from deploy.stack.control import StackError

Rows = Sequence[tuple[Any, ...]]


def install_mariadb(data: Path) -> None:
    """The files of a server that has nothing yet; root comes in by the socket alone, without a password.

    Whoever is interrupted leaves a folder of another name. Raises `StackError`.
    """
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    command = (
        "mariadb-install-db",
        "--no-defaults",
        f"--datadir={draft}",
        *(("--user=root",) if os.geteuid() == 0 else ()),
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    )
    data.parent.mkdir(parents=True, exist_ok=True)
    # A folder of its own: a server that starts takes what others have just then in a common one for left over.
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        done = subprocess.run(  # noqa: S603  (our own words)
            command, env=os.environ | {"TMPDIR": folder}, check=False, capture_output=True, text=True
        )
    if done.returncode:
        raise StackError(f"MariaDB cannot make its files: {(done.stdout + done.stderr)[-2000:]}")
    draft.rename(data)


def users(passwords: dict[str, str]) -> tuple[str, ...]:
    """Statements: the database; `app` for rows, `migrator` for the schema too, `replica` for replication."""
    return (
        "CREATE DATABASE IF NOT EXISTS boxoffice CHARACTER SET utf8mb4",
        *(f"CREATE USER {name}@'%' IDENTIFIED BY '{passwords[name]}'" for name in ("app", "migrator", "replica")),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON boxoffice.* TO app@'%'",
        "GRANT ALL ON boxoffice.* TO migrator@'%'",
        "GRANT REPLICATION SLAVE ON *.* TO replica@'%'",
    )


def watcher(password: str) -> tuple[str, ...]:
    """Statements: `monitor`, who comes by the socket alone, sees how the server and its replication are, and no row."""
    return (
        f"CREATE USER monitor@localhost IDENTIFIED BY '{password}' WITH MAX_USER_CONNECTIONS 3",
        "GRANT SLAVE MONITOR ON *.* TO monitor@localhost",
    )


def watcher_mysql(password: str) -> tuple[str, ...]:
    """Statements: the same on MySQL, by TCP. It may not see what others do: there that means their whole statements."""
    return (
        f"CREATE USER monitor@'%' IDENTIFIED BY '{password}' WITH MAX_USER_CONNECTIONS 3",
        "GRANT REPLICATION CLIENT ON *.* TO monitor@'%'",
    )


def follow_mariadb(port: int, password: str) -> tuple[str, ...]:
    """Statements for a replica: follow the server at `port` by GTID."""
    return (
        "STOP SLAVE",
        f"CHANGE MASTER TO master_host='127.0.0.1', master_port={port}, master_user='replica', "
        f"master_password='{password}', master_use_gtid=slave_pos, master_connect_retry=1",
        "START SLAVE",
    )


def sql(socket: str, *statements: str, kind: type[Cursor] = Cursor) -> Rows:
    """Carry out statements as root, each by itself; the rows of the last."""
    # In a thread, and so in a loop of its own, whether or not the caller has one.
    with ThreadPoolExecutor(1) as thread, warnings.catch_warnings():
        return thread.submit(lambda: asyncio.run(_sql(socket, statements, kind))).result()


async def _sql(socket: str, statements: Sequence[str], kind: type[Cursor]) -> Rows:
    warnings.simplefilter("ignore")  # the driver passes on what the server remarks, e.g. that it stands already
    connection = await asyncmy.connect(unix_socket=socket, user="root", autocommit=True, read_timeout=30)
    try:
        async with connection.cursor(kind) as cursor:
            for statement in statements:
                await cursor.execute(statement)
            return tuple(await cursor.fetchall())
    finally:
        await connection.ensure_closed()
