"""Real database servers of the suite's own: MariaDB and MySQL, each on a free port with a data folder that goes away.

Where a server is not installed, `missing` says so in one sentence; `bin/servers` installs them.
"""

from tests.servers.pair import Pair
from tests.servers.process import DatabaseServer, Flavour
from tests.servers.proxy import Proxy
from tests.servers.which import FLAVOURS, missing, server

__all__ = ["FLAVOURS", "DatabaseServer", "Flavour", "Pair", "Proxy", "missing", "server"]
