from boxoffice.crowd.timeline import Timeline, Wait
from tests.chaos.seen import Resumed, seen


def timeline(**given: object) -> Timeline:
    """Steps of 0.5 s from second 100."""
    told = {"began_s": 100.0, "step_s": 0.5, "done": {}, "troubles": {}, "waits": []} | given
    return Timeline(**told)  # type: ignore[arg-type]


def test_troubles_are_counted_from_the_fault_to_its_audit() -> None:
    troubles = {"503 unavailable": {3: 9, 4: 1, 10: 2, 11: 5}, "connection_lost": {2: 1}}

    found = seen(timeline(troubles=troubles), 102.1, 105.2)

    assert found.troubles == {"503 unavailable": 3}
    assert found.refusals_503 == 3


def test_an_answer_in_the_moment_of_the_fault_does_not_count_as_having_gone_on() -> None:
    found = seen(timeline(done={"pay": {4: 1, 8: 3, 9: 2}}), 102.1, 105.2)

    assert found.resumed["payment"] == Resumed(next_s=2.0, pause_s=2.0)
    assert found.resumed["hold"] == Resumed(next_s=None, pause_s=3.0)


def test_the_longest_pause_is_one_of_everybody_on_the_way_to_a_ticket() -> None:
    done = {"pay": {5: 1, 9: 1}, "join": {7: 2}, "queue": {6: 1, 8: 1}}

    found = seen(timeline(done=done), 102.0, 105.0)

    assert found.pause_s == 1.0
    assert found.resumed["payment"].pause_s == 2.0


def test_a_wait_belongs_to_every_fault_that_it_lasts_into() -> None:
    waits = [Wait("pay", 101.0, 104.0), Wait("join", 90.0, 101.9), Wait("current", 103.0, 103.5)]

    found = seen(timeline(waits=waits), 102.0, 105.0)

    assert (found.wait_s, found.wait_call) == (3.0, "pay")


def test_a_quiet_stretch_has_no_wait() -> None:
    assert seen(timeline(), 102.0, 105.0).wait_s == 0.0
