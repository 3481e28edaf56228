"""Sessions: refreshed, ended, revoked, and heard of by other instances."""

import pytest

from boxoffice.accounts.models import User
from boxoffice.kernel.errors import NotFound, Unauthorized, Unavailable
from tests.unit.accounts.parts import PASSWORD, SESSIONS_MAX, USER_ID, World


async def test_a_refresh_gives_new_tokens_of_the_same_session(world: World) -> None:
    first = await world.signed_in()
    second = await world.service.refresh(first.refresh_token)

    before, after = world.service.verify(first.access_token), world.service.verify(second.access_token)
    assert second.refresh_token != first.refresh_token
    assert after.session_id == before.session_id


async def test_a_refresh_token_that_comes_again_revokes_the_family(world: World) -> None:
    first = await world.signed_in()
    second = await world.service.refresh(first.refresh_token)

    for refresh_token in (first.refresh_token, second.refresh_token):
        with pytest.raises(Unauthorized):
            await world.service.refresh(refresh_token)
    for access_token in (first.access_token, second.access_token):
        with pytest.raises(Unauthorized):
            world.service.verify(access_token)


async def test_a_refresh_does_not_use_the_token_up_when_the_database_does_not_answer(world: World) -> None:
    signed_in = await world.signed_in()

    async def gone(session: object, user_id: str) -> User | None:
        raise Unavailable

    answering = world.repository.user
    world.repository.user = gone  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await world.service.refresh(signed_in.refresh_token)
    world.repository.user = answering  # type: ignore[method-assign]

    assert (await world.service.refresh(signed_in.refresh_token)).user == signed_in.user


@pytest.mark.parametrize(
    "refresh_token", ["", "nonsense", "s" * 43 + ".x", "é" * 20 + ".x", f"{USER_ID}." + "s" * 43 + ".x"]
)
async def test_a_refresh_token_that_is_not_ours_is_refused(world: World, refresh_token: str) -> None:
    with pytest.raises(Unauthorized):
        await world.service.refresh(refresh_token)


async def test_a_refresh_without_redis_is_unavailable(world: World) -> None:
    signed_in = await world.signed_in()
    world.sessions.gone = True

    with pytest.raises(Unavailable):
        await world.service.refresh(signed_in.refresh_token)


async def test_after_signing_out_no_token_of_the_session_is_good(world: World) -> None:
    signed_in = await world.signed_in()
    other = await world.service.sign_in("fan@example.com", PASSWORD)
    await world.service.sign_out(world.service.verify(signed_in.access_token))

    with pytest.raises(Unauthorized):
        world.service.verify(signed_in.access_token)
    with pytest.raises(Unauthorized):
        await world.service.refresh(signed_in.refresh_token)
    assert world.service.verify(other.access_token).user_id == other.user.id


async def test_signing_out_without_redis_says_so_and_may_be_tried_again(world: World) -> None:
    signed_in = await world.signed_in()
    fan = world.service.verify(signed_in.access_token)
    world.sessions.gone = True
    with pytest.raises(Unavailable):
        await world.service.sign_out(fan)
    world.sessions.gone = False
    await world.service.sign_out(world.service.verify(signed_in.access_token))

    with pytest.raises(Unauthorized):
        world.service.verify(signed_in.access_token)


async def test_a_fan_sees_their_sessions_the_last_used_first(world: World) -> None:
    first = world.service.verify((await world.signed_in()).access_token)
    second = world.service.verify((await world.service.sign_in("fan@example.com", PASSWORD)).access_token)
    await world.service.sign_up("other@example.com", PASSWORD, "B")
    await world.service.sign_in("other@example.com", PASSWORD)

    found = await world.service.sessions(first)

    assert [session.id for session in found] == [second.session_id, first.session_id]


