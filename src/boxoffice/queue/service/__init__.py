"""The use cases of the queue: joining and waiting, the operator's controls, the tick of admission."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import msgspec
import structlog

from boxoffice.accounts.models import Fan
from boxoffice.accounts.service import AccountService
from boxoffice.adapters.database import Database
from boxoffice.adapters.logs import by_fan
from boxoffice.adapters.metrics import Metrics
from boxoffice.adapters.snapshot import Snapshot, Snapshots
from boxoffice.adapters.tokens import TokenInvalid, Tokens
from boxoffice.kernel.clock import Clock
from boxoffice.kernel.errors import BadQueueToken, SaleClosed, Unavailable
from boxoffice.queue.models import (
    Concerts,
    Joined,
    LiveNumbers,
    LogEvent,
    Place,
    PolicyChanges,
    QueuePolicy,
    SaleAction,
    SoldSeats,
    TokenClaims,
    Unprepared,
)
from boxoffice.queue.policy import after_action, changed, published, told
from boxoffice.queue.repository import QueueRepository
from boxoffice.queue.service.policies import Change, Policies
from boxoffice.queue.service.preparing import Preparing
from boxoffice.queue.store import LOG_PAGE, QueueStore

_ATTEMPTS_MAX = 3
_ROUNDS_MAX = 20
_log = structlog.get_logger()

Answer = TypeVar("Answer")


class QueueService:
    """The waiting queues of all concerts: places in Redis, policies and epochs in the database.

    A queue that Redis does not know is prepared from the database by the first who asks. Every method raises
    `NotFound` where there is no such concert, `Unavailable` or `Overloaded` where a store cannot be asked.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: QueueRepository,
        store: QueueStore,
        catalog: Concerts,
        sold: SoldSeats,
        accounts: AccountService,
        tokens: Tokens,
        clock: Clock,
        metrics: Metrics,
        defaults: QueuePolicy,
        token_ttl_s: int,
        snapshot_ms: int,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._metrics = metrics
        self._token_ttl_ms = token_ttl_s * 1000
        self._snapshots = Snapshots(self._snapshot_body, clock=clock, max_age_ms=snapshot_ms)
        self._policies = Policies(
            database=database,
            repository=repository,
            store=store,
            catalog=catalog,
            accounts=accounts,
            clock=clock,
            metrics=metrics,
            defaults=defaults,
        )
        self._preparing = Preparing(
            database=database,
            repository=repository,
            store=store,
            catalog=catalog,
            sold=sold,
            clock=clock,
            metrics=metrics,
            defaults=defaults,
            on_prepared=self._policies.tell_again,
        )

    # A fan's way through the queue

    async def join(self, fan: Fan, concert_id: str, presented: str | None = None) -> Joined:
        """Give the fan a place, or the one they have. Raises `SaleClosed` unless the sale is open or paused.

        `presented` is a queue token from an earlier join: it restores a place that Redis has lost. One that is no
        longer any good is no obstacle, and no help.
        """
        number = 0
        with suppress(BadQueueToken):
            number = self.claims(concert_id, presented, fan).number if presented else 0
        stored = await self._prepared(concert_id, lambda: self._store.join(concert_id, fan.user_id, number))
        if stored is None:
            self._metrics.count("outcomes", operation="join", outcome="closed")
            raise SaleClosed
        self._metrics.count("outcomes", operation="join", outcome="repeated" if stored.repeated else stored.status)
        if stored.status == "admitted" and not stored.repeated:
            _log.info("admitted", concert=concert_id, fan=fan.user_id)
        claims = {"sub": fan.user_id, "con": concert_id, "num": stored.number, "epo": stored.epoch}
        token = self._tokens.sign(claims, expires_ms=self._clock.now_ms() + self._token_ttl_ms)
        return Joined(token, told(stored), stored.repeated, stored.epoch)

    async def snapshot(self, concert_id: str) -> Snapshot:
        """The queue as everybody sees it: `QueueSnapshot` as JSON, computed once however many ask."""
        return await self._snapshots.get(concert_id)

    async def current(self, concert_id: str, token: str, fan: Fan | None = None) -> Place:
        """How the token's place stands; asking marks a called fan present. Raises `BadQueueToken`."""
        claims = self.claims(concert_id, token, fan)
        stored = await self._prepared(
            concert_id, lambda: self._store.current(concert_id, claims.fan_id, claims.number, claims.epoch)
        )
        if stored is None:
            raise BadQueueToken("This place was lost. Join again and present this token to have it back.")
        return told(stored)

    async def leave(self, concert_id: str, token: str, fan: Fan | None = None) -> None:
        """Give the token's place up, for good. Doing so again changes nothing. Raises `BadQueueToken`."""
        claims = self.claims(concert_id, token, fan)
        left = await self._prepared(concert_id, lambda: self._store.leave(concert_id, claims.fan_id, claims.number))
        self._metrics.count("outcomes", operation="leave", outcome="left" if left else "gone")

    async def depart(self, concert_id: str, fan_id: str) -> bool:
        """Give the fan's place inside free, as they have bought; False when they were not inside."""
        return await self._prepared(concert_id, lambda: self._store.depart(concert_id, fan_id))

    def claims(self, concert_id: str, token: str, fan: Fan | None = None) -> TokenClaims:
        """What the token says. Raises `BadQueueToken`: not ours, expired, or of another concert or fan."""
        try:
            raw = self._tokens.verify(token)
            claims = TokenClaims(str(raw["sub"]), str(raw["con"]), int(raw["num"]), int(raw["epo"]))
        except (TokenInvalid, KeyError, ValueError, TypeError) as error:
            raise BadQueueToken from error
        if claims.concert_id != concert_id or (fan is not None and claims.fan_id != fan.user_id):
            raise BadQueueToken
        by_fan(claims.fan_id)
        return claims

    # The operator's controls

    async def policy(self, concert_id: str) -> QueuePolicy:
        """The policy in force, or about to be at the next tick."""
        return await self._policies.policy(concert_id)

    async def change_policy(self, actor: Fan, concert_id: str, changes: PolicyChanges) -> QueuePolicy:
        """Change parts of the policy, in force at the next tick. Raises `InvalidRequest`, `Conflict`."""
        details = {name: value for name, value in changes._asdict().items() if value is not None}
        change = Change(actor.user_id, "queue.policy", details, lambda before: changed(before, changes))
        return await self._change(concert_id, change)

    async def change_phase(self, actor: Fan, concert_id: str, action: SaleAction) -> QueuePolicy:
        """Open, pause, resume or close the sale. Doing what is done changes nothing. Raises `Conflict`."""
        change = Change(actor.user_id, f"sale.{action}", {}, lambda before: after_action(before, action))
        return await self._change(concert_id, change)

    def on_sale(self) -> list[str]:
        """The concerts whose sale is on, as of the last second; the one that was made last comes first."""
        return self._policies.on_sale()

    async def live(self, concert_id: str) -> LiveNumbers:
        """The queue in numbers, exact at `as_of_ms`."""
        return await self._prepared(concert_id, lambda: self._store.numbers(concert_id))

    async def log(self, concert_id: str) -> AsyncIterator[LogEvent]:
        """The admission log from the oldest event kept, read in pages."""
        after: str | None = None
        while page := await self._store.log_page(concert_id, after, LOG_PAGE):
            for event in page:
                yield event
            after = page[-1].id

    # The tick

    async def admit_due(self) -> int:
        """Admit to every sale that is on; the number of fans let in. Safe to run on any number of instances at once.

        One concert's failure does not keep the others waiting; the first is raised when all are done.
        """
        outdated = await self._policies.refresh()
        applied = await asyncio.gather(*map(self._policies.apply, outdated), return_exceptions=True)
        due = self._policies.on_sale()
        admitted = await asyncio.gather(*map(self._admit, due), return_exceptions=True)
        for result in (*applied, *admitted):
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in admitted if isinstance(result, int))

    # Inside

    async def _change(self, concert_id: str, change: Change) -> QueuePolicy:
        # Asked first, so that Redis knows the queue under its old phase: otherwise opening a sale for the first time
        # could not be told from preparing one that was open before, whose numbers are lost.
        await self.live(concert_id)
        policy = await self._policies.change(concert_id, change)
        self._snapshots.forget(concert_id)
        return policy

    async def _admit(self, concert_id: str) -> int:
        admitted = 0
        for _ in range(_ROUNDS_MAX):
            done = await self._prepared(concert_id, lambda: self._store.admit(concert_id))
            admitted += done.admitted
            for outcome, amount in done.counts().items():
                if amount:
                    self._metrics.count("outcomes", amount, operation="admit", outcome=outcome)
            for fan_id in done.fans:
                _log.info("admitted", concert=concert_id, fan=fan_id)
            if not done.unfinished:
                break
        return admitted

    async def _prepared(self, concert_id: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        for _ in range(_ATTEMPTS_MAX):
            try:
                return await ask()
            except Unprepared:
                await self._preparing.prepare(concert_id)
        raise Unavailable("The queue is being prepared. Try again shortly.")

    async def _snapshot_body(self, concert_id: str) -> bytes:
        return msgspec.json.encode(published(concert_id, await self.live(concert_id)))
