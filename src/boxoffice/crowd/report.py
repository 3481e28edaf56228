"""The result of a run as tables for a human."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from boxoffice.crowd.audit import Check
from boxoffice.crowd.figures import Figures, Latencies
from boxoffice.crowd.timeline import Timeline

WANTED = ("sold", "sold_and_cancelled")


class CallFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was asked and how long it took."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


class CrowdResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the crowd. `ok`: every check of the audit holds. `endings` counts each fan once."""

    ok: bool
    fans: int
    admitted: int
    sold: int
    tickets: int
    endings: dict[str, int]
    refusals: dict[str, int]
    faults: dict[str, int]
    calls: dict[str, CallFigures]
    requests: int
    seconds: float
    client_cpu_us_per_request: float
    checks: list[Check]
    timeline: Timeline

    @property
    def requests_per_s(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def result_of(
    figures: Figures, checks: list[Check], *, fans: int, requests: int, seconds: float, cpu_s: float
) -> CrowdResult:
    """Sum the figures up. `requests` were made in `seconds`, before the audit, for `cpu_s` of CPU."""
    calls = {name: _call(latencies) for name, latencies in figures.calls.items()}
    if figures.waits.count:
        calls["(waiting for a connection)"] = _call(figures.waits)
    return CrowdResult(
        ok=all(check.ok for check in checks),
        fans=fans,
        admitted=figures.admitted,
        sold=figures.sold,
        tickets=figures.tickets,
        endings=dict(figures.endings.most_common()),
        refusals={f"{call}: {code}": count for (call, code), count in figures.refusals.most_common()},
        faults=dict(figures.faults.most_common()),
        calls=calls,
        requests=requests,
        seconds=seconds,
        client_cpu_us_per_request=cpu_s * 1_000_000 / max(1, requests),
        checks=checks,
        timeline=figures.timekeeper.timeline(),
    )


def _call(latencies: Latencies) -> CallFigures:
    return CallFigures(
        count=latencies.count,
        p50_ms=latencies.quantile_ms(0.5),
        p95_ms=latencies.quantile_ms(0.95),
        p99_ms=latencies.quantile_ms(0.99),
    )


def show(result: CrowdResult, console: Console) -> None:
    """Print the tables and the audit."""
    _show_fans(result, console)
    _show_calls(result, console)
    if result.refusals or result.faults:
        _show_obstacles(result, console)
    console.print(
        f"{result.requests:,} requests in {result.seconds:.1f} s: {result.requests_per_s:,.0f} a second, "
        f"{result.client_cpu_us_per_request:.0f} µs of the crowd's own CPU each.",
        highlight=False,
        soft_wrap=True,
    )
    console.print("\nAudit")
    for check in result.checks:
        mark = "[green]✓[/]" if check.ok else "[bold red]✗[/]"
        style = "dim" if check.ok else "red"
        console.print(
            f" {mark} {escape(check.name)}  [{style}]{escape(check.detail)}[/]", highlight=False, soft_wrap=True
        )


def _show_fans(result: CrowdResult, console: Console) -> None:
    table = Table(title="Fans", title_justify="left")
    table.add_column("")
    table.add_column("fans", justify="right")
    table.add_row("came", f"{result.fans:,}")
    table.add_row("admitted", f"{result.admitted:,}")
    table.add_row("bought", f"{result.sold:,}")
    table.add_section()
    for word, count in result.endings.items():
        table.add_row(word.replace("_", " "), f"{count:,}", style="" if word in WANTED else "yellow")
    console.print(table)


def _show_calls(result: CrowdResult, console: Console) -> None:
    table = Table(title="Calls", title_justify="left")
    table.add_column("call")
    for column in ("count", "p50 ms", "p95 ms", "p99 ms"):
        table.add_column(column, justify="right")
    for name, call in result.calls.items():
        table.add_row(name, f"{call.count:,}", f"{call.p50_ms:.1f}", f"{call.p95_ms:.1f}", f"{call.p99_ms:.1f}")
    console.print(table)


def _show_obstacles(result: CrowdResult, console: Console) -> None:
    table = Table(title="Refused or failed on the way", title_justify="left")
    table.add_column("what")
    table.add_column("times", justify="right")
    for name, count in result.refusals.items():
        table.add_row(name, f"{count:,}")
    for name, count in result.faults.items():
        table.add_row(f"asked again: {name}", f"{count:,}")
    console.print(table)
