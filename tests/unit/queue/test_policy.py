"""Pure decisions of the queue."""

import pytest

from boxoffice.kernel.errors import Conflict, InvalidRequest
from boxoffice.queue.models import PolicyChanges, StoredPlace
from boxoffice.queue.policy import (
    PACING,
    after_action,
    changed,
    eta_s,
    numbers_before,
    poll_after_ms,
    told,
)
from tests.queues import OPEN

WAITING = StoredPlace(
    status="waiting",
    number=100,
    deadline_ms=0,
    position=50,
    turn=0,
    calling=60,
    pace_per_s=2.0,
    phase="open",
    limit=100,
    rate_milli=0,
    session_ttl_ms=600_000,
    presence_ttl_ms=30_000,
    epoch=1,
    now_ms=1_000_000,
    repeated=True,
)


# Policies


def test_a_change_leaves_the_rest_as_it_was() -> None:
    after = changed(OPEN, PolicyChanges(limit=9))

    assert OPEN._replace(limit=9) == after


def test_a_rate_is_kept_to_thousandths() -> None:
    assert changed(OPEN, PolicyChanges(admit_rate_per_s=1 / 3)).admit_rate_per_s == 0.333


def test_a_rate_of_nought_means_no_rate() -> None:
    assert changed(OPEN._replace(admit_rate_per_s=5), PolicyChanges(admit_rate_per_s=0)).admit_rate_per_s == 0


@pytest.mark.parametrize(
    "changes",
    [
        PolicyChanges(limit=0),
        PolicyChanges(limit=1_000_001),
        PolicyChanges(admit_rate_per_s=-1),
        PolicyChanges(admit_rate_per_s=0.0005),
        PolicyChanges(admit_rate_per_s=float("nan")),
        PolicyChanges(admit_rate_per_s=1e9),
        PolicyChanges(session_ttl_s=4),
        PolicyChanges(session_ttl_s=86_401),
        PolicyChanges(presence_ttl_s=1),
        PolicyChanges(presence_ttl_s=3601),
    ],
)
def test_values_out_of_bounds_are_refused(changes: PolicyChanges) -> None:
    with pytest.raises(InvalidRequest):
        changed(OPEN, changes)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("scheduled", "open", True),
        ("scheduled", "paused", False),
        ("open", "paused", True),
        ("open", "scheduled", False),
        ("paused", "open", True),
        ("paused", "closed", True),
        ("closed", "open", True),
        ("closed", "paused", False),
        ("open", "open", True),
    ],
)
def test_phases_follow_their_order(before: str, after: str, allowed: bool) -> None:
    policy = OPEN._replace(phase=before)
    if allowed:
        assert after == changed(policy, PolicyChanges(phase=after)).phase
    else:
        with pytest.raises(Conflict):
            changed(policy, PolicyChanges(phase=after))


@pytest.mark.parametrize(
    ("phase", "action", "after"),
    [
        ("scheduled", "open", "open"),
        ("open", "open", "open"),
        ("open", "pause", "paused"),
        ("paused", "resume", "open"),
        ("paused", "close", "closed"),
        ("closed", "open", "open"),
    ],
)
def test_actions_lead_to_phases(phase: str, action: str, after: str) -> None:
    assert after == after_action(OPEN._replace(phase=phase), action).phase


@pytest.mark.parametrize(
    ("phase", "action"), [("scheduled", "pause"), ("scheduled", "resume"), ("closed", "pause"), ("paused", "open")]
)
def test_actions_without_sense_are_refused(phase: str, action: str) -> None:
    with pytest.raises(Conflict):
        after_action(OPEN._replace(phase=phase), action)


def test_each_epoch_counts_on_above_all_earlier_numbers() -> None:
    assert [numbers_before(epoch) for epoch in (1, 2, 3)] == [0, 10_000_000, 20_000_000]


# What a fan is told


def test_the_poll_interval_grows_with_the_distance_to_the_call_within_its_bounds() -> None:
    intervals = [poll_after_ms(WAITING._replace(number=60 + distance)) for distance in (1, 1000, 10_000, 10**7)]

    assert [1001, 2000, 11_000, PACING.far_ms] == intervals


def test_a_called_fan_polls_often_enough_to_stay_present() -> None:
    for turn in (0, 1, 100, 100_000):
        for presence_ttl_ms in (2000, 30_000, 3_600_000):
            place = WAITING._replace(number=60, turn=turn, presence_ttl_ms=presence_ttl_ms)

            assert poll_after_ms(place) * (1 + PACING.jitter) * 2 <= presence_ttl_ms


def test_whoever_is_next_polls_every_second() -> None:
    assert poll_after_ms(WAITING._replace(number=60, turn=1)) == 1000


@pytest.mark.parametrize(("pace_per_s", "poll_ms"), [(0.1, 3980), (50.0, 1490), (1000.0, 1000)])
def test_a_present_fan_looks_again_halfway_to_their_turn_at_the_latest(pace_per_s: float, poll_ms: int) -> None:
    place = WAITING._replace(number=60, turn=150, pace_per_s=pace_per_s)

    assert poll_after_ms(place) == poll_ms


def test_the_wait_is_estimated_from_the_measured_pace() -> None:
    assert eta_s(WAITING) == 25


def test_a_present_fan_waits_only_for_those_present() -> None:
    assert eta_s(WAITING._replace(turn=3)) == 2


def test_without_a_pace_the_wait_is_what_the_policy_guarantees() -> None:
    # 100 places, each given on at least every 600 s.
    assert eta_s(WAITING._replace(pace_per_s=0.0)) == 300


def test_no_estimate_is_faster_than_the_rate() -> None:
    assert eta_s(WAITING._replace(rate_milli=500)) == 100


@pytest.mark.parametrize("phase", ["paused", "closed"])
def test_while_nobody_is_let_in_there_is_no_estimate(phase: str) -> None:
    assert eta_s(WAITING._replace(phase=phase)) is None


def test_an_admitted_fan_is_told_until_when() -> None:
    place = told(WAITING._replace(status="admitted", deadline_ms=1_005_000))

    assert (
        place.status,
        place.position,
        place.eta_s,
        place.admitted_until_ms,
        place.poll_after_ms,
    ) == ("admitted", 0, 0, 1_005_000, 5000)


@pytest.mark.parametrize("status", ["left", "expired"])
def test_a_place_that_ended_has_no_position(status: str) -> None:
    place = told(WAITING._replace(status=status))

    assert (status, None, None, None) == (place.status, place.position, place.eta_s, place.admitted_until_ms)
