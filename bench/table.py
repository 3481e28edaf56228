"""Shows a report on the terminal."""

from rich.console import Console
from rich.table import Table

from bench.results import Audit, Fact, Measured, Report, Series, Spread

_COLOURS = {"yes": "green", "by CPU": "green", "no": "red", "void": "red"}


def show(report: Report, console: Console) -> None:
    """Every table that has rows."""
    machine = report.machine
    console.print(f"{report.at}  {report.mode}  commit {machine.commit}", highlight=False)
    console.print(
        f"{machine.cores} cores of {machine.processor}, {machine.memory_gib} GiB, kernel {machine.kernel}, "
        f"Python {machine.python}\n{machine.database}; {machine.redis}\n{report.layout}",
        highlight=False,
    )
    if report.measured:
        console.print(measured_table(report.measured))
    for each in report.series:
        console.print(series_table(each))
    if report.facts:
        console.print(facts_table(report.facts))
    if report.audits:
        console.print(audits_table(report.audits))


def measured_table(rows: list[Measured]) -> Table:
    """Operations beside their limit. In brackets the lowest and highest round."""
    table = Table(title="Beside the same server's empty endpoint, in the same run")
    table.add_column("operation")
    heads = ("answers/s", "empty/s", "ratio", "target", "met", "server CPU", "CPU ratio", "Redis", "SQL", "p50", "p99")
    for head in heads:
        table.add_column(head, justify="right")
    for row in rows:
        table.add_row(
            row.title,
            f"{row.per_s.median:,.0f}",
            f"{row.limit_per_s.median:,.0f}",
            ratio(row.ratio),
            "" if row.target is None else f"{row.target:.2f}",
            coloured(row.met),
            f"{row.server_us.median:.1f} µs",
            ratio(row.cpu_ratio),
            f"{row.redis_us:.1f} µs",
            f"{row.database_us:.1f} µs",
            f"{row.p50_ms:.1f} ms",
            f"{row.p99_ms:.1f} ms",
        )
    return table


def series_table(series: Series) -> Table:
    """Figures from the smallest size to the largest."""
    table = Table(title=series.title)
    table.add_column("")
    for size in series.sizes:
        table.add_column(f"{size:,}", justify="right")
    for words, values in series.rows.items():
        table.add_row(words, *(amount(value) for value in values))
    return table


def facts_table(rows: list[Fact]) -> Table:
    """Single figures."""
    table = Table(title="Costs and limits")
    table.add_column("figure")
    for head in ("value", "target", "met"):
        table.add_column(head, justify="right")
    for row in rows:
        sign = "at most" if row.at_most else "at least"
        target = "" if row.target is None else f"{sign} {amount(row.target)} {row.unit}"
        table.add_row(row.title, f"{amount(row.value)} {row.unit}".strip(), target.strip(), coloured(row.met))
    return table


def audits_table(rows: list[Audit]) -> Table:
    """What the audit found."""
    table = Table("part", "sales made", "audited", "audit", title="The audit of the newest sales of each part")
    for row in rows:
        held = "[green]held[/]" if row.sales else ""
        verdict = "[red]" + "; ".join(row.broken) + "[/]" if row.broken else held
        said = "; ".join(words for words in (verdict, f"not: {row.unaudited}" if row.unaudited else "") if words)
        table.add_row(row.part, str(row.made), str(row.sales), said)
    return table


def amount(value: float) -> str:
    """A number with as many digits as are worth reading."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"


def ratio(spread: Spread) -> str:
    """The median of a ratio and its spread."""
    return f"{spread.median:.2f} ({spread.low:.2f}-{spread.high:.2f})"


def coloured(word: str) -> str:
    """A verdict in its colour."""
    return f"[{_COLOURS[word]}]{word}[/]" if word in _COLOURS else word
