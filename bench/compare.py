"""Two runs side by side."""

from rich.console import Console
from rich.table import Table

from bench.results import Report
from bench.table import amount


def compare(before: Report, after: Report, console: Console) -> None:
    """Every figure that is in either run. Ratios first: absolute figures move with the machine."""
    console.print(f"A  {before.at}  {before.mode}  {before.machine.commit}", highlight=False)
    console.print(f"B  {after.at}  {after.mode}  {after.machine.commit}", highlight=False)
    if before.machine.processor != after.machine.processor or before.machine.cores != after.machine.cores:
        console.print("These are different machines: compare ratios only.", style="yellow")
    if before.mode != after.mode:
        console.print(
            f"A is a {before.mode} run and B a {after.mode} run: what is missing in one was not asked there, "
            "and sizes differ.",
            style="yellow",
        )
    table = Table("figure", title="A and B")
    for head in ("A", "B", "B by A"):
        table.add_column(head, justify="right")
    old, new = figures(before), figures(after)
    for name in [*old, *(name for name in new if name not in old)]:
        table.add_row(name, *(_cell(side.get(name)) for side in (old, new)), change(old.get(name), new.get(name)))
    console.print(table)


def figures(report: Report) -> dict[str, float]:
    """Every figure of a run by what it is."""
    found: dict[str, float] = {}
    for row in report.measured:
        found[f"{row.title}: ratio"] = row.ratio.median
        found[f"{row.title}: CPU ratio"] = row.cpu_ratio.median
        found[f"{row.title}: server CPU, µs"] = row.server_us.median
        found[f"{row.title}: answers/s"] = row.per_s.median
    for series in report.series:
        for words, values in series.rows.items():
            for size, value in zip(series.sizes, values, strict=True):
                found[f"{words} ({size:,})"] = value
    for fact in report.facts:
        found[f"{fact.title}{', ' + fact.unit if fact.unit else ''}"] = fact.value
    return found


def change(before: float | None, after: float | None) -> str:
    """How much larger the second is, as a factor; nothing where one is missing."""
    if before is None or after is None or before == 0:
        return ""
    return f"{after / before:.2f}"


def _cell(value: float | None) -> str:
    return "" if value is None else amount(value)
