"""Tables, comparison and picture of a run."""

from io import StringIO
from xml.etree import ElementTree

import pytest
from rich.console import Console

from bench.compare import change, compare, figures
from bench.picture import picture
from bench.results import Audit, Report, Spread
from bench.shares import shares
from bench.table import amount, show
from tests.unit.bench.reports import fact, measured, report


def shown(found: Report) -> str:
    output = StringIO()
    show(found, Console(file=output, width=200))
    return output.getvalue()


def test_the_table_has_ratio_target_and_verdict_of_every_row() -> None:
    text = shown(report())

    assert "0.80 (0.76-0.84)" in text
    assert "0.75 │ yes" in text
    assert "102 MiB │ at most 90 MiB │  no" in text


def test_the_table_has_a_column_for_every_size() -> None:
    words = " ".join(shown(report()).split())

    assert "1,000 ┃ 1,000,000 ┃" in words
    assert "poll, µs │ 11 │ 12 │" in words


def test_the_table_names_what_the_audit_found_broken() -> None:
    text = shown(report(audits=[Audit(part="payment", made=3, sales=2, broken=["wallets: 1 unexplained"])]))

    assert "wallets: 1 unexplained" in text


def test_the_table_says_how_many_of_how_many_sales_were_audited_and_why_not_the_others() -> None:
    words = " ".join(shown(report(audits=[Audit(part="sql", made=7, sales=2, broken=[], unaudited="x")])).split())

    assert "sql │ 7 │ 2 │ held; not: x │" in words


@pytest.mark.parametrize(
    ("value", "text"), [(0.1234, "0.123"), (12.34, "12.3"), (123.45, "123.5"), (54528, "54,528"), (1234.5, "1,234")]
)
def test_an_amount_has_as_many_digits_as_are_worth_reading(value: float, text: str) -> None:
    assert text == amount(value)


def test_two_runs_are_compared_figure_by_figure() -> None:
    output = StringIO()
    after = report(measured=[measured(ratio=Spread(0.4, 0.4, 0.4))], facts=[])

    compare(report(), after, Console(file=output, width=200))

    words = " ".join(output.getvalue().split())
    assert "poll of a called fan: ratio │ 0.8 │ 0.4 │ 0.50" in words
    assert "memory of an idle instance, MiB │ 102 │ │ │" in words
    assert "poll, µs (1,000,000) │ 12 │ 12 │ 1.00" in words


def test_what_one_run_lacks_has_no_change() -> None:
    assert [change(None, 1), change(1, None), change(0, 1), change(1, 2)] == ["", "", "", "2.00"]


def test_no_two_figures_of_a_run_have_one_name() -> None:
    assert len(figures(report())) == 7


def test_the_picture_is_svg_with_a_bar_and_a_stroke_for_each_row() -> None:
    root = ElementTree.fromstring(picture(report(measured=[measured(title="<poll> & more")])))
    space = "{http://www.w3.org/2000/svg}"

    assert f"{space}svg" == root.tag
    assert len(root.findall(f"{space}line")) == 2
    assert "<poll> & more" in {text.text for text in root.findall(f"{space}text")}


def test_a_bar_is_as_long_as_its_ratio_and_never_longer_than_the_limit() -> None:
    long = measured(ratio=Spread(1.7, 1.7, 1.7))
    root = ElementTree.fromstring(picture(report(measured=[measured(), long], facts=[])))
    widths = [float(each.get("width", "0")) for each in root.findall("{http://www.w3.org/2000/svg}rect")[1:]]

    assert widths == [420.0, 336.0, 420.0, 420.0]


def test_shares_follow_from_an_operation_and_its_store_alone() -> None:
    found = shares(
        report(
            measured=[measured(), measured(name="payment", database_us=100.0)],
            facts=[
                fact(name="script_current_per_s", value=80_000),
                fact(name="sql_payments_per_s", value=40_000),
                fact(name="sql_payment_us", value=60.0),
            ],
        )
    )

    assert {each.name: each.value for each in found} == {
        "share_script_current": 0.25,
        "share_sql_per_s": 0.5,
        "share_sql_us": 0.6,
    }


@pytest.mark.parametrize(("mode", "warned"), [("stadium", True), ("full", False)])
def test_whoever_compares_runs_of_two_kinds_is_warned(mode: str, warned: bool) -> None:
    output = StringIO()

    compare(report(), report(mode=mode), Console(file=output, width=200))

    assert ("A is a full run and B a stadium run" in output.getvalue()) == warned
