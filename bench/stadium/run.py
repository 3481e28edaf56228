"""The stadium: 54,528 seats, a burst of fans, several instances, both stores and the fans on the same cores."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.request import urlopen

import uvloop

from bench.accounting import Meter
from bench.house import House, Sale
from bench.machine import describe
from bench.plan import SECTIONS
from bench.processes import Instance
from bench.results import Fact, Report
from bench.stadium.crowd import Crowd
from bench.stores import Stores, environ_of, scratch_folder
from bench.visits import Gate

_SOLD_OUT_WITHIN_S = 90.0
_SLICE_S = 0.05


class Plan(NamedTuple):
    """How large: `sections` of 1,136 seats each, 48 are the stadium. `most_s`: when to give up."""

    fans: int = 200_000
    processes: int = 2
    sections: int = SECTIONS
    arrival_s: float = 10.0
    limit: int = 6000
    connections: int = 512
    seed: int = 1
    most_s: float = 600.0


def run(plan: Plan, say: Callable[[str], None]) -> Report:
    """Sell it out. Raises `RuntimeError` where something is missing or does not start."""
    with ExitStack() as stack:
        stores = stack.enter_context(Stores(scratch_folder(stack)))
        return uvloop.run(_run(plan, say, stores))


async def _run(plan: Plan, say: Callable[[str], None], stores: Stores) -> Report:
    at = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251  when it was, not a decision
    house = House(stores)
    with ExitStack() as stack:
        try:
            sale = await house.sale(sections=plan.sections, limit=plan.limit, lasting=False)
            say(f"enrolling {plan.fans:,} fans ...")
            fans = house.fans.ids(plan.fans)
            house.fans.enrol(stores.database, fans)
            access = house.fans.tokens(fans)
            instances = [_start(stores, sale, stack) for _ in range(plan.processes)]
            facts = await _sell(plan, sale, instances, access, stores, say)
            say("auditing ...")
            audit = await house.audit("stadium")
        finally:
            await house.close()
    return Report(
        at=at,
        machine=describe(**stores.versions()),
        mode="stadium",
        layout=f"{sale.seats:,} seats, {plan.fans:,} fans within {plan.arrival_s:g} s, {plan.limit:,} inside at once; "
        f"{plan.processes} server processes, MariaDB, Valkey and the fans on the same cores, "
        f"{plan.connections} connections",
        facts=facts,
        audits=[audit],
    )


def _start(stores: Stores, sale: Sale, stack: ExitStack) -> Instance:
    settings = stores.settings()
    instance = Instance(environ_of(settings), core=None, log=stores.folder / f"server-{settings.port}.log")
    stack.callback(instance.stop)
    instance.wait_until_ready()
    for path in (f"concerts/{sale.concert_id}/queue", f"performances/{sale.performance_id}/availability"):
        with urlopen(f"{instance.url}/api/v1/{path}", timeout=30) as reply:
            reply.read()
    return instance


async def _sell(
    plan: Plan, sale: Sale, instances: list[Instance], access: list[str], stores: Stores, say: Callable[[str], None]
) -> list[Fact]:
    gate = Gate([instance.port for instance in instances], connections=plan.connections)
    await gate.open()
    crowd = Crowd(sale, gate, seed=plan.seed)
    meter = Meter({"server": [instance.pid for instance in instances], **stores.pids})
    own_s, began_s, said_s = time.process_time(), time.perf_counter(), 0.0
    crowd.begin()
    arrived = 0
    while not crowd.over:
        passed_s = time.perf_counter() - began_s
        due = min(len(access), int(len(access) * passed_s / plan.arrival_s))
        for fan in access[arrived:due]:
            crowd.arrive(fan)
        arrived = due
        if passed_s > plan.most_s:
            crowd.end()
        if passed_s - said_s >= 5:
            said_s = passed_s
            say(f"{passed_s:4.0f} s: {arrived:,} arrived, {len(crowd.waits_s):,} let in, {crowd.sold:,} seats sold")
        await asyncio.sleep(_SLICE_S)
    await asyncio.wait_for(gate.finished(), 60)
    used_s = {**meter.read(), "fans": time.process_time() - own_s}
    await gate.close()
    say("answers: " + ", ".join(f"{what}: {number:,}" for what, number in sorted(crowd.answers.items())))
    say("fans: " + ", ".join(f"{what}: {number:,}" for what, number in crowd.outcomes.most_common()))
    return _facts(sale, crowd, used_s, is_whole=plan.sections == SECTIONS)


def _facts(sale: Sale, crowd: Crowd, used_s: dict[str, float], *, is_whole: bool) -> list[Fact]:
    selling_s = max(crowd.last_sale_s, 0.001)
    waits, purchases = sorted(crowd.waits_s), sorted(crowd.purchases_s)
    bought = max(1, crowd.outcomes["bought"])
    shed = sum(number for what, number in crowd.answers.items() if what.endswith(" 503"))
    broken = sum(number for what, number in crowd.answers.items() if what.endswith(" broken"))
    facts = [
        Fact(name="stadium_seats", title="seats sold", value=crowd.sold, target=sale.seats),
        Fact(
            name="stadium_selling_s",
            title="from the opening to the last seat",
            value=selling_s,
            unit="s",
            target=_SOLD_OUT_WITHIN_S if is_whole else None,
            at_most=True,
        ),
        Fact(name="stadium_seats_per_s", title="seats sold in a second", value=crowd.sold / selling_s, unit="/s"),
        Fact(
            name="stadium_first_sale_s", title="from the opening to the first sale", value=crowd.first_sale_s, unit="s"
        ),
        Fact(name="stadium_joined_s", title="from the opening to the last join", value=crowd.joined_s, unit="s"),
        Fact(name="stadium_buyers", title="fans who bought", value=crowd.outcomes["bought"]),
        Fact(name="stadium_wait_p50_s", title="wait of those let in, p50", value=_quantile(waits, 0.5), unit="s"),
        Fact(name="stadium_wait_p99_s", title="wait of those let in, p99", value=_quantile(waits, 0.99), unit="s"),
        Fact(name="stadium_inside_p50_s", title="inside until paid, p50", value=_quantile(purchases, 0.5), unit="s"),
        Fact(name="stadium_inside_p99_s", title="inside until paid, p99", value=_quantile(purchases, 0.99), unit="s"),
        Fact(name="stadium_shed", title="answers 503", value=shed),
        Fact(name="stadium_broken", title="connections that broke", value=broken),
    ]
    for what in ("join", "current", "availability", "hold", "payment"):
        answers = sum(number for each, number in crowd.answers.items() if each.startswith(f"{what} "))
        facts.append(Fact(name=f"stadium_{what}_answers", title=f"answers: {what}", value=answers))
    facts += [
        Fact(name=f"stadium_{name}_cpu_s", title=f"CPU of {name}", value=seconds, unit="s")
        for name, seconds in used_s.items()
    ]
    service_ms = 1000 * sum(seconds for name, seconds in used_s.items() if name != "fans") / bought
    facts.append(
        Fact(name="stadium_purchase_ms", title="CPU of the service for one buyer", value=service_ms, unit="ms")
    )
    return facts


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
