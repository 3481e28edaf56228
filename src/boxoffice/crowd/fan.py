"""One fan's life, from signing up to going home."""

import asyncio
from random import Random
from typing import NamedTuple

from boxoffice.crowd.api import Api
from boxoffice.crowd.behaviour import Character
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.messages import Hold
from boxoffice.crowd.queueing import Queueing
from boxoffice.crowd.record import Deeds
from boxoffice.crowd.refusal import GoesHome, Refused
from boxoffice.crowd.seating import Seating
from boxoffice.crowd.seatmap import Rows
from boxoffice.crowd.till import Till

_TURNS_MAX = 3
_WORTH_ANOTHER_TURN = frozenset({"not_admitted", "hold_expired", "bad_queue_token"})
_VANISHED = "vanished_with_hold"


class Manners(NamedTuple):
    """What all fans of a run share. `think_s` is the mean pause between two steps, `wait_s` the longest wait."""

    run_id: str
    think_s: float
    wait_s: float


class Fan:
    """Lives once; `deeds` are the books that the audit reads afterwards."""

    def __init__(
        self, api: Api, character: Character, rows: Rows, random: Random, figures: Figures, manners: Manners
    ) -> None:
        self.api = api
        self.deeds = Deeds(character.number)
        self._character = character
        self._random = random
        self._figures = figures
        self._think_s = manners.think_s
        self._queueing = Queueing(api, character, random, figures, wait_s=manners.wait_s)
        self._seating = Seating(api, character, rows, random, think_s=manners.think_s)
        self._till = Till(api, character, self.deeds, figures, run_id=manners.run_id)
        self._was_admitted = False

    async def live(self) -> str:
        """The whole life; the one word under which it is counted."""
        try:
            await self._open_account()
            await self._fill_wallet()
            for _ in range(_TURNS_MAX - 1):
                try:
                    return await self._take_a_turn()
                except Refused as refused:
                    if refused.code not in _WORTH_ANOTHER_TURN:
                        raise
            return await self._take_a_turn()
        except GoesHome as home:
            return home.word
        except Refused as refused:
            return refused.code

    async def _open_account(self) -> None:
        await self.api.sign_up(f"Fan {self._character.number}")
        await self._think()
        await self.api.sign_in()
        if self._character.renews_session:
            await self.api.refresh()

    async def _fill_wallet(self) -> None:
        prices = [tier.price_minor for tier in self._character.performance.tiers]
        enough_minor = max(1, max(prices) * self._character.count)
        await self._till.top_up(1 if self._character.short_of_money else enough_minor)
        await self._think()

    async def _take_a_turn(self) -> str:
        token = await self._queueing.until_admitted()
        self._figures.timekeeper.happened("admitted")
        if not self._was_admitted:
            self._was_admitted = True
            self._figures.admitted += 1
        self._figures.inside += 1
        try:
            return await self._shop(token)
        except (GoesHome, Refused) as ending:
            # Whom the server does not know inside any more, it may have lost: the place is kept, to come back with.
            if str(ending) not in (_VANISHED, "not_admitted"):
                await self._queueing.leave()
            raise
        finally:
            self._figures.inside -= 1

    async def _shop(self, token: str) -> str:
        hold = await self._choose_seats(token)
        await self._think()
        purchase = await self._till.pay(hold)
        self._figures.sold += 1
        self._figures.tickets += len(purchase.seats)
        if self._character.cancels:
            await self._think()
            if await self._till.cancel(purchase):
                return "sold_and_cancelled"
        return "sold"

    async def _choose_seats(self, token: str) -> Hold:
        hold = await self._seating.hold(token)
        match self._character.holding:
            case "keeps":
                return hold
            case "vanishes":
                raise GoesHome(_VANISHED)
        await self._think()
        await self.api.release(hold.id)
        if self._character.holding == "gives_up":
            raise GoesHome("gave_up_hold")
        return await self._seating.hold(token)

    async def _think(self) -> None:
        if self._think_s:
            await asyncio.sleep(min(self._random.expovariate(1 / self._think_s), 10 * self._think_s))
