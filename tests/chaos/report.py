"""What a rehearsal found, as tables for a human and as JSON."""

import msgspec
from rich.console import Console
from rich.table import Table

from boxoffice.crowd.report import WANTED, CrowdResult
from tests.chaos.seen import KINDS, Seen

_DOUBLE_SALES = "no seat has two active tickets"
_MISSING_TICKETS = "every 201 has its tickets"


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: how long it took to bring about, what fans saw until the audit.

    `at_s` counts from the start of the rehearsal, as what is said meanwhile does. `audit` is what the audit found
    broken.
    """

    key: str
    name: str
    at_s: float
    took_s: float
    audited_after_s: float
    audit: list[str]
    seen: Seen


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`whole` is what fans saw from first to last; `errors` are what instances logged as such."""

    faults: list[Happened]
    whole: Seen
    crowd: CrowdResult
    final_audit: list[str]
    inversions: int
    errors: list[str]

    @property
    def double_sales(self) -> int:
        """Seats with two owners."""
        return self._faults_of(_DOUBLE_SALES)

    @property
    def missing_tickets(self) -> int:
        """Tickets that fans were told of and the database does not have."""
        return self._faults_of(_MISSING_TICKETS)

    def broken(self) -> list[str]:
        """Whatever does not hold, a sentence each; nothing, if the rehearsal went well."""
        audits = [(f"after {fault.name}", fault.audit) for fault in self.faults] + [("at the end", self.final_audit)]
        return [
            *(f"The audit {when}: {problem}" for when, problems in audits for problem in problems),
            *(f"The crowd: {check.name}: {check.detail}" for check in self.crowd.checks if not check.ok),
            *([f"{self.inversions} fans went in out of turn."] if self.inversions else []),
            *(f"An instance logged an error: {line}" for line in self.errors),
        ]

    def _faults_of(self, name: str) -> int:
        (check,) = (check for check in self.crowd.checks if check.name == name)
        return check.faults


def show(report: Report, console: Console) -> None:
    """Print it."""
    console.print(_troubles(report), _pauses(report))
    told = {
        "fans": report.crowd.fans,
        "bought": report.crowd.sold,
        "requests": report.crowd.requests,
        "503 in all": report.whole.refusals_503,
        "out of turn": report.inversions,
        "sold twice": report.double_sales,
        "told and missing": report.missing_tickets,
        "errors logged": len(report.errors),
    }
    line = " · ".join(f"{name}: {count:,}" for name, count in told.items())
    console.print(line, f"in {report.crowd.seconds:.0f} s", highlight=False, soft_wrap=True)
    console.print(went_without(report.crowd), highlight=False, soft_wrap=True)
    console.print(
        "Passwords are hashed as cheaply as argon2id goes here: what sign-ups and sign-ins cost is not rehearsed.",
        highlight=False,
        soft_wrap=True,
    )
    for sentence in report.broken():
        console.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)
    if not report.broken():
        console.print("Everything holds.", style="green")


def went_without(crowd: CrowdResult) -> str:
    """A line on those who did not buy, by what became of them."""
    others = {word: count for word, count in crowd.endings.items() if word not in WANTED}
    if not others:
        return "Everybody bought."
    told = ", ".join(f"{word.replace('_', ' ')}: {count:,}" for word, count in others.items())
    return f"{sum(others.values()):,} did not buy. {told}"


def _troubles(report: Report) -> Table:
    table = Table(title="What fans saw, from each fault to its audit", title_justify="left")
    table.add_column("fault")
    for column in ("at", "503", "no connection", "lost answer", "other"):
        table.add_column(column, justify="right")
    for column in ("nobody let in for", "nobody paid for", "no good answer for", "one fan waited for", "audit"):
        table.add_column(column, justify="right")
    for fault in report.faults:
        holds = "[red]BROKEN[/]" if fault.audit else "[green]holds[/]"
        table.add_row(fault.name, f"{fault.at_s:.1f} s", *_seen_row(fault.seen), holds)
    table.add_section()
    holds = "[red]BROKEN[/]" if report.final_audit else "[green]holds[/]"
    table.add_row("in all", "", *_seen_row(report.whole), holds)
    return table


def _seen_row(seen: Seen) -> list[str]:
    refused, lost = seen.troubles.get("connection_refused", 0), seen.troubles.get("connection_lost", 0)
    other = sum(seen.troubles.values()) - seen.refusals_503 - refused - lost
    counts = [f"{count:,}" for count in (seen.refusals_503, refused, lost, other)]
    without = (seen.resumed["admission"].pause_s, seen.resumed["payment"].pause_s, seen.pause_s, seen.wait_s)
    return [*counts, *(f"{seconds:.1f} s" for seconds in without)]


def _pauses(report: Report) -> Table:
    table = Table(title="How it went on: next good answer after the fault / longest pause", title_justify="left")
    table.add_column("fault")
    for kind in KINDS:
        table.add_column(kind, justify="right")
    for fault in report.faults:
        cells = []
        for kind in KINDS:
            resumed = fault.seen.resumed[kind]
            after = "never" if resumed.next_s is None else f"{resumed.next_s:.2f} s"
            cells.append(f"{after} / {resumed.pause_s:.2f} s")
        table.add_row(fault.name, *cells)
    return table
