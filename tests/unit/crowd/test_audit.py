import pytest

from boxoffice.crowd.audit import Books, Check, Went, judge, judge_day
from boxoffice.crowd.messages import SoldTicket
from boxoffice.crowd.record import Deeds, Purchase, Unsettled

PRICE_MINOR = 100


def ticket(user_id: str, reservation_id: str, seat_no: int, *, active: bool = True) -> SoldTicket:
    return SoldTicket(f"{reservation_id}/{seat_no}", reservation_id, user_id, "p", seat_no, PRICE_MINOR, active)


@pytest.fixture
def fans() -> dict[str, Deeds]:
    """Anna has bought seats 1 and 2; Ben bought seat 3 and gave it back."""
    anna, ben = Deeds(1, topped_up_minor=500), Deeds(2, topped_up_minor=300)
    anna.purchases.append(Purchase("r1", "p", (1, 2), 200))
    ben.purchases.append(Purchase("r2", "p", (3,), 100, cancelled=True))
    return {"anna": anna, "ben": ben}


TICKETS = [ticket("anna", "r1", 1), ticket("anna", "r1", 2), ticket("ben", "r2", 3, active=False)]
BALANCES = {"anna": 300, "ben": 300}


def broken(fans, *, tickets=TICKETS, balances=BALANCES, **known) -> list[Check]:
    return [check for check in judge(Books(tickets, balances), fans, **known) if not check.ok]


def test_a_true_sale_passes(fans):
    assert broken(fans, codes=["seat_taken", "sold_out"]) == []


def test_a_seat_with_two_active_tickets_is_found(fans):
    (check,) = broken(fans, tickets=[*TICKETS, ticket("somebody", "r9", 1)])

    assert check.name == "no seat has two active tickets"
    assert "seat 1 of performance p" in check.detail


def test_the_same_seat_of_another_performance_or_after_a_cancellation_is_no_double(fans):
    other = SoldTicket("t", "r9", "somebody", "q", 1, PRICE_MINOR, True)

    assert broken(fans, tickets=[*TICKETS, other, ticket("somebody", "r8", 3)]) == []


def test_a_201_without_its_ticket_is_found(fans):
    (check,) = broken(fans, tickets=TICKETS[1:])

    assert check.name == "every 201 has its tickets"
    assert "seat 1 of reservation r1" in check.detail


def test_a_ticket_that_was_taken_back_without_being_asked_is_found(fans):
    (check,) = broken(fans, tickets=[ticket("anna", "r1", 1, active=False), *TICKETS[1:]])

    assert check.name == "every 201 has its tickets"


def test_a_ticket_that_went_to_somebody_else_is_found(fans):
    names = [check.name for check in broken(fans, tickets=[ticket("ben", "r1", 1), *TICKETS[1:]])]

    assert names == ["every 201 has its tickets"]


def test_a_ticket_that_nobody_was_told_of_is_found(fans):
    (check,) = broken(fans, tickets=[*TICKETS, ticket("ben", "r7", 9)])

    assert check.name == "no ticket lacks a 201"
    assert "r7/9" in check.detail


def test_a_ticket_that_is_still_active_after_its_cancellation_is_found(fans):
    (check,) = broken(fans, tickets=[*TICKETS[:2], ticket("ben", "r2", 3)])

    assert check.name == "no ticket lacks a 201"


def test_tickets_of_people_outside_the_crowd_are_none_of_its_business(fans):
    assert broken(fans, tickets=[*TICKETS, ticket("stranger", "r7", 9)]) == []


@pytest.mark.parametrize("balances", [{"anna": 299, "ben": 300}, {"anna": 300}, {"anna": 300, "ben": None}])
def test_a_wallet_that_is_wrong_or_cannot_be_read_is_found(fans, balances):
    (check,) = broken(fans, balances=balances)

    assert check.name == "each wallet is top-ups - payments + refunds"


def test_a_payment_of_unknown_outcome_is_found(fans):
    fans["anna"].unsettled.append(Unsettled("pay", "key-7", "hold"))

    (check,) = broken(fans)
    assert check.name == "every request that moves money was answered"
    assert "pay key-7" in check.detail


@pytest.mark.parametrize("code", ["http_404", "internal_error", "unreadable_answer", "crowd_error"])
def test_a_refusal_without_a_name_is_found(fans, code):
    (check,) = broken(fans, codes=["seat_taken", code])

    assert check.name == "every refusal has its name"


def test_what_fans_saw_that_must_not_be_is_found(fans):
    (check,) = broken(fans, findings=["hold h was sold twice to fan 1"])

    assert "sold twice" in check.detail


def test_many_faults_are_told_by_number_and_a_few_examples(fans):
    (check,) = broken(fans, tickets=[*TICKETS, *(ticket("ben", "r7", no) for no in range(10, 60))])

    assert check.detail.startswith("50: ")
    assert len(check.detail) < 100


def test_a_day_on_which_nothing_was_sold_while_seats_are_free_proves_nothing() -> None:
    went = Went(10, {"sold_out": 10}, admitted=10)

    assert [check.ok for check in judge_day(went, purchases=0, seats_free=5)] == [True, False]
    assert [check.ok for check in judge_day(went, purchases=0, seats_free=0)] == [True, True]
    assert [check.ok for check in judge_day(went, purchases=1, seats_free=5)] == [True, True]


def test_fans_who_were_lost_to_a_fault_or_have_no_end_are_found() -> None:
    lost = judge_day(Went(3, {"sold": 2, "connection_refused": 1}, admitted=2), purchases=2, seats_free=5)
    astray = judge_day(Went(3, {"sold": 2}, admitted=2), purchases=2, seats_free=5)
    refused = judge_day(Went(3, {"sold": 2, "unavailable": 1}, admitted=2), purchases=2, seats_free=5)

    assert [checks[0].ok for checks in (lost, astray, refused)] == [False, False, False]
