"""What kind of fan each one is: every choice drawn from (seed, number), before the first request.

The same seed gives the same fans with the same intentions, whatever the server answers.
"""

from collections.abc import Sequence
from random import Random
from typing import Literal, NamedTuple, TypeVar

import msgspec

from boxoffice.crowd.messages import Concert, Performance

Choice = TypeVar("Choice")

Waiting = Literal["patiently", "gives_up", "vanishes", "steps_away", "changes_device"]
Holding = Literal["keeps", "gives_up", "vanishes", "changes_mind"]
Paying = Literal["once", "twice_in_turn", "twice_at_once", "two_tabs"]

_COUNTS = ((1, 30), (2, 45), (3, 10), (4, 15))
_WAITING: tuple[tuple[Waiting, int], ...] = (
    ("patiently", 85),
    ("gives_up", 2),
    ("vanishes", 1),
    ("steps_away", 6),
    ("changes_device", 6),
)
_HOLDING: tuple[tuple[Holding, int], ...] = (("keeps", 91), ("gives_up", 4), ("vanishes", 1), ("changes_mind", 4))
_PAYING: tuple[tuple[Paying, int], ...] = (
    ("once", 70),
    ("twice_in_turn", 10),
    ("twice_at_once", 10),
    ("two_tabs", 10),
)


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """One fan's intentions."""

    number: int
    concert: Concert
    performance: Performance
    arrives_s: float
    count: int
    best_available: bool
    hold_tries: int
    waiting: Waiting
    away_s: float
    holding: Holding
    paying: Paying
    shows_receipt: bool
    short_of_money: bool
    renews_session: bool
    cancels: bool


class Programme(NamedTuple):
    """What is for sale, and how much each draws: by its seats."""

    concerts: tuple[Concert, ...]
    seats: tuple[int, ...]


def programme_of(concerts: Sequence[Concert]) -> Programme:
    """The programme of the concerts that have seats to sell."""
    selling = tuple(concert for concert in concerts if sum(show.seat_count for show in concert.performances))
    return Programme(selling, tuple(sum(show.seat_count for show in concert.performances) for concert in selling))


def random_of(seed: int, number: int) -> Random:
    """The randomness of fan `number`, from which everything about the fan is drawn."""
    return Random(f"boxoffice {seed} {number}")  # noqa: S311  a seeded story, no secret


def character_of(number: int, random: Random, programme: Programme, *, arrival_s: float) -> Character:
    """Draw fan `number`, who arrives within `arrival_s` of the start. Always the same draws in the same order."""
    concert = random.choices(programme.concerts, programme.seats)[0]
    performance = random.choices(concert.performances, [show.seat_count for show in concert.performances])[0]
    return Character(
        number=number,
        concert=concert,
        performance=performance,
        arrives_s=random.uniform(0, arrival_s),
        count=min(_weighted(random, _COUNTS), performance.seats_per_fan, performance.seat_count),
        best_available=random.random() < 0.6,
        hold_tries=random.randint(4, 8),
        waiting=_weighted(random, _WAITING),
        away_s=random.uniform(0.2, 2.0),
        holding=_weighted(random, _HOLDING),
        paying=_weighted(random, _PAYING),
        shows_receipt=random.random() < 0.8,
        short_of_money=random.random() < 0.03,
        renews_session=random.random() < 0.03,
        cancels=random.random() < 0.05,
    )


def _weighted(random: Random, choices: Sequence[tuple[Choice, int]]) -> Choice:
    return random.choices([choice for choice, _ in choices], [weight for _, weight in choices])[0]
