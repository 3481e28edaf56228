"""What the purchase of one seat costs the service, Redis and the database, each by its own account."""

import time
from collections.abc import Iterator

from bench.accounting import Meter
from bench.context import Context
from bench.results import Fact
from bench.shop import Shop, held_of, place_of
from bench.visits import Answer, Gate, Visit

_SERVER_MOST_MS = 0.6
_ALL_MOST_MS = 0.8
_WARM = 100


async def purchase(context: Context) -> list[Fact]:
    """Fans one after the other on each of 64 connections: join, poll until in, look, hold, pay. Signed in before."""
    house, size = context.house, context.size
    sale = await house.sale(sections=size.sections)
    count = min(size.purchases, sale.seats)
    fans = house.fans.ids(count)
    house.fans.enrol(context.stores.database, fans)
    buyers = enumerate(house.fans.tokens(fans))
    refused: list[str] = []
    with context.instance() as instance:
        gate = Gate([instance.port], connections=size.connections)
        await gate.open()
        shop = Shop(sale)
        warm = [next(buyers) for _ in range(min(_WARM, count // 2))]
        gate.begin(_purchases(shop, iter(warm), refused))
        await gate.finished()
        meter = Meter({"server": [instance.pid], **context.stores.pids})
        began_s = time.perf_counter()
        for _ in range(size.connections):
            gate.begin(_purchases(shop, buyers, refused))
        await gate.finished()
        took_s, used_s = time.perf_counter() - began_s, meter.read()
        await gate.close()
    if refused:
        raise RuntimeError(f"{len(refused)} purchases failed, the first with: {refused[0]}")
    bought = count - len(warm)
    cpu_ms = {name: 1000 * seconds / bought for name, seconds in used_s.items()}
    context.say(f"purchase: {bought / took_s:,.0f}/s, " + ", ".join(f"{k} {v:.2f} ms" for k, v in cpu_ms.items()))
    title = "purchase of one seat"
    return [
        Fact(
            name="purchase_server_ms",
            title=f"{title}, CPU of the server",
            value=cpu_ms["server"],
            unit="ms",
            target=_SERVER_MOST_MS,
            at_most=True,
        ),
        Fact(name="purchase_redis_ms", title=f"{title}, CPU of Redis", value=cpu_ms["redis"], unit="ms"),
        Fact(name="purchase_database_ms", title=f"{title}, CPU of the database", value=cpu_ms["database"], unit="ms"),
        Fact(
            name="purchase_all_ms",
            title=f"{title}, CPU of all three",
            value=sum(cpu_ms.values()),
            unit="ms",
            target=_ALL_MOST_MS,
            at_most=True,
        ),
        Fact(name="purchase_per_s", title=f"{title}, generator in Python", value=bought / took_s, unit="/s"),
    ]


def _purchases(shop: Shop, buyers: Iterator[tuple[int, str]], refused: list[str]) -> Visit:
    for seat_no, access in buyers:
        answer = yield shop.join(access)
        if answer.status != 201:
            refused.append(_words(answer))
            continue
        token = place_of(answer.body).token
        while True:
            answer = yield shop.current(token)
            if answer.status != 200 or (place := place_of(answer.body)).status == "admitted":
                break
            yield place.poll_after_ms / 1000
        yield shop.snapshot
        yield shop.availability
        answer = yield shop.hold(access, token, [seat_no])
        if answer.status != 201:
            refused.append(_words(answer))
            continue
        answer = yield shop.pay(access, held_of(answer.body).id)
        if answer.status != 201:
            refused.append(_words(answer))


def _words(answer: Answer) -> str:
    return f"{answer.status} {answer.body.decode(errors='replace')}"
