"""Payments as set-based SQL straight on the driver: what the database can do at most with the same rows and locks.

Each batch is one transaction: known keys, wallets locked in order, what is sold and held looked up; then one statement
for all balances, and one INSERT for each table. The texts are made before, so that only driver and database are timed.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

import asyncmy
from sqlalchemy.engine import make_url

from bench.accounting import Meter
from bench.context import Context, on_core
from bench.house import Sale
from bench.plan import PRICE_MINOR
from bench.results import Fact
from boxoffice.kernel.clock import SystemClock
from boxoffice.kernel.ids import IdSource
from boxoffice.seats.models import make_hold_id
from boxoffice.wallet.models import revenue_account, wallet_account

BATCH = 128
IN_FLIGHT = 2
_ANSWER = "x" * 620  # about as long as the answer to a payment of one seat


class _Payment(NamedTuple):
    fan: str
    seat_no: int
    hold: str
    transfer: str
    reservation: str
    ticket: str
    payment: str


async def sql(context: Context) -> list[Fact]:
    """Payments a second in batches of 128, two batches in flight, and the CPU of the database for one."""
    house = context.house
    sale = await house.sale(sections=context.size.sections)
    fans = house.fans.ids(min(context.size.batches * BATCH, sale.seats))
    house.fans.enrol(context.stores.database, fans)
    ids, now_ms = IdSource(SystemClock()), SystemClock().now_ms()
    payments = [
        _Payment(fan, no, make_hold_id(sale.performance_id, ids.next()), *(ids.next() for _ in range(4)))
        for no, fan in enumerate(fans)
    ]
    batches = [_statements(sale, payments[at : at + BATCH], now_ms) for at in range(0, len(payments), BATCH)]
    await house.forget(sale, "written past the service, into the tables alone: Redis knows nothing of it")
    meter = Meter({"database": context.stores.pids["database"]})
    with on_core(context.cores.server):
        began_s = time.perf_counter()
        await asyncio.gather(*(_carry_out(context, batches[n::IN_FLIGHT]) for n in range(IN_FLIGHT)))
        per_s = len(payments) / (time.perf_counter() - began_s)
    database_us = 1e6 * meter.read()["database"] / len(payments)
    context.say(f"payments in SQL alone: {per_s:,.0f}/s, {database_us:.0f} µs of the database")
    return [
        Fact(name="sql_payments_per_s", title=f"payments in SQL alone, {BATCH} a batch", value=per_s, unit="/s"),
        Fact(name="sql_payment_us", title="payment in SQL alone, CPU of the database", value=database_us, unit="µs"),
    ]


async def _carry_out(context: Context, batches: Sequence[Sequence[str]]) -> None:
    url = make_url(context.stores.database.url())
    connection = await asyncmy.connect(
        host=url.host, port=url.port, user=url.username, password=str(url.password), database=url.database
    )
    try:
        async with connection.cursor() as cursor:
            await cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
            for statements in batches:
                for statement in statements:
                    await cursor.execute(statement)
                    if statement.startswith("SELECT"):
                        await cursor.fetchall()
                await connection.commit()
    finally:
        await connection.ensure_closed()


def _statements(sale: Sale, batch: Sequence[_Payment], now_ms: int) -> list[str]:
    users = ",".join(f"'{fan}'" for fan in sorted(each.fan for each in batch))
    names = ",".join(f"('{each.fan}','{each.hold}')" for each in batch)
    holds = ",".join(f"'{each.hold}'" for each in batch)
    seats = ",".join(str(each.seat_no) for each in batch)
    performance = f"performance_id = '{sale.performance_id}'"
    where = f"'{sale.concert_id}','{sale.performance_id}'"
    revenue = revenue_account(sale.concert_id)
    lines = [
        line
        for each in batch
        for line in (
            f"'{each.transfer}',0,'{wallet_account(each.fan)}',{-PRICE_MINOR}",
            f"'{each.transfer}',1,'{revenue}',{PRICE_MINOR}",
        )
    ]
    sold = [
        f"'{p.ticket}','{p.reservation}','{p.fan}','{sale.performance_id}',{p.seat_no},'P',{PRICE_MINOR},1,{now_ms}"
        for p in batch
    ]
    reserved = [
        f"'{p.reservation}','{p.hold}','{p.fan}',{where},{PRICE_MINOR},'KRW','confirmed',{now_ms},NULL" for p in batch
    ]
    paid = [f"'{p.payment}','{p.reservation}','{p.transfer}',{PRICE_MINOR},{now_ms}" for p in batch]
    keys = [f"'{p.fan}','{p.hold}','{'h' * 64}',201,'{_ANSWER}',{now_ms}" for p in batch]
    return [
        f"SELECT user_id, `key`, request_hash, status, body FROM idempotency_keys WHERE (user_id, `key`) IN ({names})",
        f"SELECT user_id, currency, balance_minor FROM wallets WHERE user_id IN ({users}) ORDER BY user_id FOR UPDATE",
        f"SELECT hold_id, user_id FROM reservations WHERE hold_id IN ({holds})",
        f"SELECT seat_no FROM tickets WHERE {performance} AND seat_no IN ({seats}) AND active = 1",
        f"SELECT user_id, count(*) FROM tickets WHERE {performance} AND user_id IN ({users}) AND active = 1 "
        "GROUP BY user_id",
        f"UPDATE wallets SET balance_minor = balance_minor - {PRICE_MINOR}, version = version + 1 "
        f"WHERE user_id IN ({users})",
        _insert("transfers", [f"'{p.transfer}','payment','{p.fan}',NULL,{now_ms}" for p in batch]),
        _insert("entries", lines),
        _insert("reservations", reserved),
        _insert("tickets", sold),
        _insert("payments", paid),
        _insert("idempotency_keys", keys),
    ]


def _insert(table: str, rows: Sequence[str]) -> str:
    return f"INSERT INTO {table} VALUES {','.join(f'({row})' for row in rows)}"
