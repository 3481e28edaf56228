"""How each server is started here, and whether it is here at all."""

import itertools
import shutil
import subprocess
from pathlib import Path

from deploy.stack.databases import install_mariadb
from tests.servers.process import DatabaseServer, Flavour

FLAVOURS: tuple[Flavour, ...] = ("mariadb", "mysql")

_MYSQL = Path(__file__).parents[2] / ".cache" / "mysql-sid"
_ids = itertools.count(1)
_SHARED = (
    "--no-defaults",
    "--user=root",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--log-bin=binlog",
    "--binlog-format=ROW",
    "--sync-binlog=1",
    "--innodb-flush-log-at-trx-commit=1",
    "--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
    "--innodb-buffer-pool-size=64M",
    "--performance-schema=OFF",
    "--max-connections=300",
)


def missing(flavour: Flavour) -> str | None:
    """One sentence when this server cannot be started here."""
    if flavour == "mariadb" and not (shutil.which("mariadbd") and shutil.which("mariadb-install-db")):
        return "MariaDB is not installed (apt-get install mariadb-server-core, or bin/servers as root)."
    if flavour == "mysql" and not (_MYSQL / "usr/sbin/mysqld").exists():
        return "MySQL is not in .cache/mysql-sid (bin/servers fetches it, as root, with debootstrap)."
    return None


def server(flavour: Flavour) -> DatabaseServer:
    """A server that is installed and running, with the users `app` and `migrator` and an empty database `boxoffice`."""
    number = str(next(_ids))
    return _mariadb(number) if flavour == "mariadb" else _mysql(number)


def _mariadb(number: str) -> DatabaseServer:
    # Semi-synchronous replication waits AFTER_SYNC, so that no reader sees what a failover could take back; it begins
    # to wait once a test turns it on.
    options = (
        *_SHARED,
        f"--server-id={number}",
        "--gtid-strict-mode=ON",
        "--log-slave-updates=ON",
        "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
        "--rpl-semi-sync-slave-enabled=ON",
    )

    return DatabaseServer("mariadb", ["mariadbd", *options], install_mariadb)


def _mysql(number: str) -> DatabaseServer:
    # Debian's unstable suite stays in its own folder: its loader runs its mysqld with its libraries, so that neither
    # chroot nor a mount of /proc is needed, and nothing has to be undone.
    base = _MYSQL / "usr"
    program = [
        str(base / "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
        "--library-path",
        f"{base}/lib/x86_64-linux-gnu:{base}/lib/mysql/private",
        str(base / "sbin/mysqld"),
    ]
    places = (
        f"--basedir={base}",
        f"--lc-messages-dir={base}/share/mysql",
        f"--character-sets-dir={base}/share/mysql/charsets",
        f"--plugin-dir={base}/lib/mysql/plugin",
    )
    options = (
        *_SHARED,
        *places,
        f"--server-id={number}",
        "--gtid-mode=ON",
        "--enforce-gtid-consistency=ON",
        "--mysqlx=OFF",
        "--secure-file-priv=NULL",
    )

    def install(data: Path) -> None:
        _run(*program, "--no-defaults", "--initialize-insecure", "--user=root", f"--datadir={data}", *places)

    return DatabaseServer("mysql", [*program, *options], install)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")
