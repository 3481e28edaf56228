"""Waiting for one's turn: join, watch the public snapshot, report once called."""

import asyncio
from random import Random
from time import perf_counter

from boxoffice.crowd.api import Api
from boxoffice.crowd.behaviour import Character
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.messages import Place, QueueSnapshot
from boxoffice.crowd.refusal import GoesHome, Refused

_TURNS_MAX = 3
_JOINS_MAX = 20
_LONGEST_PAUSE_S = 60.0
_LOST = "lost"


def pause_s(snapshot: QueueSnapshot, number: int, random: Random) -> float:
    """How long to wait before the next look, in s: longer far from the turn, and with jitter, as the server says."""
    poll = snapshot.poll
    ideal_ms = min(poll.near_ms + (number - snapshot.calling) * poll.per_position_ms, poll.far_ms)
    return ideal_ms * random.uniform(1 - poll.jitter, 1 + poll.jitter) / 1000


class Queueing:
    """One fan in one queue. Waits at most `wait_s` in all; then the fan is tired and leaves."""

    def __init__(self, api: Api, character: Character, random: Random, figures: Figures, *, wait_s: float) -> None:
        self._api = api
        self._concert_id = character.concert.id
        self._character = character
        self._random = random
        self._figures = figures
        self._until_s = perf_counter() + wait_s
        self._in_character = True
        self.token = ""

    async def until_admitted(self) -> str:
        """Wait for the turn; the queue token. Raises `GoesHome` and `Refused`."""
        self._figures.waiting += 1
        try:
            turns = 0
            for _ in range(_JOINS_MAX):
                place = await self._join()
                if place.status == "waiting" and self._in_character:
                    self._in_character = False
                    await self._behave(place)
                outcome = await self._wait(place)
                if outcome == "admitted":
                    return self.token
                turns += outcome != _LOST
                if turns == _TURNS_MAX:
                    break
        finally:
            self._figures.waiting -= 1
        raise GoesHome("turn_expired")

    async def leave(self) -> None:
        """Give the place up, if there still is one."""
        try:
            await self._api.leave(self._concert_id, self.token)
        except Refused:
            return  # counted where it was refused; the fan is on the way out in any case

    async def _join(self) -> Place:
        place = await self._api.join(self._concert_id, self.token)
        self.token = place.token
        return place

    async def _behave(self, place: Place) -> None:
        """What this fan does at first when there is a queue."""
        character = self._character
        if character.waiting == "gives_up":
            await asyncio.sleep(character.away_s)
            await self.leave()
            raise GoesHome("gave_up_waiting")
        if character.waiting == "vanishes":
            raise GoesHome("vanished_waiting")
        if character.waiting == "steps_away":
            await asyncio.sleep(character.away_s)
        if character.waiting == "changes_device":
            await asyncio.sleep(character.away_s)
            again = await self._api.join(self._concert_id)
            if again.number != place.number:  # the server has lost it: then the old token must bring it back
                again = await self._api.join(self._concert_id, self.token)
            self.token = again.token
            if again.status == "waiting" and again.number != place.number:
                self._figures.found(f"fan {character.number} came back to number {again.number}, not {place.number}")

    async def _wait(self, place: Place) -> str:
        """Poll until something other than waiting comes of it: admitted, a place that is no more, or one to restore."""
        called, epoch = False, place.epoch
        while place.status == "waiting":
            if perf_counter() > self._until_s:
                await self.leave()
                raise GoesHome("tired_of_waiting")
            if not called:
                snapshot = await self._api.queue(self._concert_id)
                if snapshot.epoch > epoch:
                    return _LOST
                called = place.number <= snapshot.calling
                if not called:
                    if snapshot.phase == "closed":
                        raise GoesHome("sale_closed")
                    await asyncio.sleep(min(pause_s(snapshot, place.number, self._random), _LONGEST_PAUSE_S))
                    continue
            try:
                place = await self._api.current(self._concert_id, self.token)
            except Refused as refused:
                if refused.code != "bad_queue_token":
                    raise
                return _LOST
            if place.status == "waiting":
                jitter = self._random.uniform(1.0, 1.2)
                await asyncio.sleep(min(place.poll_after_ms / 1000 * jitter, _LONGEST_PAUSE_S))
        return place.status
