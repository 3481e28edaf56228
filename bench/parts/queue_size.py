"""Whether the queue costs the same however many wait: poll, join and tick in Redis, a poll in the server, memory."""

from statistics import median
from typing import Any, NamedTuple

from bench.accounting import Meter
from bench.context import Context
from bench.house import Sale
from bench.pipeline import Pipeline, Recorder, recorded
from bench.results import Fact, Series
from bench.wrk import drive, request
from boxoffice.queue.models import QueueKeys
from boxoffice.queue.store import QueueStore

_INSIDE = 100
_SAMPLE = 2000
_TICKS = 200
_JOINS = 500
_BATCH = 20_000
_RATIO_MOST = 1.15
_BYTES_MOST = 220


class _Costs(NamedTuple):
    """Microseconds, and bytes for each fan who waits."""

    poll_us: float
    join_us: float
    tick_us: float
    admitting_us: float
    server_poll_us: float
    bytes_per_fan: float


_WORDS = {
    "poll_us": "poll, in Redis, µs",
    "join_us": "join, in Redis, µs",
    "tick_us": "tick without a free place, in Redis, µs",
    "admitting_us": f"tick that lets {_INSIDE} in, in Redis, µs",
    "server_poll_us": "poll, CPU of the server, µs",
    "bytes_per_fan": "Redis memory for each fan who waits, bytes",
}
_CONSTANT = {
    "poll_us": "poll in Redis",
    "join_us": "join in Redis",
    "tick_us": "tick in Redis",
    "server_poll_us": "poll in the server",
}


async def queue_size(context: Context) -> list[Fact | Series]:
    """The costs with each number of fans waiting, and how they grow from the smallest to the largest.

    All queues exist at once and are asked in turn, round after round: what changes meanwhile changes for all.
    """
    pipeline = Pipeline(context.stores.redis_port)
    queues = []
    try:
        for waiting in context.size.crowds:
            queues.append(await _Queue.filled(context, pipeline, waiting))
            context.say(f"{waiting:,} wait, {queues[-1].bytes_per_fan:.0f} bytes each")
        for _ in range(context.size.rounds):
            for queue in queues:
                queue.time_scripts()
        await _time_server(context, queues)
        for queue in queues:
            await queue.time_admission()
    finally:
        pipeline.close()
        for queue in queues:
            await queue.drop()
    found = {queue.waiting: queue.costs() for queue in queues}
    for waiting, costs in found.items():
        context.say(f"{waiting:,}: " + ", ".join(f"{name} {value:.1f}" for name, value in costs._asdict().items()))
    rows = {words: [float(getattr(costs, name)) for costs in found.values()] for name, words in _WORDS.items()}
    facts: list[Fact | Series] = [
        Series(name="queue", title="The queue, by the number of fans who wait", sizes=list(found), rows=rows)
    ]
    least, most = found[min(found)], found[max(found)]
    for name, words in _CONSTANT.items():
        growth = getattr(most, name) / getattr(least, name)
        title = f"{words}: {max(found):,} waiting by {min(found):,}"
        facts.append(Fact(name=f"queue_{name}_growth", title=title, value=growth, target=_RATIO_MOST, at_most=True))
    facts.append(
        Fact(
            name="queue_bytes_per_fan",
            title=f"Redis memory for each of {max(found):,} who wait",
            value=most.bytes_per_fan,
            unit="bytes",
            target=_BYTES_MOST,
            at_most=True,
        )
    )
    return facts


