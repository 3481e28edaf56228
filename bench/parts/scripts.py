"""The scripts of join, poll, hold and release alone, pipelined: what Valkey can do at most on its core."""

import time
from collections.abc import Sequence

from bench.context import Context, on_core
from bench.pipeline import Pipeline, Recorder, recorded
from bench.results import Fact
from boxoffice.kernel.clock import SystemClock
from boxoffice.kernel.ids import IdSource
from boxoffice.queue.store import QueueStore
from boxoffice.seats.models import SeatKeys, make_hold_id
from boxoffice.seats.policy import layout_of
from boxoffice.seats.store import SeatStore

_LIFE_MS = 3_600_000


async def scripts(context: Context) -> list[Fact]:
    """Calls a second of each script over one connection, 64 at a time."""
    house, recorder = context.house, Recorder(context.stores.load).client()
    queue, seats = QueueStore(recorder), SeatStore(recorder)
    waiting = await house.sale(sections=2, limit=1)
    sale = await house.sale(sections=context.size.sections)
    fans = house.fans.ids(min(context.size.most, sale.seats // 2))
    await house.join(waiting.concert_id, fans[:1])
    await house.join(sale.concert_id, fans)
    await house.hold(sale, fans[:1])  # whatever Redis has to know of the performance, it knows now
    performance = await house.application.catalog.performance(sale.performance_id)
    keys, layout = SeatKeys(sale.concert_id, sale.performance_id), layout_of(performance)
    ids = IdSource(SystemClock())
    holds = [make_hold_id(sale.performance_id, ids.next()) for _ in fans[1:]]
    join = [recorded(queue.join(waiting.concert_id, fan)) for fan in fans]
    current = [recorded(queue.current(waiting.concert_id, fan, n, 1)) for n, fan in enumerate(fans, 1)]
    hold = [
        recorded(
            seats.hold(
                keys, layout, hold_id=hold, fan_id=fan, ttl_ms=_LIFE_MS, seats_per_fan=4, seats=(2 * n, 2 * n + 1)
            )
        )
        for n, (hold, fan) in enumerate(zip(holds, fans[1:], strict=True), 1)
    ]
    release = [recorded(seats.release(keys, hold, fan)) for hold, fan in zip(holds, fans[1:], strict=True)]
    facts = []
    for name, commands in {"join": join, "current": current, "hold": hold, "release": release}.items():
        per_s = _per_s(context, commands)
        context.say(f"script {name}: {per_s:,.0f}/s pipelined")
        facts.append(Fact(name=f"script_{name}_per_s", title=f"script {name} alone, pipelined", value=per_s, unit="/s"))
    return facts


def _per_s(context: Context, commands: Sequence[bytes]) -> float:
    pipeline = Pipeline(context.stores.redis_port)
    try:
        with on_core(context.cores.server):
            began_s = time.perf_counter()
            pipeline.send(commands)
            return len(commands) / (time.perf_counter() - began_s)
    finally:
        pipeline.close()
