"""Clocks."""

from boxoffice.kernel.clock import ManualClock, SystemClock, utc


def test_a_manual_clock_moves_only_when_told_to() -> None:
    clock = ManualClock(1000)
    before = clock.now_ms()
    clock.advance(5)
    clock.advance(-2)

    assert (before, clock.now_ms()) == (1000, 1003)


def test_the_system_clock_tells_milliseconds_of_our_days() -> None:
    assert 1_700_000_000_000 < SystemClock().now_ms() < 4_000_000_000_000


def test_a_moment_is_shown_in_utc_to_the_millisecond() -> None:
    assert utc(1_700_000_000_123).isoformat() == "2023-11-14T22:13:20.123000+00:00"
