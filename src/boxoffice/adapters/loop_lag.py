"""How late the event loop is: what keeps everybody waiting, whatever they asked for."""

import asyncio

from boxoffice.adapters.metrics import Metrics

LOOK_EVERY_S = 0.4
_NAP_S = 0.1


class LoopLag:
    """Asks to be woken, and notes how much later it was."""

    def __init__(self, metrics: Metrics) -> None:
        self._observe = metrics.observer("event_loop_lag_seconds")

    async def tick(self) -> None:
        """One look; takes a tenth of a second in which nothing is done."""
        loop = asyncio.get_running_loop()
        due_s = loop.time() + _NAP_S
        await asyncio.sleep(_NAP_S)
        self._observe(max(0.0, loop.time() - due_s))
