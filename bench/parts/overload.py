"""More than may wait, and a Redis that says nothing for a while: what is refused, and what the others see of it."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bench.context import Context
from bench.operations import Operations
from bench.processes import Instance
from bench.results import Fact
from bench.visits import Answer, Gate, Visit

_OF_THE_BEST = 0.8
_PAYMENT_MOST_S = 5.0
_ANSWER_MOST_S = 2.5
_GOOD = frozenset({200, 201})
_ASKS_AGAIN_S = 1.0
_POLLS_AGAIN_S = 0.1
_LASTS_S = 1.5
_SILENT_S = 3.0
_WITHIN_S = 60.0


class _Tally:
    """Answers by status, when the good ones came, and how long they and the longest of all took."""

    def __init__(self) -> None:
        self.began_s = time.perf_counter()
        self.statuses: Counter[int] = Counter()
        self.good_s: list[float] = []
        self.waits_s: list[float] = []
        self.longest_s = 0.0

    def note(self, answer: Answer, asked_s: float) -> None:
        now_s = time.perf_counter()
        self.statuses[answer.status] += 1
        self.longest_s = max(self.longest_s, now_s - asked_s)
        if answer.status in _GOOD:
            self.good_s.append(now_s)
            self.waits_s.append(now_s - asked_s)

    @property
    def others(self) -> int:
        """Answers that are neither good nor 503; connections that broke among them."""
        return sum(count for status, count in self.statuses.items() if status not in _GOOD | {503})

    def per_s(self, from_s: float, until_s: float) -> float:
        """Good answers in a second of a stretch."""
        return sum(from_s <= at_s < until_s for at_s in self.good_s) / (until_s - from_s)

    def p99_s(self) -> float:
        """Of the good answers."""
        return sorted(self.waits_s)[int(0.99 * len(self.waits_s))]


async def overload(context: Context) -> list[Fact]:
    """Payments over more connections than may wait (4,096), then polls while Valkey is stopped for three seconds."""
    size = context.size
    with context.instance(connections_max=100_000) as instance:
        operations = Operations(context.house, instance.url, sections=size.sections, most=size.most)
        (payment,), (current,) = operations.groups()["payment"], operations.groups()["current"]
        before_s, before = await _pay(instance, await payment.prepare(0), size.fitting)
        many_per_s, many = await _pay(instance, await payment.prepare(1), size.overload)
        after_s, after = await _pay(instance, await payment.prepare(2), size.fitting)
        polls = await current.prepare(0)
        polled, stopped_s, went_on_s, ended_s = await _poll(context, instance, polls)
    few_per_s, few = max((before_s, before), (after_s, after), key=lambda each: each[0])
    asked = f"payments over {size.overload:,} connections"
    context.say(
        f"{asked}: {many_per_s:,.0f}/s paid (over {size.fitting:,}: {few_per_s:,.0f}/s), {many.statuses[503]:,} refused"
    )
    poll_per_s = polled.per_s(polled.began_s, stopped_s)
    next_s = min((at_s for at_s in polled.good_s if at_s >= went_on_s), default=ended_s)
    context.say(f"polls while Valkey is silent: {dict(polled.statuses)}, longest {polled.longest_s:.2f} s")
    silent = f"Valkey silent for {_SILENT_S:g} s, {size.fitting:,} connections"
    return [
        Fact(name="overload_refused", title=f"{asked}: answers 503", value=many.statuses[503]),
        _none("overload_others", f"{asked}: answers but 201 and 503", before.others + many.others + after.others),
        Fact(
            name="overload_share",
            title=f"{asked}: paid in a second, by that over {size.fitting:,}",
            value=many_per_s / few_per_s,
            target=_OF_THE_BEST,
        ),
        Fact(name="overload_fitting_p99_s", title=f"payments over {size.fitting:,}: p99", value=few.p99_s(), unit="s"),
        _most("overload_p99_s", f"{asked}: p99 of those paid", many.p99_s(), _PAYMENT_MOST_S),
        _most("overload_longest_s", f"{asked}: longest wait for any answer", many.longest_s, _PAYMENT_MOST_S),
        Fact(name="silent_refused", title=f"{silent}: polls answered 503", value=polled.statuses[503]),
        _none("silent_others", f"{silent}: answers but 200 and 503", polled.others),
        _most("silent_longest_s", f"{silent}: longest wait for any answer", polled.longest_s, _ANSWER_MOST_S),
        Fact(name="silent_next_s", title=f"{silent}: next good answer after it", value=next_s - went_on_s, unit="s"),
        Fact(
            name="silent_share",
            title=f"{silent}: answers in a second afterwards, by those before",
            value=polled.per_s(next_s, ended_s) / poll_per_s,
            target=_OF_THE_BEST,
        ),
    ]


async def _pay(instance: Instance, asks: Sequence[bytes], connections: int) -> tuple[float, _Tally]:
    """Good answers in a second until all requests are under way; whoever is refused asks again after a second."""
    gate = Gate([instance.port], connections=connections)
    await gate.open()
    tally, left = _Tally(), iter(asks)
    all_sent_s: list[float] = []
    for _ in range(connections):
        gate.begin(_payments(left, tally, lambda: all_sent_s.append(time.perf_counter())))
    await asyncio.wait_for(gate.finished(), _WITHIN_S)
    await gate.close()
    return tally.per_s(tally.began_s, all_sent_s[0]), tally


def _payments(left: Iterator[bytes], tally: _Tally, over: Callable[[], None]) -> Visit:
    for ask in left:
        while True:
            asked_s = time.perf_counter()
            answer = yield ask
            tally.note(answer, asked_s)
            if answer.status != 503:
                break
            yield _ASKS_AGAIN_S
    over()


async def _poll(context: Context, instance: Instance, asks: Sequence[bytes]) -> tuple[_Tally, float, float, float]:
    """Polls all the while; when Valkey was stopped, when it went on, and when that was over."""
    gate = Gate([instance.port], connections=context.size.fitting)
    await gate.open()
    tally, over = _Tally(), asyncio.Event()
    (valkey,) = context.stores.pids["redis"]
    for number in range(context.size.fitting):
        gate.begin(_polls(asks[number % len(asks)], tally, over))
    try:
        await asyncio.sleep(_LASTS_S)
        os.kill(valkey, signal.SIGSTOP)
        stopped_s = time.perf_counter()
        await asyncio.sleep(_SILENT_S)
    finally:
        os.kill(valkey, signal.SIGCONT)
    went_on_s = time.perf_counter()
    await asyncio.sleep(2 * _LASTS_S)
    ended_s = time.perf_counter()
    over.set()
    await asyncio.wait_for(gate.finished(), _WITHIN_S)
    await gate.close()
    return tally, stopped_s, went_on_s, ended_s


def _polls(ask: bytes, tally: _Tally, over: asyncio.Event) -> Visit:
    while not over.is_set():
        asked_s = time.perf_counter()
        answer = yield ask
        tally.note(answer, asked_s)
        if answer.status == 503:
            yield _POLLS_AGAIN_S


def _most(name: str, title: str, value: float, target: float) -> Fact:
    return Fact(name=name, title=title, value=value, unit="s", target=target, at_most=True)


def _none(name: str, title: str, value: int) -> Fact:
    return Fact(name=name, title=title, value=value, target=0, at_most=True)
