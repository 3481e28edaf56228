"""The requests of a fan who buys, as bytes, and the parts of the answers that matter."""

from collections.abc import Sequence

import msgspec

from bench.house import Sale
from bench.wrk import request


class Place(msgspec.Struct, frozen=True):
    """A place in the queue."""

    status: str
    number: int
    poll_after_ms: int
    token: str = ""


class Numbers(msgspec.Struct, frozen=True):
    """The public snapshot."""

    calling: int
    waiting: int
    admitted: int


class Free(msgspec.Struct, frozen=True):
    """Availability; `taken` is a bitmap in base64, seat 0 the highest bit."""

    free: int
    taken: str


class Held(msgspec.Struct, frozen=True):
    """A hold."""

    id: str
    seats: list[int]


place_of = msgspec.json.Decoder(Place).decode
numbers_of = msgspec.json.Decoder(Numbers).decode
free_of = msgspec.json.Decoder(Free).decode
held_of = msgspec.json.Decoder(Held).decode


class Shop:
    """Requests about one sale."""

    def __init__(self, sale: Sale) -> None:
        self._join = f"/api/v1/concerts/{sale.concert_id}/queue/tokens"
        self._holds = f"/api/v1/performances/{sale.performance_id}/holds"
        self.snapshot = request("GET", f"/api/v1/concerts/{sale.concert_id}/queue")
        self.availability = request("GET", f"/api/v1/performances/{sale.performance_id}/availability")

    def join(self, access: str) -> bytes:
        """Take a number."""
        return request("POST", self._join, headers={"Authorization": f"Bearer {access}"})

    def current(self, place: str) -> bytes:
        """Ask how the place stands."""
        return request("GET", f"{self._join}/current", headers={"X-Queue-Token": place})

    def hold(self, access: str, place: str, seats: Sequence[int]) -> bytes:
        """Hold these seats."""
        return self._hold(access, place, msgspec.json.encode({"seats": seats}))

    def best(self, access: str, place: str, count: int) -> bytes:
        """Hold the best seats next to each other."""
        return self._hold(access, place, b'{"best_available":{"count":%d}}' % count)

    def pay(self, access: str, hold_id: str) -> bytes:
        """Pay; the key is that of the hold, so that sending it again pays once."""
        headers = {"Authorization": f"Bearer {access}", "Idempotency-Key": f"pay-{hold_id}"}
        return request("POST", "/api/v1/payments", headers=headers, body=b'{"hold_id":"%s"}' % hold_id.encode())

    def _hold(self, access: str, place: str, body: bytes) -> bytes:
        headers = {"Authorization": f"Bearer {access}", "X-Queue-Token": place}
        return request("POST", self._holds, headers=headers, body=body)
