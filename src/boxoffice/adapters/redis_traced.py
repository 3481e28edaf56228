"""A Redis server whose pipelines are spans."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from boxoffice.adapters.redis_node import Call, Node, PackedCall
from boxoffice.adapters.redis_wire import Wire

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from boxoffice.adapters.traces import Traces


class TracedNode(Node):
    """As `Node`; each pipeline is a span from its write to its last reply, and links to the requests behind it."""

    def __init__(self, *arguments: Any, traces: "Traces", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._traces = traces
        self._callers: WeakKeyDictionary[asyncio.Future[Any], SpanContext] = WeakKeyDictionary()

    def submit(self, call: Call) -> asyncio.Future[Any]:
        reply = super().submit(call)
        caller = self._traces.here()
        if caller is not None:
            self._callers[reply] = caller
        return reply

    def _send(self, wire: Wire, calls: Sequence[PackedCall]) -> None:
        waiting = [ticket.reply for _, ticket in calls if ticket.reply is not None and not ticket.reply.done()]
        callers = [self._callers.get(reply) for reply in waiting]
        attributes: dict[str, str | int] = {"db.system.name": "redis", "db.operation.batch.size": len(waiting)}
        span = self._traces.shared("redis pipeline", callers, attributes)
        super()._send(wire, calls)
        if span is not None:
            waiting[-1].add_done_callback(lambda _: span.end())
