"""What may be sold."""

import pytest

from boxoffice.catalog.models import Tier
from boxoffice.catalog.policy import clean_description, moment_ms, priced, seats_per_fan_of
from boxoffice.kernel.errors import InvalidRequest


def test_every_tier_needs_a_price_and_no_other_may_have_one() -> None:
    tiers = (Tier("A", "#000", 3), Tier("B", "#111", 4))

    assert [tier.price_minor for tier in priced(tiers, {"B": 2, "A": 1})] == [1, 2]
    for wrong in ({"A": 1}, {"A": 1, "B": 2, "C": 3}, {"A": 1, "B": -1}, {"A": 1, "B": 10**13}):
        with pytest.raises(InvalidRequest):
            priced(tiers, wrong)


def test_descriptions_keep_their_lines_and_nothing_that_cannot_be_read() -> None:
    assert clean_description(" one \r\n\n two\n") == "one\n\ntwo"
    with pytest.raises(InvalidRequest):
        clean_description("a\x00b")
    with pytest.raises(InvalidRequest):
        clean_description("x" * 5001)


@pytest.mark.parametrize("at_ms", [-(2**62), 0, 2**62])
def test_moments_outside_of_two_centuries_are_refused(at_ms: int) -> None:
    with pytest.raises(InvalidRequest):
        moment_ms(at_ms, "start")


@pytest.mark.parametrize("wanted", [0, 101])
def test_a_fan_may_have_one_to_a_hundred_seats(wanted: int) -> None:
    with pytest.raises(InvalidRequest):
        seats_per_fan_of(wanted)
