"""What the admission log proves: it is lived through again, beside an account of one's own."""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from boxoffice.queue.models import LogEvent

PROBLEMS_MAX = 100
_MICRO = 1_000_000


class AdmissionAudit(NamedTuple):
    """What the admission log proves. No problems: the limit held, and the lowest number present always went first.

    `complete` is False when the log's beginning was trimmed away; then only what follows could be checked.
    """

    problems: list[str]
    admitted: int
    peak_inside: int
    events: int
    complete: bool


def replay(events: Iterable[LogEvent]) -> AdmissionAudit:
    """Live the admission log through again and say what was wrong. See `Replay`."""
    audit = Replay()
    for event in events:
        audit.take(event)
    return audit.result()


class Replay:
    """Takes the admission log event by event, from the oldest, and keeps its own account of who is where.

    Checked at every admission: the sale is open; the fan is present, and nobody present has a lower number; the fan
    was not inside already; the count inside, by this account and by the script's, is the same and within the limit
    in force; the rate is kept (a bucket of at most one second's worth). At most `PROBLEMS_MAX` problems are kept.
    """

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._present: dict[str, int] = {}
        self._in_order: list[tuple[int, str]] = []  # heap; entries no longer in _present are skipped
        self._inside: set[str] = set()
        self._limit: int | None = None
        self._phase: str | None = None
        self._rate_milli = 0
        self._bucket_micro = 0
        self._bucket_ms = 0
        self._admitted = 0
        self._peak_inside = 0
        self._events = 0
        self._complete = False

    def take(self, event: LogEvent) -> None:
        """The next event."""
        if self._events == 0:
            self._complete = event.kind == "prepare"
        self._events += 1
        match event.kind:
            case "prepare" | "policy":
                self._limit, self._phase = event.limit, event.phase
                self._rate_milli = event.rate_milli or 0
                self._bucket_micro, self._bucket_ms = self._bucket_max(), event.at_ms
            case "present":
                self._present[event.fan_id] = event.number
                heappush(self._in_order, (event.number, event.fan_id))
            case "away":
                self._present.pop(event.fan_id, None)
            case "admit":
                self._admit(event)
            case "leave" | "expire" | "depart":
                self._present.pop(event.fan_id, None)
                self._inside.discard(event.fan_id)
            case _:
                self._problem(event, "is of an unknown kind")

    def result(self) -> AdmissionAudit:
        """What has been found so far."""
        return AdmissionAudit(list(self._problems), self._admitted, self._peak_inside, self._events, self._complete)

    def _admit(self, event: LogEvent) -> None:
        self._admitted += 1
        first = self._first_present()
        if first is not None and first[0] < event.number:
            self._problem(event, f"went ahead of number {first[0]}, who was present")
        if self._present.pop(event.fan_id, None) != event.number and self._complete:
            self._problem(event, "was let in without being present")
        if event.fan_id in self._inside:
            self._problem(event, "was let in while inside")
        self._inside.add(event.fan_id)
        inside, limit = event.inside or 0, event.limit or 0
        self._peak_inside = max(self._peak_inside, inside)
        if inside > limit:
            self._problem(event, f"made {inside} inside, above the limit of {limit}")
        if self._limit is not None and limit != self._limit:
            self._problem(event, f"was let in under a limit of {limit} while {self._limit} was in force")
        if self._phase is not None and self._phase != "open":
            self._problem(event, f"was let in while the sale was {self._phase}")
        if self._complete and inside != len(self._inside):
            self._problem(event, f"was counted as one of {inside} inside where the log gives {len(self._inside)}")
        self._spend(event)

    def _spend(self, event: LogEvent) -> None:
        if not self._rate_milli:
            return
        gained = max(0, event.at_ms - self._bucket_ms) * self._rate_milli
        self._bucket_micro = min(self._bucket_max(), self._bucket_micro + gained) - _MICRO
        self._bucket_ms = event.at_ms
        if self._bucket_micro < 0:
            self._problem(event, "was let in faster than the rate allows")
            self._bucket_micro = 0

    def _bucket_max(self) -> int:
        return max(self._rate_milli * 1000, _MICRO + self._rate_milli * 250)  # as in lua/admission.lua

    def _first_present(self) -> tuple[int, str] | None:
        while self._in_order and self._present.get(self._in_order[0][1]) != self._in_order[0][0]:
            heappop(self._in_order)
        return self._in_order[0] if self._in_order else None

    def _problem(self, event: LogEvent, what: str) -> None:
        if len(self._problems) < PROBLEMS_MAX:
            self._problems.append(f"{event.id}: {event.kind} of number {event.number} (fan {event.fan_id}) {what}.")
