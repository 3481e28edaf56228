"""What the fans of the stadium do, and what became of them."""

import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from bench.house import Sale
from bench.shop import Shop, free_of, held_of, numbers_of, place_of
from bench.visits import Answer, Gate, Visit

_BOARD_EVERY_S = 1.0
_NOTICES_WITHIN_S = 1.0
_RETRY_S = 0.5
_WISHES_MOST = 20
_LOOKS_SHARE = 0.05
_CHOOSES_SHARE = 0.4
_SEATS = (1, 2, 2, 3)
_CHOICES = 8

Asking = Generator[bytes | float | Callable[[Any], None], Answer, Answer]


class Crowd:
    """One burst of fans.

    They read the public pages from a board that is renewed once a second, as behind a CDN; one in twenty looks for
    themselves. Each wants one to three seats, two in five choose seats by their number, the others take the best there
    are, and pay at once. A fan who finds nothing gives up.
    """

    def __init__(self, sale: Sale, gate: Gate, *, seed: int) -> None:
        self._sale = sale
        self._shop = Shop(sale)
        self._gate = gate
        self._random = Random(seed)
        self._calling = 0
        self._taken = bytes(sale.seats // 8 + 1)
        self._uncalled: list[tuple[int, int, Visit]] = []
        self._order = count()
        self._began_s = 0.0
        self.over = False
        self.sold = 0
        self.first_sale_s = 0.0
        self.last_sale_s = 0.0
        self.joined_s = 0.0
        self.waits_s: list[float] = []
        self.purchases_s: list[float] = []
        self.outcomes: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()

    def begin(self) -> None:
        """The sale begins for the fans; the board is kept from here on."""
        self._began_s = time.perf_counter()
        self._gate.begin(self._board())

    def arrive(self, access: str) -> None:
        """One more fan."""
        self._gate.begin(self._visit(access))

    def end(self) -> None:
        """Nothing more is to be had: whoever waits goes home."""
        self.over = True
        while self._uncalled:
            self._gate.resume(heappop(self._uncalled)[2])

    def _now_s(self) -> float:
        return time.perf_counter() - self._began_s

    def _board(self) -> Visit:
        while not self.over:
            answer = yield self._shop.snapshot
            if answer.status == 200:
                self._calling = numbers_of(answer.body).calling
            answer = yield self._shop.availability
            if answer.status == 200:
                self._taken = b64decode(free_of(answer.body).taken)
            while self._uncalled and self._uncalled[0][0] <= self._calling:
                # Each reads the board at a moment of their own within the second.
                self._gate.resume(heappop(self._uncalled)[2], self._random.random() * _NOTICES_WITHIN_S)
            yield _BOARD_EVERY_S

    def _visit(self, access: str) -> Visit:
        arrived_s = self._now_s()
        answer = yield from self._asked("join", self._shop.join(access), {200, 201})
        if answer.status not in {200, 201}:
            self.outcomes["not joined"] += 1
            return
        self.joined_s = self._now_s()
        place = place_of(answer.body)
        token = place.token
        if place.status == "waiting" and place.number > self._calling and not self.over:
            number = place.number
            yield lambda visit: heappush(self._uncalled, (number, next(self._order), visit))
        while place.status == "waiting" and not self.over:
            answer = yield from self._asked("current", self._shop.current(token), {200})
            if answer.status != 200:
                break
            place = place_of(answer.body)
            if place.status == "waiting":
                yield place.poll_after_ms / 1000
        if place.status != "admitted":
            self.outcomes["still waiting when all was sold"] += 1
            return
        inside_s = self._now_s()
        self.waits_s.append(inside_s - arrived_s)
        yield from self._buy(access, token)
        self.purchases_s.append(self._now_s() - inside_s)

    def _buy(self, access: str, token: str) -> Visit:
        if self._random.random() < _LOOKS_SHARE:
            yield from self._asked("availability", self._shop.availability, {200})
        wanted = self._random.choice(_SEATS)
        chooses = self._random.random() < _CHOOSES_SHARE
        for _ in range(_WISHES_MOST):
            seats = self._free_seats(wanted) if chooses else []
            wish = self._shop.hold(access, token, seats) if seats else self._shop.best(access, token, wanted)
            answer = yield from self._asked("hold", wish, {201})
            if answer.status == 201:
                break
            if not seats:
                if wanted == 1 or self.over:
                    self.outcomes["found nothing"] += 1
                    return
                wanted -= 1
            chooses = False  # somebody was faster; the board is a second old
        else:
            self.outcomes["gave up"] += 1
            return
        held = held_of(answer.body)
        answer = yield from self._asked("payment", self._shop.pay(access, held.id), {201})
        if answer.status != 201:
            self.outcomes[f"payment refused ({answer.status})"] += 1
            return
        self.outcomes["bought"] += 1
        self.last_sale_s = self._now_s()
        self.first_sale_s = self.first_sale_s or self.last_sale_s
        self.sold += len(held.seats)
        if self.sold >= self._sale.seats:
            self.end()

    def _asked(self, what: str, ask: bytes, good: set[int]) -> Asking:
        """Ask, and again after a while where nothing came or the service was too busy."""
        while True:
            answer = yield ask
            self.answers[f"{what} {answer.status or 'broken'}"] += 1
            if answer.status in good or answer.status not in {0, 503} or (self.over and what != "payment"):
                return answer
            yield _RETRY_S * (1 + self._random.random())

    def _free_seats(self, wanted: int) -> list[int]:
        for _ in range(_CHOICES):
            first = self._random.randrange(self._sale.seats - wanted)
            if not any(self._taken[no // 8] >> (7 - no % 8) & 1 for no in range(first, first + wanted)):
                return list(range(first, first + wanted))
        return []
