"""The tick that lets go of what nobody asks for any more."""

from boxoffice.adapters.lock import Held
from boxoffice.wallet.service import WalletService


class RetentionJob:
    """Deletes idempotency keys that are past their time. Ledger, payments and the audit log are kept for ever."""

    def __init__(self, service: WalletService) -> None:
        self._service = service

    async def tick(self, held: Held) -> None:
        """Delete some; what is left comes at the next tick."""
        await self._service.forget_old_keys(held)
