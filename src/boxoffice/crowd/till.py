"""Where the fan's money moves: topping up, paying once or twice, getting it back."""

import asyncio
from collections.abc import Sequence

from boxoffice.crowd.api import Api
from boxoffice.crowd.behaviour import Character
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.messages import Hold, Paid
from boxoffice.crowd.record import Deeds, Purchase, Unsettled, matches
from boxoffice.crowd.refusal import Refused


class Till:
    """One fan's dealings with money, entered in the fan's own books as the answers come.

    `run_id` makes the idempotency keys of this run its own.
    """

    def __init__(self, api: Api, character: Character, deeds: Deeds, figures: Figures, *, run_id: str) -> None:
        self._api = api
        self._character = character
        self._deeds = deeds
        self._figures = figures
        self._run_id = run_id
        self._keys = 0

    async def top_up(self, amount_minor: int) -> None:
        """Fill the wallet by `amount_minor`. Raises `Refused`."""
        key = self._new_key()
        try:
            await self._api.top_up(amount_minor, key)
        except Refused as refused:
            if refused.lost:
                self._deeds.unsettled.append(Unsettled("top up", key, amount_minor=amount_minor))
            raise
        self._deeds.topped_up_minor += amount_minor

    async def pay(self, hold: Hold) -> Purchase:
        """Pay for the hold the way this fan does; a fan whose wallet is too small fills it and pays again.

        Raises `Refused`.
        """
        try:
            return await self._pay_in_character(hold)
        except Refused as refused:
            if refused.code != "insufficient_balance":
                raise
        await self.top_up(hold.total_minor)
        return await self._pay_in_character(hold)

    async def cancel(self, purchase: Purchase) -> bool:
        """Give the tickets back; whether that was done."""
        key = self._new_key()
        try:
            refund = await self._api.cancel(purchase.reservation_id, key)
        except Refused as refused:
            if refused.lost:
                self._deeds.unsettled.append(Unsettled("cancel", key, purchase.reservation_id))
            return False
        purchase.cancelled = True
        if refund.amount_minor != purchase.total_minor:
            self._figures.found(
                f"reservation {purchase.reservation_id} cost {purchase.total_minor} and gave {refund.amount_minor} back"
            )
        return True

    async def _pay_in_character(self, hold: Hold) -> Purchase:
        paying, key = self._character.paying, self._new_key()
        if paying == "once":
            return self._outcome(hold, [await self._try(hold, key)], one_key=True)
        if paying == "twice_in_turn":
            return self._outcome(hold, [await self._try(hold, key), await self._try(hold, key)], one_key=True)
        if paying == "twice_at_once":
            return self._outcome(hold, await asyncio.gather(*(self._try(hold, key) for _ in range(2))), one_key=True)
        tabs = (self._try(hold, key), self._try(hold, self._new_key()))
        return self._outcome(hold, await asyncio.gather(*tabs), one_key=False)

    async def _try(self, hold: Hold, key: str) -> Purchase | Refused:
        receipt = hold.receipt if self._character.shows_receipt else None
        try:
            paid: Paid = await self._api.pay(hold.id, receipt, key)
        except Refused as refused:
            if refused.lost:
                unsettled = Unsettled("pay", key, hold.id, receipt, self._character.performance.id)
                self._deeds.unsettled.append(unsettled)
            return refused
        purchase = self._deeds.bought(paid, self._character.performance.id)
        if not matches(purchase, hold):
            self._figures.found(f"reservation {purchase.reservation_id} is not what hold {hold.id} said")
        return purchase

    def _outcome(self, hold: Hold, answers: Sequence[Purchase | Refused], *, one_key: bool) -> Purchase:
        """What two answers come to: at most one purchase, and one key means one answer."""
        purchases = [answer for answer in answers if isinstance(answer, Purchase)]
        refusals = [answer for answer in answers if isinstance(answer, Refused)]
        if not purchases:
            raise refusals[0]
        if any(purchase is not purchases[0] for purchase in purchases):
            self._figures.found(f"hold {hold.id} was sold twice to fan {self._character.number}")
        if one_key and any(not refusal.lost for refusal in refusals):
            codes = ", ".join(refusal.code for refusal in refusals)
            self._figures.found(f"one key was answered 201 and also {codes} for hold {hold.id}")
        return purchases[0]

    def _new_key(self) -> str:
        self._keys += 1
        return f"{self._run_id}-{self._character.number}-{self._keys}"
