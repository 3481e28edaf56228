"""A small performance, and commands about it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from boxoffice.kernel.errors import BoxofficeError
from boxoffice.reservations.models import PaymentCommand
from boxoffice.seats.models import ClaimedHold
from tests.rows import CONCERT, PERFORMANCE

PRICE_MINOR = 100


class StandInSeat(NamedTuple):
    no: int
    section: str = "Floor"
    row: str = "1"
    label: str = "1"
    tier: str = "A"


@dataclass(frozen=True)
class StandInPerformance:
    """Ten seats of one price, four for each fan."""

    id: str = PERFORMANCE
    concert_id: str = CONCERT
    seats_per_fan: int = 4
    currency: str = "KRW"

    def price_of(self, no: int) -> int:
        return PRICE_MINOR

    def seat(self, no: int) -> StandInSeat:
        return StandInSeat(no, label=str(no + 1))


def claim(user_id: str, hold_id: str, *seats: int, by_receipt: bool = False) -> ClaimedHold:
    performance: Any = StandInPerformance()
    return ClaimedHold(hold_id, performance, seats, user_id, by_receipt)


def payment(
    user_id: str, hold_id: str, *seats: int, key: str | None = None, refusal: BoxofficeError | None = None
) -> PaymentCommand:
    return PaymentCommand(
        user_id=user_id,
        key=key or f"key-{hold_id}",
        request_hash=hold_id,
        hold_id=hold_id,
        claimed=claim(user_id, hold_id, *seats) if refusal is None else None,
        refusal=refusal,
    )
