import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kernel.errors import BoxofficeError, IdempotencyKeyReused, InsufficientBalance, InvalidRequest
from boxoffice.wallet.models import Answer, Charge, KnownKey, Wallet
from boxoffice.wallet.policy import Ledger, request_hash, settle


def ledger_of(**balances: int) -> Ledger:
    numbers = itertools.count(1)
    return Ledger(
        {user: Wallet(user, "KRW", balance) for user, balance in balances.items()},
        currency="KRW",
        balance_max_minor=1_000,
        next_id=lambda: f"t{next(numbers)}",
        now_ms=5,
    )


def charge(user: str, amount_minor: int, key: str, asked: str | None = None) -> Charge:
    return Charge(user_id=user, key=key, request_hash=asked or str(amount_minor), amount_minor=amount_minor)


def test_a_charge_moves_money_from_cash_to_the_wallet() -> None:
    ledger = ledger_of(ann=100)

    transfer = ledger.charge("ann", 50)

    assert ledger.changed() == {"ann": 150}
    assert transfer.lines == (("wallet:ann", 50), ("cash", -50))


def test_a_payment_larger_than_the_balance_is_refused_and_leaves_no_trace() -> None:
    ledger = ledger_of(ann=100)

    with pytest.raises(InsufficientBalance) as refusal:
        ledger.pay("ann", "c1", 101)

    assert refusal.value.members == {"balance_minor": 100, "missing_minor": 1}
    assert ledger.transfers == []
    assert ledger.balance("ann") == 100


def test_two_payments_of_one_batch_see_each_other() -> None:
    ledger = ledger_of(ann=100)

    ledger.pay("ann", "c1", 60)

    with pytest.raises(InsufficientBalance):
        ledger.pay("ann", "c1", 60)


def test_a_charge_past_the_most_a_wallet_may_hold_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        ledger_of(ann=990).charge("ann", 11)


def test_a_refund_goes_through_even_past_the_most_a_wallet_may_hold() -> None:
    ledger = ledger_of(ann=1_000)

    transfer = ledger.refund("ann", "c1", 500, reverses_id="t0")

    assert ledger.balance("ann") == 1_500
    assert transfer.reverses_id == "t0"


def test_a_known_key_with_the_same_request_gets_the_first_answer_again() -> None:
    known = {("ann", "k"): KnownKey("50", 201, '{"a":1}')}

    decisions, fresh = settle([charge("ann", 50, "k")], known, lambda _: pytest.fail("decided again"))

    assert decisions == [Answer(201, b'{"a":1}', replayed=True)]
    assert fresh == {}


def test_a_known_key_with_another_request_is_refused() -> None:
    known = {("ann", "k"): KnownKey("50", 201, "{}")}

    decisions, _ = settle([charge("ann", 51, "k")], known, lambda _: pytest.fail("decided"))

    assert isinstance(decisions[0], IdempotencyKeyReused)


def test_a_key_that_comes_twice_in_one_batch_is_decided_once() -> None:
    ledger = ledger_of()

    def decide(command: Charge) -> Answer:
        ledger.charge(command.user_id, command.amount_minor)
        return Answer(201, b"{}")

    decisions, fresh = settle([charge("ann", 50, "k"), charge("ann", 50, "k")], {}, decide)

    assert decisions == [Answer(201, b"{}"), Answer(201, b"{}", replayed=True)]
    assert ledger.changed() == {"ann": 50}
    assert list(fresh) == [("ann", "k")]


def test_the_same_key_of_another_fan_is_another_key() -> None:
    decisions, fresh = settle(
        [charge("ann", 50, "k"), charge("bob", 60, "k")], {}, lambda command: Answer(201, command.user_id.encode())
    )

    assert [decision.body for decision in decisions if isinstance(decision, Answer)] == [b"ann", b"bob"]
    assert len(fresh) == 2


def test_one_refused_command_leaves_its_neighbours_alone_and_its_key_free() -> None:
    ledger = ledger_of(ann=10, bob=100)

    def decide(command: Charge) -> Answer:
        ledger.pay(command.user_id, "c1", command.amount_minor)
        return Answer(201, b"{}")

    decisions, fresh = settle([charge("ann", 50, "a"), charge("bob", 50, "b")], {}, decide)

    assert isinstance(decisions[0], InsufficientBalance)
    assert isinstance(decisions[1], Answer)
    assert list(fresh) == [("bob", "b")]


def test_a_request_hash_tells_operations_and_parts_apart() -> None:
    hashes = {request_hash("charge", 1), request_hash("payment", 1), request_hash("charge", 2), request_hash("charge")}

    assert len(hashes) == 4


@given(st.lists(st.tuples(st.sampled_from(["charge", "pay", "refund"]), st.sampled_from("ab"), st.integers(1, 400))))
def test_whatever_is_asked_balances_follow_from_transfers_and_never_go_below_zero(
    wishes: list[tuple[str, str, int]],
) -> None:
    ledger = ledger_of(a=100)
    for kind, user, amount_minor in wishes:
        try:
            if kind == "charge":
                ledger.charge(user, amount_minor)
            elif kind == "pay":
                ledger.pay(user, "c1", amount_minor)
            else:
                ledger.refund(user, "c1", amount_minor, reverses_id="t0")
        except BoxofficeError:
            continue

    assert all(sum(amount for _, amount in transfer.lines) == 0 for transfer in ledger.transfers)
    for user, opening in (("a", 100), ("b", 0)):
        moved = sum(
            amount for transfer in ledger.transfers for account, amount in transfer.lines if account == f"wallet:{user}"
        )
        assert ledger.balance(user) == opening + moved
        assert ledger.balance(user) >= 0
