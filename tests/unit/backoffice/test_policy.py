import pytest

from boxoffice.backoffice.models import LedgerFindings, PerformanceSeats, SaleFindings
from boxoffice.backoffice.policy import (
    judge_admissions,
    judge_ledger,
    judge_sale,
    judge_seats,
    table_head,
    table_lines,
)
from boxoffice.queue.policy.audit import AdmissionAudit


def broken(checks: list) -> set[str]:  # type: ignore[type-arg]
    return {check.name.partition(":")[0] for check in checks if not check.ok}


def seats(**changes: object) -> PerformanceSeats:
    fine = PerformanceSeats("p", frozenset({1, 2}), frozenset({1, 2}), frozenset({1, 2, 3}), 7, 1, 0, 2, 10)
    return fine._replace(**changes)


def test_a_sound_sale_breaks_nothing() -> None:
    checks = [
        *judge_ledger(LedgerFindings(0, 0, 0, 0)),
        *judge_sale(SaleFindings(0, 0, 0, 0, 0, 0)),
        *judge_seats([seats()]),
        *judge_admissions(AdmissionAudit([], admitted=5, peak_inside=2, events=9, complete=True), 5),
    ]

    assert broken(checks) == set()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (LedgerFindings(1, 0, 0, 0), "ledger_sums_to_zero"),
        (LedgerFindings(0, 0, 0, 5), "ledger_sums_to_zero"),
        (LedgerFindings(0, 1, 0, 0), "wallets_explained_by_ledger"),
        (LedgerFindings(0, 0, 1, 0), "no_negative_wallet"),
    ],
)
def test_money_that_does_not_add_up_is_named(found: LedgerFindings, expected: str) -> None:
    assert broken(judge_ledger(found)) == {expected}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (SaleFindings(1, 0, 0, 0, 0, 0), "no_seat_sold_twice"),
        (SaleFindings(0, 1, 0, 0, 0, 0), "reservations_paid_and_whole"),
        (SaleFindings(0, 0, 1, 0, 0, 0), "cancellations_refunded"),
        (SaleFindings(0, 0, 0, 1, 0, 0), "fan_limit_kept"),
        (SaleFindings(0, 0, 0, 0, 1, 0), "owners_agree"),
        (SaleFindings(0, 0, 0, 0, 0, -5), "revenue_explained"),
    ],
)
def test_a_sale_that_does_not_add_up_is_named(found: SaleFindings, expected: str) -> None:
    assert broken(judge_sale(found)) == {expected}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (seats(sold_in_store=frozenset({1})), "seat_store_agrees"),
        (seats(sold_in_store=frozenset({1, 2, 3})), "seat_store_agrees"),
        (seats(taken_in_store=frozenset({1})), "seat_store_agrees"),
        (seats(free=8), "seat_states_sum"),
    ],
    ids=["sold but not marked", "marked but not sold", "sold but offered", "states leak"],
)
def test_a_seat_store_that_disagrees_is_named(found: PerformanceSeats, expected: str) -> None:
    assert broken(judge_seats([found])) == {expected}


def test_a_seat_that_differs_at_some_looks_was_being_sold_and_one_that_differs_at_all_is_at_fault() -> None:
    selling = [seats(sold_in_store=frozenset({1})), seats(sold_in_store=frozenset({2}))]
    lost = [*selling, seats(sold_in_store=frozenset())]

    assert broken(judge_seats(selling)) == set()
    assert broken(judge_seats(selling[:1])) == {"seat_store_agrees"}
    assert broken(judge_seats([lost[0], lost[2]])) == {"seat_store_agrees"}


def test_a_broken_order_is_named_with_its_first_problem() -> None:
    audit = AdmissionAudit(["7 went in before 3", "x"], admitted=5, peak_inside=2, events=9, complete=True)

    (check,) = judge_admissions(audit, 5)

    assert (check.ok, check.detail) == (False, "7 went in before 3")


def test_a_log_that_does_not_tell_of_every_admission_proves_nothing() -> None:
    lost = AdmissionAudit([], admitted=0, peak_inside=0, events=0, complete=False)
    short = AdmissionAudit([], admitted=4, peak_inside=2, events=9, complete=True)
    trimmed = AdmissionAudit([], admitted=4, peak_inside=2, events=9, complete=False)

    assert [judge_admissions(audit, 5)[0].ok for audit in (lost, short, trimmed)] == [False, False, True]


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    head = table_head(("name", "amount_minor"))
    lines = table_lines([("A", 5), ("=1+1", -5), ("@x", 0), ('say "hi", you', 1), ("가-1", 2), ("-3", 3)])

    assert head == b"\xef\xbb\xbfname,amount_minor\r\n"
    assert lines.decode().split("\r\n") == [
        "A,5",
        "'=1+1,-5",
        "'@x,0",
        '"say ""hi"", you",1',
        "가-1,2",
        "'-3,3",
        "",
    ]
