"""Every feature's tables on one `metadata`: what migrations and tests create."""

from boxoffice.accounts import tables as accounts
from boxoffice.adapters import fence
from boxoffice.adapters.columns import metadata
from boxoffice.catalog import tables as catalog
from boxoffice.queue import tables as queue
from boxoffice.reservations import tables as reservations
from boxoffice.wallet import tables as wallet

__all__ = ["accounts", "catalog", "fence", "metadata", "queue", "reservations", "wallet"]
