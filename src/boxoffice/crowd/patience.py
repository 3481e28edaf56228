"""Asking again: what a fan's browser does while a server is restarted. The same words each time, the same key too."""

import asyncio
from random import Random
from time import perf_counter

from boxoffice.crowd.client import Fault, Reply
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.refusal import Refused, refusal_in
from boxoffice.crowd.spread import Asker

_TEMPORARY = frozenset({502, 503, 504})
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0


class Patience:
    """Repeats a request through faults and 502, 503, 504, for `patience_s` from the first of them.

    Pauses double from 0.1 s to 2 s and are drawn at random below that, so that a crowd does not come back as one;
    `Retry-After` is the least pause.
    """

    def __init__(self, client: Asker, figures: Figures, random: Random, *, patience_s: float) -> None:
        self._client = client
        self._figures = figures
        self._random = random
        self._patience_s = patience_s

    async def ask(self, call: str, method: str, path: str, headers: str = "", body: bytes = b"") -> Reply:
        """The first lasting answer. Raises `Refused`, with `lost` set, when patience ends."""
        asked_s = perf_counter()
        try:
            reply = await self._client.ask(method, path, headers, body)
        except Fault as fault:
            reply = await self._ask_again(call, method, path, headers, body, fault)
        else:
            self._figures.answered(call, reply.took_s, reply.waited_s)
            if reply.status in _TEMPORARY:
                reply = await self._ask_again(call, method, path, headers, body, reply)
        if reply.status >= 400:
            self._figures.refusals[call, refusal_in(reply).code] += 1
        else:
            self._figures.timekeeper.done(call, asked_s)
        return reply

    async def _ask_again(
        self, call: str, method: str, path: str, headers: str, body: bytes, last: Fault | Reply
    ) -> Reply:
        until_s = perf_counter() + self._patience_s
        pause_s = _FIRST_PAUSE_S
        while True:
            refused = _temporary(last)
            self._figures.faults[refused.code] += 1
            self._figures.timekeeper.trouble(f"{refused.status} {refused.code}" if refused.status else refused.code)
            wait_s = max(self._random.uniform(0, pause_s), _retry_after_s(last))
            if perf_counter() + wait_s > until_s:
                raise refused
            await asyncio.sleep(wait_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            try:
                last = await self._client.ask(method, path, headers, body)
            except Fault as fault:
                last = fault
                continue
            self._figures.answered(call, last.took_s, last.waited_s)
            if last.status not in _TEMPORARY:
                return last


def _temporary(last: Fault | Reply) -> Refused:
    if isinstance(last, Fault):
        return Refused(last.code, lost=True)
    return refusal_in(last)


def _retry_after_s(last: Fault | Reply) -> float:
    """What the server asks for, in s; at most five."""
    if isinstance(last, Fault):
        return 0.0
    asked = last.headers.get(b"retry-after", b"")
    return min(float(asked), 5.0) if asked.isdigit() else 0.0
