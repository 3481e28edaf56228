"""What other features require of whoever asks. No store is asked."""

from falcon.asgi import Request

from boxoffice.accounts.models import Fan
from boxoffice.accounts.service import AccountService
from boxoffice.adapters.logs import by_fan
from boxoffice.http.requests import bearer_token
from boxoffice.kernel.errors import Forbidden


class AccountGuard:
    """Tells who signed a request, or refuses it."""

    def __init__(self, service: AccountService) -> None:
        self._service = service

    def signed_in(self, req: Request) -> Fan:
        """Whoever signed the request. Raises `Unauthorized`."""
        fan = self._service.verify(bearer_token(req))
        by_fan(fan.user_id)
        return fan

    def operator(self, req: Request) -> Fan:
        """An operator. Raises `Unauthorized`, `Forbidden`."""
        fan = self.signed_in(req)
        if fan.role != "operator":
            raise Forbidden
        return fan
