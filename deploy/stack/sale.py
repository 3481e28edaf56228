"""Puts a concert on sale in a running stack, as the demo does."""

import asyncio
from pathlib import Path

from boxoffice.demo import DemoError
from boxoffice.demo import put_on_sale as sell
from boxoffice.server import configure_logging
from boxoffice.settings import from_environ
from deploy.stack.control import StackError

_SESSION_S = 300


def put_on_sale(environment: Path, plan: str) -> list[str]:
    """Accounts, and a concert with this plan, over the stores that `environment` names; the concerts' ids."""
    configure_logging("warning")
    settings = from_environ(dict(line.split("=", 1) for line in environment.read_text().splitlines()))
    try:
        return asyncio.run(sell(settings, plan, session_ttl_s=_SESSION_S))
    except DemoError as error:
        raise StackError(str(error)) from error
