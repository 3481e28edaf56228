"""Identifiers: UUIDv7 that rise strictly."""

from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.ids import IdSource, is_id


def test_an_id_is_a_uuid_of_version_7_that_begins_with_the_time(clock: ManualClock) -> None:
    made = UUID(IdSource(clock).next())

    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == clock.now_ms()


@given(st.lists(st.integers(-5000, 5000), max_size=200), st.integers(0, 2**32))
def test_ids_rise_strictly_whatever_the_clock_does(steps: list[int], seed: int) -> None:
    clock = ManualClock()
    ids = IdSource(clock, Random(seed).getrandbits)
    made = [ids.next()]
    for step in steps:
        clock.advance(step)
        made.append(ids.next())

    assert all(before < after for before, after in pairwise(made))
    assert all(UUID(one).version == 7 and is_id(one) for one in made)


def test_ids_of_one_millisecond_rise_even_from_the_largest_beginning(clock: ManualClock) -> None:
    ids = IdSource(clock, lambda bits: (1 << bits) - 1)
    made = [ids.next() for _ in range(10_000)]

    assert made == sorted(set(made))
    assert {UUID(one).int >> 80 for one in made} == {clock.now_ms()}


def test_two_sources_do_not_make_the_same_id(clock: ManualClock) -> None:
    one, other = IdSource(clock), IdSource(clock)

    assert not {one.next() for _ in range(1000)} & {other.next() for _ in range(1000)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "018bcfe5",
        "018BCFE5-6800-7000-8000-000000000001",
        "{18bcfe5-6800-7000-8000-000000000001}",
        "018bcfe568007000800000000000000000001",
        "018bcfe5-6800-7000-8000-00000000000g",
        "018bcfe5-6800-7000-8000-0000000000_1",
        "018bcfe5-6800-7000-8000-00000000000\u0661",
        "urn:uuid:018bcfe5-6800-7000-8000-0000",
    ],
)
def test_what_is_no_id_is_known_as_such(text: str) -> None:
    assert not is_id(text)


@given(st.text(max_size=40))
def test_asking_whether_a_text_is_an_id_never_fails(text: str) -> None:
    is_id(text)