async def test_one_session_is_ended_and_the_others_stay(world: World) -> None:
    here = await world.signed_in()
    there = await world.service.sign_in("fan@example.com", PASSWORD)
    fan, other = world.service.verify(here.access_token), world.service.verify(there.access_token)
    await world.service.end_session(fan, other.session_id)

    with pytest.raises(Unauthorized):
        world.service.verify(there.access_token)
    with pytest.raises(Unauthorized):
        await world.service.refresh(there.refresh_token)
    with pytest.raises(NotFound):
        await world.service.end_session(fan, other.session_id)
    assert world.service.verify(here.access_token) == fan


async def test_nobody_ends_a_session_of_somebody_else(world: World) -> None:
    fan = world.service.verify((await world.signed_in()).access_token)
    await world.service.sign_up("other@example.com", PASSWORD, "B")
    thief = world.service.verify((await world.service.sign_in("other@example.com", PASSWORD)).access_token)

    with pytest.raises(NotFound):
        await world.service.end_session(thief, fan.session_id)
    assert await world.service.sessions(fan) != []


async def test_signing_out_everywhere_ends_every_session_of_the_fan(world: World) -> None:
    all_of_them = [await world.signed_in()]
    all_of_them += [await world.service.sign_in("fan@example.com", PASSWORD) for _ in range(3)]
    await world.service.sign_out_everywhere(world.service.verify(all_of_them[0].access_token))

    for signed_in in all_of_them:
        with pytest.raises(Unauthorized):
            world.service.verify(signed_in.access_token)
        with pytest.raises(Unauthorized):
            await world.service.refresh(signed_in.refresh_token)


async def test_signing_out_everywhere_that_stopped_half_way_is_made_up_for_by_trying_again(world: World) -> None:
    here = await world.signed_in()
    there = await world.service.sign_in("fan@example.com", PASSWORD)
    world.sessions.deaf = True
    with pytest.raises(Unavailable):
        await world.service.sign_out_everywhere(world.service.verify(here.access_token))
    world.sessions.deaf = False
    await world.service.sign_out_everywhere(world.service.verify(here.access_token))

    for signed_in in (here, there):
        with pytest.raises(Unauthorized):
            world.service.verify(signed_in.access_token)


async def test_with_one_session_too_many_another_ends_with_its_access_tokens(world: World) -> None:
    first = await world.signed_in()
    for _ in range(SESSIONS_MAX):
        last = await world.service.sign_in("fan@example.com", PASSWORD)

    with pytest.raises(Unauthorized):
        world.service.verify(first.access_token)
    assert len(await world.service.sessions(world.service.verify(last.access_token))) == SESSIONS_MAX


async def test_a_sign_in_stands_though_the_session_it_displaces_cannot_be_revoked(world: World) -> None:
    first = await world.signed_in()
    world.sessions.deaf = True
    for _ in range(SESSIONS_MAX):
        await world.service.sign_in("fan@example.com", PASSWORD)

    assert world.service.verify(first.access_token).user_id == first.user.id
    assert ("failed_open", ("revocations",)) in world.metrics.counted


async def test_another_instance_learns_of_it_when_it_catches_up(world: World) -> None:
    signed_in = await world.signed_in()
    elsewhere = world.instance()
    fan = elsewhere.verify(signed_in.access_token)
    await world.service.sign_out(fan)
    still = elsewhere.verify(signed_in.access_token)
    await elsewhere.catch_up()

    assert still == fan
    with pytest.raises(Unauthorized):
        elsewhere.verify(signed_in.access_token)


async def test_without_redis_access_tokens_are_accepted_and_it_is_counted(world: World) -> None:
    signed_in = await world.signed_in()
    world.sessions.gone = True
    with pytest.raises(Unavailable):
        await world.service.catch_up()

    assert world.service.verify(signed_in.access_token).user_id == signed_in.user.id
    assert ("failed_open", ("revocations",)) in world.metrics.counted


async def test_revocations_are_kept_until_no_token_can_outlive_them(world: World) -> None:
    signed_in = await world.signed_in()
    await world.service.sign_out(world.service.verify(signed_in.access_token))
    world.clock.advance(960_000)
    await world.service.catch_up()

    assert len(world.service._revoked) == 0
