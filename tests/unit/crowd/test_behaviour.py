from collections import Counter

from boxoffice.crowd.behaviour import Character, character_of, programme_of, random_of
from boxoffice.crowd.messages import Concert, Performance, PricedTier

TIERS = (PricedTier("A", 100),)


def concert(name: str, *seats: int, most: int = 4) -> Concert:
    return Concert(name, name, tuple(Performance(f"{name}{no}", count, most, TIERS) for no, count in enumerate(seats)))


def crowd(seed: int, fans: int, *concerts: Concert) -> list[Character]:
    programme = programme_of(concerts)
    return [character_of(number, random_of(seed, number), programme, arrival_s=2.0) for number in range(fans)]


def test_the_same_seed_makes_the_same_fans():
    assert crowd(5, 200, concert("a", 100, 50)) == crowd(5, 200, concert("a", 100, 50))


def test_another_seed_makes_other_fans():
    assert crowd(5, 200, concert("a", 100, 50)) != crowd(6, 200, concert("a", 100, 50))


def test_a_fan_stays_the_same_in_a_larger_crowd():
    assert crowd(5, 400, concert("a", 100))[:200] == crowd(5, 200, concert("a", 100))


def test_every_kind_of_fan_comes():
    fans = crowd(1, 2000, concert("a", 100))

    assert {fan.waiting for fan in fans} == {"patiently", "gives_up", "vanishes", "steps_away", "changes_device"}
    assert {fan.holding for fan in fans} == {"keeps", "gives_up", "vanishes", "changes_mind"}
    assert {fan.paying for fan in fans} == {"once", "twice_in_turn", "twice_at_once", "two_tabs"}
    assert {fan.count for fan in fans} == {1, 2, 3, 4}
    assert {fan.cancels for fan in fans} == {fan.best_available for fan in fans} == {True, False}
    assert all(0 <= fan.arrives_s <= 2 for fan in fans)


def test_concerts_and_performances_draw_by_their_seats():
    fans = crowd(1, 4000, concert("large", 600, 300), concert("small", 100))
    came = Counter(fan.performance.id for fan in fans)

    assert 0.55 < came["large0"] / 4000 < 0.65
    assert 0.25 < came["large1"] / 4000 < 0.35
    assert 0.07 < came["small0"] / 4000 < 0.13


def test_nobody_wishes_for_more_seats_than_allowed():
    assert max(fan.count for fan in crowd(1, 500, concert("a", 100, most=2))) == 2


def test_concerts_without_seats_are_not_in_the_programme():
    assert [kept.id for kept in programme_of([concert("a", 0), concert("b", 5), concert("c")]).concerts] == ["b"]
