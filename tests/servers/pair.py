"""A primary and its replica."""

import time

from deploy.stack.databases import follow_mariadb
from tests.servers.process import PASSWORD, DatabaseServer, Flavour
from tests.servers.which import server

_CATCHES_UP_WITHIN_S = 20.0


class Pair:
    """Two servers, one replicating from the other by GTID; the roles can be changed.

    With `semi_sync_ms`, a commit waits until the replica has it (AFTER_SYNC), for that long; then the primary goes on
    alone until the replica has caught up.
    """

    def __init__(self, flavour: Flavour, *, semi_sync_ms: int | None = None) -> None:
        self.flavour = flavour
        self._promoted = False
        self.primary, self.replica = server(flavour), server(flavour)
        self.primary.make_users()
        if semi_sync_ms is not None:
            self._turn_semi_sync_on(semi_sync_ms)
        self.follow(self.replica, self.primary)
        self.wait_until_level()
        if semi_sync_ms is not None:
            self.wait_until_semi_sync()

    def follow(self, replica: DatabaseServer, primary: DatabaseServer) -> None:
        """Make one the read-only replica of the other."""
        replica.sql("SET GLOBAL read_only = ON")
        if self.flavour == "mariadb":
            replica.sql(*follow_mariadb(primary.port, PASSWORD))
        else:
            replica.sql(
                "STOP REPLICA",
                f"CHANGE REPLICATION SOURCE TO source_host='127.0.0.1', source_port={primary.port}, "
                f"source_user='replica', source_password='{PASSWORD}', source_auto_position=1, "
                "get_source_public_key=1, source_connect_retry=1",
                "START REPLICA",
            )

    def hold_back(self) -> None:
        """The replica hears of what happens and does not apply it: lag, for real."""
        self.replica.sql(f"STOP {self._word} SQL_THREAD")

    def let_go(self) -> None:
        """The replica applies again."""
        self.replica.sql(f"START {self._word} SQL_THREAD")

    def delay(self, seconds: int) -> None:
        """From now on the replica applies this much later what it receives at once."""
        option = "MASTER_DELAY" if self.flavour == "mariadb" else "SOURCE_DELAY"
        change = "CHANGE MASTER TO" if self.flavour == "mariadb" else "CHANGE REPLICATION SOURCE TO"
        self.replica.sql(f"STOP {self._word}", f"{change} {option} = {seconds}", f"START {self._word}")
        self.wait_until_semi_sync()

    def promote(self) -> None:
        """The replica becomes the primary, as an operator would do it. The roles here change with it.

        What it has received is applied first: a commit that was acknowledged may stand in its relay log alone.
        """
        self.replica.sql(f"STOP {self._word} IO_THREAD")
        if self.flavour == "mariadb":
            self._wait_for(self.replica.status()["Gtid_IO_Pos"])
        else:
            self._wait_for(self.replica.status()["Retrieved_Gtid_Set"])
        self.replica.sql(
            f"STOP {self._word}",
            "RESET SLAVE ALL" if self.flavour == "mariadb" else "RESET REPLICA ALL",
            "SET GLOBAL read_only = OFF",
        )
        self.primary, self.replica = self.replica, self.primary
        self._promoted = True

    def heal(self) -> None:
        """Both run, and the one that is not the primary follows the one that is. Raises where their pasts differ."""
        for each in (self.primary, self.replica):
            if each.runs():
                each.resume()
            else:
                each.start()
        self.primary.sql("SET GLOBAL read_only = OFF")
        if self._promoted and self.flavour == "mariadb":
            self.replica.sql("SET GLOBAL gtid_slave_pos = @@gtid_current_pos")
        self._promoted = False
        self.follow(self.replica, self.primary)
        self.wait_until_level()

    def wait_until_level(self) -> None:
        """Return once the replica has all that the primary has."""
        position = "gtid_current_pos" if self.flavour == "mariadb" else "gtid_executed"
        self._wait_for(self.primary.value(f"SELECT @@global.{position}"))

    def is_semi_sync(self) -> bool:
        """Whether a commit waits for the replica just now."""
        name = "Rpl_semi_sync_master_status" if self.flavour == "mariadb" else "Rpl_semi_sync_source_status"
        return bool(self.primary.sql(f"SHOW GLOBAL STATUS LIKE '{name}'")[0][1] == "ON")

    def wait_until_semi_sync(self) -> None:
        """Return once commits wait for the replica: at the start, and again when it has come back."""
        until_s = time.monotonic() + _CATCHES_UP_WITHIN_S
        while not self.is_semi_sync():
            if time.monotonic() > until_s:
                raise RuntimeError(f"The primary does not wait for its replica:\n{self.primary.log_tail()}")
            time.sleep(0.05)

    def remove(self) -> None:
        """Stop both."""
        for each in (self.replica, self.primary):
            each.remove()

    def _turn_semi_sync_on(self, timeout_ms: int) -> None:
        if self.flavour == "mariadb":
            source, replica = "rpl_semi_sync_master", "rpl_semi_sync_slave"
        else:
            source, replica = "rpl_semi_sync_source", "rpl_semi_sync_replica"
            self.primary.sql(f"INSTALL PLUGIN {source} SONAME 'semisync_source.so'")
            self.replica.sql(f"INSTALL PLUGIN {replica} SONAME 'semisync_replica.so'")
        self.primary.sql(
            f"SET GLOBAL {source}_wait_point = AFTER_SYNC",
            f"SET GLOBAL {source}_timeout = {timeout_ms}",
            f"SET GLOBAL {source}_enabled = ON",
        )
        self.replica.sql(f"SET GLOBAL {replica}_enabled = ON")

    def _wait_for(self, position: str) -> None:
        wanted = position.replace("\n", "")
        asked = "MASTER_GTID_WAIT" if self.flavour == "mariadb" else "WAIT_FOR_EXECUTED_GTID_SET"
        if wanted and self.replica.value(f"SELECT {asked}('{wanted}', {_CATCHES_UP_WITHIN_S})"):
            raise RuntimeError(f"The replica does not catch up:\n{self.replica.log_tail()}")

    @property
    def _word(self) -> str:
        return "SLAVE" if self.flavour == "mariadb" else "REPLICA"
