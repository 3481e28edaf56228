"""How lag is told from the positions of a primary, at moments that the test names."""

from itertools import pairwise

import pytest

from boxoffice.adapters.lag import Timeline, lag_s

BOUND_S = 5.0
LOOK_EVERY_S = 0.5
SLACK_S = 0.7
"""Positions that come closer together than 5/8 s share the age of the first of them."""


def told_s(timeline: Timeline, *, has_s: float, now_s: float) -> float | None:
    """The lag of a replica that has what the primary had at `has_s`; positions here are such moments, in words."""
    samples = timeline.samples()
    return lag_s(samples, [float(sample.position) <= has_s for sample in samples], now_s)


def noted(*moments_s: float) -> Timeline:
    timeline = Timeline(BOUND_S)
    for moment_s in moments_s:
        timeline.note(str(moment_s), moment_s)
    return timeline


def test_a_commit_after_a_quiet_time_is_as_old_as_it_is() -> None:
    timeline = noted(0.0, 0.5, 1.0, 3600.0)

    assert told_s(timeline, has_s=1.0, now_s=3600.01) == pytest.approx(0.01)


def test_under_a_steady_stream_of_commits_lag_is_never_too_short_and_hardly_too_long() -> None:
    timeline = Timeline(BOUND_S)
    for look in range(1_000):
        now_s = look * LOOK_EVERY_S
        timeline.note(str(now_s), now_s)
        for behind in range(1, min(look, int(BOUND_S / LOOK_EVERY_S)) + 1):
            missing_since_s = (behind - 1) * LOOK_EVERY_S
            told = told_s(timeline, has_s=now_s - behind * LOOK_EVERY_S, now_s=now_s)

            assert told is not None
            assert missing_since_s <= told < missing_since_s + SLACK_S


@pytest.mark.parametrize("every_s", [0.02, 0.3, 0.5, 0.63, 7.0])
def test_however_often_is_looked_the_samples_are_few_and_reach_back_beyond_the_bound(every_s: float) -> None:
    timeline = noted(*(look * every_s for look in range(2_000)))
    samples = timeline.samples()

    assert len(samples) <= 16
    assert 1_999 * every_s - samples[0].since_s > BOUND_S
    assert all(older.since_s < newer.since_s for older, newer in pairwise(samples))


def test_who_has_everything_lags_by_nothing_and_who_has_nothing_is_unknown() -> None:
    timeline = noted(1.0, 2.0)

    assert told_s(timeline, has_s=2.0, now_s=90.0) == 0.0
    assert told_s(timeline, has_s=0.0, now_s=90.0) is None


def test_the_second_commit_leaves_the_first_one_known() -> None:
    timeline = noted(1.0, 1.1)

    assert told_s(timeline, has_s=1.0, now_s=1.2) == pytest.approx(0.1)
    assert told_s(timeline, has_s=1.1, now_s=1.2) == 0.0


def test_a_primary_without_gtids_tells_nothing() -> None:
    timeline = Timeline(BOUND_S)
    timeline.note("", 1.0)

    assert lag_s(timeline.samples(), [True], 2.0) is None


def test_of_another_primary_nothing_is_known_at_first() -> None:
    timeline = noted(1.0, 2.0)
    timeline.clear()

    assert timeline.samples() == []
    assert lag_s([], [], 3.0) is None
