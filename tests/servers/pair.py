"""A primary and its replica."""

from deploy.stack.databases import follow_mariadb
from tests.servers.process import PASSWORD, DatabaseServer, Flavour
from tests.servers.which import server

_CATCHES_UP_WITHIN_S = 20.0


class Pair:
    """Two servers, one replicating from the other by GTID; the roles can be changed."""

    def __init__(self, flavour: Flavour) -> None:
        self.flavour = flavour
        self._promoted = False
        self.primary, self.replica = server(flavour), server(flavour)
        self.primary.make_users()
        self.follow(self.replica, self.primary)
        self.wait_until_level()

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

    def promote(self) -> None:
        """The replica becomes the primary, as an operator would do it. The roles here change with it."""
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
        if self.flavour == "mariadb":
            position = self.primary.value("SELECT @@gtid_current_pos")
            missing = self.replica.value(f"SELECT MASTER_GTID_WAIT('{position}', {_CATCHES_UP_WITHIN_S})")
        else:
            position = self.primary.value("SELECT @@global.gtid_executed").replace("\n", "")
            missing = self.replica.value(f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{position}', {_CATCHES_UP_WITHIN_S})")
        if missing:
            raise RuntimeError(f"The replica does not catch up:\n{self.replica.log_tail()}")

    def remove(self) -> None:
        """Stop both."""
        for each in (self.replica, self.primary):
            each.remove()

    @property
    def _word(self) -> str:
        return "SLAVE" if self.flavour == "mariadb" else "REPLICA"
