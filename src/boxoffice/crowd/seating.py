"""Choosing seats and holding them."""

import asyncio
from random import Random

from boxoffice.crowd.api import Api
from boxoffice.crowd.behaviour import Character
from boxoffice.crowd.messages import Availability, Best, Hold, HoldBest, HoldSeats
from boxoffice.crowd.refusal import GoesHome, Refused
from boxoffice.crowd.seatmap import Rows


class Seating:
    """One fan in front of one seat map."""

    def __init__(self, api: Api, character: Character, rows: Rows, random: Random, *, think_s: float) -> None:
        self._api = api
        self._performance_id = character.performance.id
        self._tries = character.hold_tries
        self._best_available = character.best_available
        self._count = character.count
        self._rows = rows
        self._random = random
        self._think_s = think_s
        self._etag = ""
        self._seen: Availability | None = None

    async def hold(self, token: str) -> Hold:
        """Seats that are now held, fewer than wished where the house fills up.

        Raises `GoesHome` when it is sold out, and `Refused` when others were faster too often.
        """
        for attempt in range(self._tries):
            if attempt:
                await asyncio.sleep(self._random.uniform(0, 2 * self._think_s))
            wish = self._choose(await self._look())
            try:
                return await self._api.hold(self._performance_id, wish, token)
            except Refused as refused:
                if refused.code != "seat_taken":
                    raise
            if self._best_available:
                self._count = max(1, self._count - 1)  # the server looked everywhere for that many side by side
        raise Refused("seat_taken")

    async def _look(self) -> Availability:
        seen, self._etag = await self._api.availability(self._performance_id, self._etag)
        if seen is not None:
            self._seen = seen
        assert self._seen is not None
        if not self._seen.free:
            raise GoesHome("sold_out")
        return self._seen

    def _choose(self, seen: Availability) -> HoldBest | HoldSeats:
        self._count = min(self._count, seen.free)
        if self._best_available:
            return HoldBest(Best(self._count))
        for count in range(self._count, 0, -1):
            seats = self._rows.neighbours(seen.taken, count, self._random)
            if seats is not None:
                return HoldSeats(seats)
        raise GoesHome("sold_out")
