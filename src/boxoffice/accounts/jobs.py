"""Keeps an instance's set of revoked sessions up to date."""

from contextlib import suppress

from boxoffice.accounts.service import AccountService
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.ticker import Ticker
from boxoffice.kernel.errors import BoxofficeError

_AGAIN_S = 1.0
_POLL_S = 1.0


class RevocationListener:
    """Listens on Pub/Sub, and looks once a second in case a message is lost."""

    def __init__(self, service: AccountService, *, metrics: Metrics) -> None:
        self._service = service
        self._listening = Ticker("revocations_listen", service.listen, interval_s=_AGAIN_S, metrics=metrics)
        self._polling = Ticker("revocations_poll", service.catch_up, interval_s=_POLL_S, metrics=metrics)

    async def start(self) -> None:
        """Load what is revoked, and go on listening. Without Redis it starts all the same: see `AccountService`."""
        with suppress(BoxofficeError):
            await self._service.catch_up()
        self._listening.start()
        self._polling.start()

    async def close(self) -> None:
        """Stop."""
        await self._listening.close()
        await self._polling.close()
