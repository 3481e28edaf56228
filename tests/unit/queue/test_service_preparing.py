"""Queues that Redis does not know are prepared from the database."""

import asyncio
from collections.abc import Sequence
from typing import Any

from boxoffice.accounts.models import Fan
from boxoffice.queue.models import LiveNumbers
from boxoffice.queue.policy import numbers_before
from boxoffice.queue.service.policies import POLICY_REFRESH_MS
from tests.queues import CONCERT
from tests.unit.queue.parts import ANN, DEFAULTS, OPERATOR, OTHER, Parts


async def test_a_queue_that_redis_does_not_know_is_prepared_and_asked_again(parts: Parts) -> None:
    await parts.service.join(ANN, OTHER)

    assert [call[0] for call in parts.store.asked] == ["join", "join"]
    assert parts.store.known[OTHER].policy == DEFAULTS


async def test_after_a_loss_whoever_has_bought_is_barred_before_the_queue_is_prepared(parts: Parts) -> None:
    parts.store.known.clear()
    await parts.service.join(ANN, CONCERT)

    barred = [call for call in parts.store.asked if call[0] == "bar"]

    assert barred == [("bar", CONCERT, ("ann", "bob"), numbers_before(2))]


async def test_many_who_find_a_queue_unprepared_prepare_it_once(parts: Parts) -> None:
    parts.store.lose_everything()
    before = parts.store.prepared
    await asyncio.gather(*(parts.service.join(Fan(f"fan{n}", "fan", "s", 0), CONCERT) for n in range(50)))

    assert parts.store.prepared - before == 1


async def test_preparing_a_sale_that_was_open_moves_the_epoch_on(parts: Parts) -> None:
    parts.store.lose_everything()
    await parts.service.join(ANN, CONCERT)

    assert (parts.repository.epochs[CONCERT], parts.store.epochs[CONCERT]) == (2, 2)


async def test_preparing_a_sale_that_never_opened_moves_no_epoch(parts: Parts) -> None:
    await parts.service.live(OTHER)
    parts.store.lose_everything()
    await parts.service.live(OTHER)

    assert OTHER not in parts.repository.epochs
    assert parts.store.epochs[OTHER] == 1


async def test_a_change_that_overtakes_the_preparing_of_a_lost_queue_is_in_force_within_the_refresh(
    parts: Parts,
) -> None:
    await parts.service.admit_due()
    about_to_prepare, changed = asyncio.Event(), asyncio.Event()
    numbers, bar = parts.store.numbers, parts.store.bar
    joins: list[asyncio.Task[Any]] = []

    async def bar_slowly(concert_id: str, fan_ids: Sequence[str], *, upto: int) -> None:
        about_to_prepare.set()
        await changed.wait()
        await bar(concert_id, fan_ids, upto=upto)

    async def numbers_and_then_lost(concert_id: str) -> LiveNumbers:
        known = await numbers(concert_id)
        parts.store.lose_everything()
        joins.append(asyncio.create_task(parts.service.join(ANN, CONCERT)))
        await about_to_prepare.wait()
        return known

    parts.store.numbers, parts.store.bar = numbers_and_then_lost, bar_slowly
    await parts.service.change_phase(OPERATOR, CONCERT, "close")
    changed.set()
    await asyncio.gather(*joins)
    parts.clock.advance(POLICY_REFRESH_MS)
    await parts.service.admit_due()

    assert parts.store.known[CONCERT].policy.phase == "closed"
