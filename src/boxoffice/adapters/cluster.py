"""Which server is the primary just now, and which replicas are fresh enough to read from.

Every server is looked at twice a second over a connection of its own. Between looks nobody asks: a request that needs
the primary while there is none is refused at once, and what was waiting for it is cut off.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog

from boxoffice.adapters.engines import code_of
from boxoffice.adapters.hosts import LOOK_S, Host, Look
from boxoffice.adapters.lag import Timeline, lag_s
from boxoffice.adapters.metrics import Metrics
from boxoffice.kernel.errors import Unavailable

_log = structlog.get_logger()

_EVERY_S = 0.5
_AT_LEAST_S = 0.02
_MISSES = 2
"""A server that does not answer in time is lost at the second miss: once may be a busy moment of its or ours."""


class Cluster:
    """The servers named in the settings, and what is known of each.

    `primaries` are all that may be the primary: the one that takes writes is. `replicas` may be read from while they
    miss nothing that the primary has had for longer than `lag_max_s`, or while no primary was ever seen. A server may
    be named among both: while it is the primary it is no replica. SQLite files are not looked at.
    """

    def __init__(
        self, primaries: Sequence[Host], replicas: Sequence[Host], *, metrics: Metrics, lag_max_s: float
    ) -> None:
        self._primaries = list(primaries)
        self._replicas = list(replicas)
        self._metrics = metrics
        self._lag_max_s = lag_max_s
        self._current: Host | None = None
        self._readable: set[Host] = set()
        self._turn = itertools.count()
        self._misses = 0
        self._is_ambiguous = False
        self._primary_id = ""  # whose the timeline is: of the primary, or while there is none of the last one
        self._timeline = Timeline(lag_max_s)
        self._wakes: dict[Host, asyncio.Event] = {}
        self._sampled = asyncio.Event()
        self._watchers: list[asyncio.Task[None]] = []
        self._first_looks: list[asyncio.Event] = []
        if self._primaries[0].is_sqlite:
            self._current, self._readable = self._primaries[0], set(self._replicas)

    async def primary(self) -> Host:
        """The server that takes writes. Raises `Unavailable` at once while there is none."""
        await self._begun()
        if self._current is None:
            raise Unavailable("The database has no primary just now. Try again shortly.")
        return self._current

    async def replicas(self) -> list[Host]:
        """The replicas that may be read from, each in its turn first."""
        await self._begun()
        usable = [host for host in self._replicas if host in self._readable]
        first = next(self._turn) % len(usable) if usable else 0
        return usable[first:] + usable[:first]

    def suspect(self, host: Host) -> None:
        """Somebody had trouble: look now rather than in half a second. A replica is left out until it was looked at."""
        if host in self._replicas and not host.is_sqlite:
            self._leave_out(host, "trouble")
        if host in self._wakes:
            self._wakes[host].set()

    async def close(self) -> None:
        """Look no more and give every connection back."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.gather(*(host.close() for host in [*self._primaries, *self._replicas]))

    # Looking

    async def _begun(self) -> None:
        if self._watchers or self._primaries[0].is_sqlite:
            if self._first_looks:
                await self._first_round()
            return
        self._watch(self._look_for_primary, self._primaries)
        for host in self._replicas:
            self._watch(partial(self._look_at_replica, host), [host])
        await self._first_round()

    async def _first_round(self) -> None:
        waiting = [looked.wait() for looked in self._first_looks]
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * LOOK_S):
                await asyncio.gather(*waiting)
        self._first_looks.clear()

    def _watch(self, look: Callable[[], Awaitable[None]], hosts: Sequence[Host]) -> None:
        wake, looked = asyncio.Event(), asyncio.Event()
        self._wakes |= dict.fromkeys(hosts, wake)
        self._first_looks.append(looked)
        self._watchers.append(asyncio.get_running_loop().create_task(self._run(look, wake, looked)))

    async def _run(self, look: Callable[[], Awaitable[None]], wake: asyncio.Event, looked: asyncio.Event) -> None:
        while True:
            try:
                await look()
            except Exception as error:
                _log.error("database_watch_failed", error=type(error).__name__, detail=str(error))
            looked.set()
            # However much trouble is reported, looks stay this far apart.
            await asyncio.sleep(_AT_LEAST_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_S - _AT_LEAST_S):
                    await wake.wait()
            wake.clear()

    # The primary

    async def _look_for_primary(self) -> None:
        answers = await asyncio.gather(*(host.look() for host in self._primaries), return_exceptions=True)
        looks = dict(zip(self._primaries, answers, strict=True))
        writable = [host for host, look in looks.items() if isinstance(look, Look) and look.writable]
        self._metrics.gauge("database_primaries", len(writable))
        self._notice_ambiguity(writable)
        for host, look in looks.items():
            semi_sync = isinstance(look, Look) and look.writable and look.semi_sync
            self._metrics.gauge("semi_sync", float(semi_sync), primary=host.name)
            if host not in writable:
                await host.forget_prober()  # the next look resolves the name anew
        if self._current in writable:
            self._misses = 0
            self._sample(looks[self._current])
        elif len(writable) == 1:
            await self._take(writable[0], looks[writable[0]])
        elif self._current is not None and self._is_lost(looks[self._current]):
            await self._lose(looks[self._current])

    def _notice_ambiguity(self, writable: Sequence[Host]) -> None:
        """Whoever has used one of two primaries stays with it; whoever has to choose does not guess."""
        was, self._is_ambiguous = self._is_ambiguous, len(writable) > 1
        if self._is_ambiguous and not was:
            _log.error("several_primaries", hosts=[host.name for host in writable])

    def _is_lost(self, look: Look | BaseException) -> bool:
        """Whether to give the primary up: at once if it says no or is not there, at the second miss if it is silent."""
        self._misses = _MISSES if isinstance(look, Look) or not _is_silence(look) else self._misses + 1
        if self._misses < _MISSES:
            self._wakes[self._primaries[0]].set()
        return self._misses >= _MISSES

    async def _take(self, host: Host, look: Look | BaseException) -> None:
        before, self._current, self._misses = self._current, host, 0
        _log.info("primary_found", host=host.name)
        self._metrics.count("primary_changes")
        if before is not None:
            before.hang_up()
            await before.forget()
        self._timeline.clear()
        self._sample(look)

    async def _lose(self, look: Look | BaseException) -> None:
        host, self._current = self._current, None
        assert host is not None
        reason = "read only" if isinstance(look, Look) else f"{type(look).__name__}: {look}"
        _log.warning("primary_lost", host=host.name, reason=reason)
        host.hang_up()
        await host.forget()

    def _sample(self, look: Look | BaseException) -> None:
        assert isinstance(look, Look)
        self._primary_id = look.server_id
        self._timeline.note(look.position, asyncio.get_running_loop().time())
        self._sampled.set()

    # Replicas

    async def _look_at_replica(self, host: Host) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._sampled.wait()
        samples = self._timeline.samples()
        try:
            server_id, reached = await host.has_of([sample.position for sample in samples])
        except Exception as error:
            if host not in self._readable:
                host.hang_up()  # not at the first miss, which may be a busy moment
            self._leave_out(host, f"{type(error).__name__}: {error}")
            await host.forget_prober()
            return
        is_primary = server_id == self._primary_id
        # MariaDB is asked what it has as a replica, which leaves out what it wrote itself.
        lag = 0.0 if is_primary else lag_s(samples, reached, asyncio.get_running_loop().time())
        # Who started without a primary knows of nothing that a replica could miss, and has nothing better to show.
        is_all_there_is = not samples and self._current is None
        if is_primary and self._current is not None:
            self._readable.discard(host)  # nothing is wrong with it: it is read from as the primary
        elif not is_all_there_is and (lag is None or lag > self._lag_max_s):
            self._leave_out(host, "unknown position" if lag is None else f"lags by {lag:.1f} s or more")
        elif host not in self._readable:
            self._readable.add(host)
            _log.info("replica_taken_in", host=host.name)
        if lag is not None:
            self._metrics.gauge("replica_lag_seconds", lag, replica=host.name)
        self._metrics.gauge("replica_in_use", float(is_primary or host in self._readable), replica=host.name)

    def _leave_out(self, host: Host, reason: str) -> None:
        if host in self._readable:
            self._readable.discard(host)
            _log.warning("replica_left_out", host=host.name, reason=reason)
        self._metrics.gauge("replica_in_use", 0.0, replica=host.name)


def _is_silence(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) and not code_of(error)
