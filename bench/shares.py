"""Figures that follow from two parts of one run: how near an operation comes to the limit of a store."""

from bench.results import Fact, Report

_SQL_SHARE = 0.5


def shares(report: Report) -> list[Fact]:
    """Throughput over HTTP by that of the script alone, and the database's CPU for a payment alone by ours."""
    facts = {fact.name: fact for fact in report.facts}
    measured = {row.name: row for row in report.measured}
    found = []
    for name in ("join", "current", "hold", "release"):
        alone = facts.get(f"script_{name}_per_s")
        if alone and name in measured:
            share = measured[name].per_s.median / alone.value
            title = f"{name} over HTTP on one core, by its script alone"
            found.append(Fact(name=f"share_script_{name}", title=title, value=share))
    payment, per_s, alone_us = measured.get("payment"), facts.get("sql_payments_per_s"), facts.get("sql_payment_us")
    if payment and per_s and alone_us:
        found += [
            Fact(
                name="share_sql_per_s",
                title="payment over HTTP on one core, 64 connections, by SQL alone, 128 a batch",
                value=payment.per_s.median / per_s.value,
            ),
            Fact(
                name="share_sql_us",
                title="payment: the database's CPU for it in SQL alone, by ours (were the database full)",
                value=alone_us.value / payment.database_us,
                target=_SQL_SHARE,
            ),
        ]
    return found
