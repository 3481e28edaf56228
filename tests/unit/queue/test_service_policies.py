"""The operator's controls, and the tick that sees to it that they are kept."""

from typing import Any

import pytest

from boxoffice.kernel.errors import Conflict, InvalidRequest, Unavailable
from boxoffice.queue.jobs import AdmissionJob
from boxoffice.queue.models import Admission, PolicyChanges, StoredPolicy
from boxoffice.queue.service.policies import POLICY_REFRESH_MS
from tests.queues import CONCERT, OPEN
from tests.unit.queue.parts import DEFAULTS, OPERATOR, OTHER, Parts

# The operator


async def test_a_policy_is_written_to_the_database_before_redis(parts: Parts) -> None:
    order: list[str] = []
    insert, put = parts.repository.update_policy, parts.store.set_policy

    async def written(session: Any, stored: StoredPolicy) -> None:
        order.append("database")
        await insert(session, stored)

    async def told(stored: StoredPolicy) -> None:
        order.append(f"redis, committed: {parts.database.writes[-1].committed}")
        await put(stored)

    parts.repository.update_policy, parts.store.set_policy = written, told
    policy = await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))

    assert order == ["database", "redis, committed: True"]
    assert policy.limit == 3
    assert parts.store.known[CONCERT].policy.limit == 3


async def test_what_an_operator_changes_is_written_down(parts: Parts) -> None:
    await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))

    assert parts.accounts.recorded[-1] == ("operator", "queue.policy", CONCERT, {"limit": 3})


async def test_a_refused_change_writes_nothing(parts: Parts) -> None:
    for refused, error in (
        (PolicyChanges(limit=0), InvalidRequest),
        (PolicyChanges(phase="scheduled"), Conflict),
    ):
        with pytest.raises(error):
            await parts.service.change_policy(OPERATOR, CONCERT, refused)

    assert not parts.database.writes[-1].committed
    assert parts.repository.stored[CONCERT].policy == DEFAULTS._replace(phase="open")


async def test_versions_rise_even_when_the_clock_does_not(parts: Parts) -> None:
    first = parts.repository.stored[CONCERT].version
    await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))
    parts.clock.advance(-10_000)
    await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=4))

    assert parts.repository.stored[CONCERT].version == first + 2
    assert parts.store.known[CONCERT].policy.limit == 4


async def test_a_change_that_lost_against_another_is_tried_again(parts: Parts) -> None:
    parts.repository.conflicts = 2

    assert (await parts.service.change_policy(OPERATOR, CONCERT, PolicyChanges(limit=3))).limit == 3


async def test_the_first_opening_begins_the_first_epoch(parts: Parts) -> None:
    assert (parts.repository.epochs[CONCERT], parts.store.epochs[CONCERT]) == (1, 1)


async def test_pausing_and_resuming_stay_in_the_same_epoch(parts: Parts) -> None:
    paused = await parts.service.change_phase(OPERATOR, CONCERT, "pause")
    resumed = await parts.service.change_phase(OPERATOR, CONCERT, "resume")

    assert (paused.phase, resumed.phase) == ("paused", "open")
    assert parts.repository.epochs[CONCERT] == 1


async def test_a_concert_without_a_policy_shows_the_defaults(parts: Parts) -> None:
    assert await parts.service.policy(OTHER) == DEFAULTS


# The tick


async def test_a_tick_admits_to_every_sale_that_is_on(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    parts.store.asked.clear()
    await AdmissionJob(parts.service).tick()

    assert sorted(call[1] for call in parts.store.asked if call[0] == "admit") == [CONCERT, OTHER]


async def test_a_closed_sale_is_not_ticked(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, CONCERT, "close")
    parts.store.asked.clear()
    await parts.service.admit_due()

    assert "admit" not in [call[0] for call in parts.store.asked]


async def test_an_unfinished_tick_goes_on_at_once(parts: Parts) -> None:
    parts.store.admissions = [Admission(500, 0, 0, 0, True), Admission(20, 0, 0, 0, False)]

    assert await parts.service.admit_due() == 520


async def test_a_tick_that_never_finishes_is_bounded(parts: Parts) -> None:
    parts.store.admissions = [Admission(1, 0, 0, 0, True) for _ in range(1000)]

    assert await parts.service.admit_due() == 20


async def test_one_concert_in_trouble_does_not_keep_the_others_waiting(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    parts.store.admissions = [Unavailable(), Admission(3, 0, 0, 0, False)]
    with pytest.raises(Unavailable):
        await parts.service.admit_due()

    assert parts.store.admissions == []


async def test_a_policy_that_redis_does_not_take_keeps_no_other_concert_waiting(parts: Parts) -> None:
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    put = parts.store.set_policy

    async def put_but_one(stored: StoredPolicy) -> None:
        if stored.concert_id == OTHER:
            raise Unavailable
        await put(stored)

    parts.store.set_policy = put_but_one
    parts.store.asked.clear()
    with pytest.raises(Unavailable):
        await parts.service.admit_due()

    assert ("admit", CONCERT) in parts.store.asked


async def test_another_instance_learns_of_an_opened_sale_within_the_refresh(parts: Parts) -> None:
    other_instance = parts.instance()
    await other_instance.admit_due()
    await parts.service.change_phase(OPERATOR, OTHER, "open")
    parts.clock.advance(POLICY_REFRESH_MS)
    parts.store.asked.clear()
    await other_instance.admit_due()

    assert ("admit", OTHER) in parts.store.asked


async def test_policies_are_read_once_a_second_at_most(parts: Parts) -> None:
    for _ in range(5):
        await parts.service.admit_due()
        parts.clock.advance(POLICY_REFRESH_MS // 5)

    assert parts.repository.listed == 1


async def test_a_change_that_was_committed_but_never_reached_redis_is_put_right(parts: Parts) -> None:
    version = parts.repository.stored[CONCERT].version + 1
    closed = StoredPolicy(CONCERT, OPEN._replace(phase="closed", limit=1), version)
    parts.repository.stored[CONCERT] = closed
    await parts.service.admit_due()

    assert parts.store.known[CONCERT] == closed


async def test_admission_goes_on_while_the_database_is_gone(parts: Parts) -> None:
    await parts.service.admit_due()
    parts.repository.fails = Unavailable()
    parts.clock.advance(POLICY_REFRESH_MS)
    parts.store.admissions = [Admission(4, 0, 0, 0, False)]

    assert await parts.service.admit_due() == 4
