"""Inside a container: exit status 0 if the instance answers this path with 200. Needs nothing but Python."""

import os
import sys
from http.client import HTTPConnection, HTTPException

_ANSWERS_WITHIN_S = 2.0


def healthy(path: str, port: int) -> bool:
    """Whether whoever listens on this port of this machine says so."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWERS_WITHIN_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1], int(os.environ["BOXOFFICE_PORT"])))
