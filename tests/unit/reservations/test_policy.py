import itertools
from collections.abc import Callable

import pytest

from boxoffice.kernel.errors import (
    AlreadyCancelled,
    AlreadyPaid,
    BoxofficeError,
    Conflict,
    HoldExpired,
    InsufficientBalance,
    LimitExceeded,
    NotFound,
    SeatTaken,
)
from boxoffice.reservations.models import CancellationCommand, Held, OnSale, Reservation
from boxoffice.reservations.policy import decide_cancellation, decide_payment
from boxoffice.wallet.models import Wallet
from boxoffice.wallet.policy import Ledger
from tests.rows import CONCERT, PERFORMANCE
from tests.unit.reservations.parts import payment


def numbers() -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"id{next(counter)}"


def ledger_of(**balances: int) -> Ledger:
    return Ledger(
        {user: Wallet(user, "KRW", balance) for user, balance in balances.items()},
        currency="KRW",
        balance_max_minor=10_000,
        next_id=numbers(),
        now_ms=5,
    )


def on_sale() -> OnSale:
    return OnSale(sold=set(), owner_by_hold={}, seats_by_fan={})


def test_a_claimed_hold_is_sold_at_the_catalogues_price() -> None:
    state, ledger = on_sale(), ledger_of(ann=500)

    sale = decide_payment(payment("ann", "h1", 3, 4), state, ledger, numbers())

    assert ledger.balance("ann") == 300
    assert (sale.reservation.total_minor, sale.payment.amount_minor) == (200, 200)
    assert [ticket.seat_no for ticket in sale.tickets] == [3, 4]
    assert {ticket.reservation_id for ticket in sale.tickets} == {sale.reservation.id}
    assert ledger.transfers[0].lines == (("wallet:ann", -200), (f"revenue:{CONCERT}", 200))
    assert sale.payment.transfer_id == ledger.transfers[0].id


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (OnSale({(PERFORMANCE, 3)}, {}, {}), SeatTaken),
        (OnSale(set(), {"h1": "ann"}, {}), AlreadyPaid),
        (OnSale(set(), {"h1": "bob"}, {}), HoldExpired),
        (OnSale(set(), {}, {(PERFORMANCE, "ann"): 3}), LimitExceeded),
    ],
    ids=["the seat is sold", "the fan paid this hold", "somebody else paid it", "the fan has enough"],
)
def test_a_payment_is_refused_and_leaves_no_trace_when(state: OnSale, expected: type[BoxofficeError]) -> None:
    ledger = ledger_of(ann=500)

    with pytest.raises(expected):
        decide_payment(payment("ann", "h1", 3, 4), state, ledger, numbers())

    assert ledger.transfers == []


def test_a_refused_claim_stays_refused_with_its_own_reason() -> None:
    with pytest.raises(NotFound):
        decide_payment(payment("ann", "h1", refusal=NotFound()), on_sale(), ledger_of(ann=500), numbers())


def test_a_refused_claim_of_a_hold_that_the_fan_paid_says_so() -> None:
    state = OnSale(set(), {"h1": "ann"}, {})

    with pytest.raises(AlreadyPaid):
        decide_payment(payment("ann", "h1", refusal=HoldExpired()), state, ledger_of(ann=500), numbers())


def test_too_small_a_balance_sells_nothing() -> None:
    state, ledger = on_sale(), ledger_of(ann=199)

    with pytest.raises(InsufficientBalance):
        decide_payment(payment("ann", "h1", 3, 4), state, ledger, numbers())

    assert state == on_sale()
    assert ledger.balance("ann") == 199


def test_two_payments_of_one_batch_for_one_seat_sell_it_to_the_first() -> None:
    state, ledger, ids = on_sale(), ledger_of(ann=500, bob=500), numbers()
    decide_payment(payment("ann", "h1", 3), state, ledger, ids)

    with pytest.raises(SeatTaken) as refusal:
        decide_payment(payment("bob", "h2", 3), state, ledger, ids)

    assert refusal.value.members == {"seats": [3]}
    assert ledger.balance("bob") == 500


def test_two_payments_of_one_batch_for_one_hold_sell_it_once() -> None:
    state, ledger, ids = on_sale(), ledger_of(ann=500), numbers()
    decide_payment(payment("ann", "h1", 3, key="a"), state, ledger, ids)

    with pytest.raises(AlreadyPaid):
        decide_payment(payment("ann", "h1", 3, key="b"), state, ledger, ids)

    assert ledger.balance("ann") == 400


def test_the_fans_limit_counts_what_the_same_batch_sold() -> None:
    state, ledger, ids = on_sale(), ledger_of(ann=1_000), numbers()
    decide_payment(payment("ann", "h1", 1, 2, 3), state, ledger, ids)

    with pytest.raises(LimitExceeded):
        decide_payment(payment("ann", "h2", 4, 5), state, ledger, ids)


def held(status: str = "confirmed", starts_ms: int = 100) -> Held:
    reservation = Reservation("r1", "h1", "ann", CONCERT, PERFORMANCE, 200, "KRW", status, 1, None)
    return Held({"r1": reservation}, {"r1": "t1"}, {PERFORMANCE: starts_ms})


def cancellation(user_id: str = "ann", reservation_id: str = "r1") -> CancellationCommand:
    return CancellationCommand(user_id=user_id, key="k", request_hash="x", reservation_id=reservation_id)


def test_a_cancellation_gives_back_what_was_paid_and_names_the_transfer_it_reverses() -> None:
    ledger = ledger_of(ann=0)

    cancelled = decide_cancellation(cancellation(), held(), ledger, numbers())

    assert ledger.balance("ann") == 200
    assert ledger.transfers[0].reverses_id == "t1"
    assert (cancelled.reservation.status, cancelled.reservation.cancelled_ms) == ("cancelled", 5)


@pytest.mark.parametrize(
    ("command", "state", "expected"),
    [
        (cancellation("bob"), held(), NotFound),
        (cancellation(reservation_id="r9"), held(), NotFound),
        (cancellation(), held(status="cancelled"), AlreadyCancelled),
        (cancellation(), held(starts_ms=5), Conflict),
    ],
    ids=["it is somebody else's", "there is none", "it is cancelled", "the performance has begun"],
)
def test_a_cancellation_is_refused_and_moves_no_money_when(
    command: CancellationCommand, state: Held, expected: type[BoxofficeError]
) -> None:
    ledger = ledger_of(ann=0, bob=0)

    with pytest.raises(expected):
        decide_cancellation(command, state, ledger, numbers())

    assert ledger.transfers == []


def test_two_cancellations_of_one_batch_refund_once() -> None:
    state, ledger, ids = held(), ledger_of(ann=0), numbers()
    decide_cancellation(cancellation(), state, ledger, ids)

    with pytest.raises(AlreadyCancelled):
        decide_cancellation(cancellation(), state, ledger, ids)

    assert ledger.balance("ann") == 200
