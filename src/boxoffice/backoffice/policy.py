"""Pure judgement: what the findings say about a sale; and what a file for a spreadsheet looks like."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from boxoffice.backoffice.models import Check, LedgerFindings, PerformanceSeats, SaleFindings
from boxoffice.queue.policy.audit import AdmissionAudit


def judge_ledger(found: LedgerFindings) -> list[Check]:
    """Money: nothing appears, nothing vanishes."""
    return [
        Check(
            "ledger_sums_to_zero",
            found.transfers_unbalanced == 0 and found.ledger_sum_minor == 0,
            f"{found.transfers_unbalanced} transfers out of balance; all entries sum to {found.ledger_sum_minor}",
        ),
        Check(
            "wallets_explained_by_ledger",
            found.wallets_unexplained == 0,
            f"{found.wallets_unexplained} wallets differ from the sum of their entries",
        ),
        Check("no_negative_wallet", found.wallets_negative == 0, f"{found.wallets_negative} wallets below zero"),
    ]


def judge_sale(found: SaleFindings) -> list[Check]:
    """Seats and reservations: each seat one owner, each reservation paid once and whole."""
    return [
        Check("no_seat_sold_twice", found.seats_sold_twice == 0, f"{found.seats_sold_twice} seats with two tickets"),
        Check(
            "reservations_paid_and_whole",
            found.confirmed_wrong == 0,
            f"{found.confirmed_wrong} confirmed reservations whose tickets or payment do not add up",
        ),
        Check(
            "cancellations_refunded",
            found.cancelled_wrong == 0,
            f"{found.cancelled_wrong} cancelled reservations with an active ticket or a wrong refund",
        ),
        Check(
            "fan_limit_kept", found.fans_over_limit == 0, f"{found.fans_over_limit} fans with more seats than allowed"
        ),
        Check(
            "owners_agree",
            found.owners_wrong == 0,
            f"{found.owners_wrong} tickets or payments that belong to another fan than their reservation",
        ),
        Check(
            "revenue_explained",
            found.revenue_unexplained_minor == 0,
            f"takings differ from confirmed reservations by {found.revenue_unexplained_minor}",
        ),
    ]


def judge_seats(looks: Sequence[PerformanceSeats]) -> list[Check]:
    """The seat store agrees with the database, and its states sum to the capacity, in several looks at a performance.

    In a running sale every look finds seats between their commit and the Redis step, each time others. Only a seat
    about which the two differ at every look is at fault.
    """
    seats = looks[-1]
    missing = len(frozenset.intersection(*(look.sold_in_database - look.sold_in_store for look in looks)))
    surplus = len(frozenset.intersection(*(look.sold_in_store - look.sold_in_database for look in looks)))
    untaken = len(frozenset.intersection(*(look.sold_in_store - look.taken_in_store for look in looks)))
    states = seats.free + seats.held + seats.paying + seats.sold
    return [
        Check(
            f"seat_store_agrees:{seats.performance_id}",
            missing == surplus == untaken == 0,
            f"{len(seats.sold_in_database)} sold; {missing} missing and {surplus} surplus in the seat store, "
            f"{untaken} sold but offered",
        ),
        Check(
            f"seat_states_sum:{seats.performance_id}",
            states == seats.total,
            f"{seats.free} free, {seats.held} held, {seats.paying} paying, {seats.sold} sold of {seats.total}",
        ),
    ]


def judge_admissions(audit: AdmissionAudit, admitted_total: int) -> list[Check]:
    """The limit and the order, replayed from the admission log; of a very long sale, from what is left of it.

    A log that has its beginning must tell of every fan who was let in (`admitted_total`), or it proves nothing.
    """
    found = f"{audit.admitted} admissions, at most {audit.peak_inside} inside"
    problems = list(audit.problems)
    if audit.admitted < admitted_total and (audit.complete or not audit.events):
        problems.append(f"the log tells of {audit.admitted} admissions, but there were {admitted_total}")
    if audit.events and not audit.complete:
        found += "; the beginning of the log is no longer kept"
    return [Check("limit_and_order_kept", not problems, problems[0] if problems else found)]


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table_head(columns: Sequence[str]) -> bytes:
    """The beginning of a CSV file: a mark by which Excel knows UTF-8, and the names of the columns."""
    return "\ufeff".encode() + table_lines([columns])


def table_lines(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Lines of a CSV file (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def _cell(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
