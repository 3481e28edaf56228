"""What a request must carry to speak for a place in the queue."""

from falcon.asgi import Request

from boxoffice.accounts.models import Fan
from boxoffice.kernel.errors import BadQueueToken
from boxoffice.queue.models import TokenClaims
from boxoffice.queue.service import QueueService

HEADER = "X-Queue-Token"


class QueueGuard:
    """Looks at `X-Queue-Token`. No store is asked."""

    def __init__(self, service: QueueService) -> None:
        self._service = service

    def token(self, req: Request) -> str:
        """The queue token as sent, unverified. Raises `BadQueueToken` when there is none."""
        token: str | None = req.get_header(HEADER)
        if not token:
            raise BadQueueToken
        return token

    def place(self, req: Request, fan: Fan, concert_id: str) -> TokenClaims | None:
        """What the queue token says, None without one.

        Raises `BadQueueToken` unless it is good, of this concert and of this fan.
        """
        token: str | None = req.get_header(HEADER)
        return None if token is None else self._service.claims(concert_id, token, fan)