class _Queue:
    """One concert's queue, full of fans, and what it was seen to cost."""

    def __init__(self, context: Context, pipeline: Pipeline, sale: Sale, near: list[str]) -> None:
        self.waiting = 0
        self.bytes_per_fan = 0.0
        self.server_us: list[float] = []
        self._context = context
        self._pipeline = pipeline
        self._sale = sale
        self._near = near
        self._store = QueueStore(Recorder(context.stores.load).client())
        first = _INSIDE + 2
        self._polls = [
            recorded(self._store.current(sale.concert_id, fan, first + n, 1)) for n, fan in enumerate(near[:_SAMPLE])
        ]
        self._tick = recorded(self._store.admit(sale.concert_id))
        self._poll_us: list[float] = []
        self._join_us: list[float] = []
        self._tick_us: list[float] = []
        self._admitting_us = 0.0

    @classmethod
    async def filled(cls, context: Context, pipeline: Pipeline, waiting: int) -> "_Queue":
        """A queue in which so many wait behind a full house; they join by the service's own script."""
        house = context.house
        sale = await house.sale(sections=2, limit=_INSIDE)
        await house.join(sale.concert_id, house.fans.ids(_INSIDE + 1))  # places are full from here on, and one waits
        queue = cls(context, pipeline, sale, house.fans.ids(min(_BATCH, waiting)))
        before_bytes = _used_bytes(context)
        some = queue._near
        while some:
            pipeline.send(queue._joins(some))
            queue.waiting += len(some)
            some = house.fans.ids(min(_BATCH, waiting - queue.waiting))
        queue.bytes_per_fan = (_used_bytes(context) - before_bytes) / waiting
        return queue

    def time_scripts(self) -> None:
        """One round of polls, ticks and joins, by Valkey's own account."""
        self._poll_us.append(_timed_us(self._context, self._pipeline, self._polls))
        self._tick_us.append(_timed_us(self._context, self._pipeline, [self._tick] * _TICKS))
        newcomers = self._joins(self._context.house.fans.ids(_JOINS))
        self._join_us.append(_timed_us(self._context, self._pipeline, newcomers))

    async def requests(self) -> list[bytes]:
        """Polls of fans who wait, as a client sends them."""
        tokens = await self._context.house.join(self._sale.concert_id, self._near[:_SAMPLE])
        path = f"/api/v1/concerts/{self._sale.concert_id}/queue/tokens/current"
        return [request("GET", path, headers={"X-Queue-Token": token}) for token in tokens]

    async def time_admission(self) -> None:
        """A tick after as many places have come free as were taken."""
        await self._context.house.let_in(self._sale.concert_id, 2 * _INSIDE)
        self._pipeline.send([self._tick])  # calls as many as there are places
        self._pipeline.send(self._polls)  # they report
        self._admitting_us = _timed_us(self._context, self._pipeline, [self._tick])

    def costs(self) -> _Costs:
        """Medians over the rounds."""
        return _Costs(
            poll_us=median(self._poll_us),
            join_us=median(self._join_us),
            tick_us=median(self._tick_us),
            admitting_us=self._admitting_us,
            server_poll_us=median(self.server_us),
            bytes_per_fan=self.bytes_per_fan,
        )

    async def drop(self) -> None:
        """Delete it: with it goes what an audit could look at."""
        await self._context.house.forget(self._sale, "only queues were made, and are deleted; nothing was sold")
        with self._context.stores.redis() as client:
            client.unlink(*QueueKeys.of(self._sale.concert_id))

    def _joins(self, fans: list[str]) -> list[bytes]:
        return [recorded(self._store.join(self._sale.concert_id, fan)) for fan in fans]


async def _time_server(context: Context, queues: list[_Queue]) -> None:
    asks = [await queue.requests() for queue in queues]
    size = context.size
    with context.instance(tick_ms=5000) as instance:
        # The first round does not count: tokens are verified in it, and what is kept is loaded.
        for number in range(size.rounds + 1):
            for queue, requests in zip(queues, asks, strict=True):
                meter = Meter({"server": [instance.pid]})
                load = drive(instance.url, requests, connections=size.connections, seconds=size.seconds / 2, cycle=True)
                if number:
                    queue.server_us.append(1e6 * meter.read()["server"] / load.requests)


def _timed_us(context: Context, pipeline: Pipeline, commands: list[bytes]) -> float:
    with context.stores.redis() as client:
        client.config_resetstat()
        pipeline.send(commands)
        found: Any = client.info("commandstats")
    return float(found["cmdstat_evalsha"]["usec"]) / len(commands)


def _used_bytes(context: Context) -> int:
    with context.stores.redis() as client:
        found: Any = client.info("memory")
    return int(found["used_memory"])
