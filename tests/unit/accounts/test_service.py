"""Signing up and signing in, with stand-ins for database, repository, store and passwords."""

import asyncio

import pytest

from boxoffice.accounts.models import Credentials, User
from boxoffice.kernel.errors import (
    BadCredentials,
    EmailTaken,
    InvalidRequest,
    NotFound,
    Overloaded,
    TooManyAttempts,
    Unavailable,
)
from tests.unit.accounts.parts import PASSWORD, World


async def test_a_sign_up_is_stored_and_committed(world: World) -> None:
    user = await world.service.sign_up(" Fan@Example.com ", PASSWORD, " 김민지 ")

    assert (user.email, user.name, user.role) == ("fan@example.com", "김민지", "fan")
    assert world.repository.stored["fan@example.com"].user == user
    assert [session.committed for session in world.database.writes] == [True]


async def test_a_second_sign_up_with_the_address_is_refused(world: World) -> None:
    await world.service.sign_up("fan@example.com", PASSWORD, "A")

    with pytest.raises(EmailTaken):
        await world.service.sign_up("FAN@example.com", PASSWORD, "B")


async def test_of_a_hundred_sign_ups_with_one_address_at_once_one_succeeds(world: World) -> None:
    answers = await asyncio.gather(
        *(world.service.sign_up("fan@example.com", PASSWORD, f"n{number}") for number in range(100)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, User) for answer in answers) == 1
    assert sum(isinstance(answer, EmailTaken) for answer in answers) == 99
    assert len(world.repository.stored) == 1


async def test_sign_ups_that_wait_together_share_a_transaction(world: World) -> None:
    await asyncio.gather(*(world.service.sign_up(f"f{number}@example.com", PASSWORD, "A") for number in range(50)))

    assert len(world.repository.stored) == 50
    assert len(world.database.writes) == 1


async def test_an_address_that_another_instance_takes_meanwhile_sinks_no_neighbour(world: World) -> None:
    world.repository.rivals = [Credentials(User(world.ids.next(), "f3@example.com", "R", "fan", 1), "x")]

    answers = await asyncio.gather(
        *(world.service.sign_up(f"f{number}@example.com", PASSWORD, "A") for number in range(8)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [User, User, User, EmailTaken, User, User, User, User]


@pytest.mark.parametrize("name", ["a\x00b", "a\u202eb", " "])
async def test_a_name_with_control_characters_changes_nothing(world: World, name: str) -> None:
    with pytest.raises(InvalidRequest):
        await world.service.sign_up("fan@example.com", PASSWORD, name)
    assert world.repository.stored == {}


async def test_after_close_nobody_can_sign_up(world: World) -> None:
    await world.service.close()

    with pytest.raises(Unavailable):
        await world.service.sign_up("fan@example.com", PASSWORD, "A")


async def test_an_ensured_account_is_made_once(world: World) -> None:
    first = await world.service.ensure_account("operator@example.com", PASSWORD, "O", "operator")
    second = await world.service.ensure_account("operator@example.com", "another one", "P", "fan")

    assert first.role == "operator"
    assert second == first


async def test_signing_in_gives_tokens_of_that_fan(world: World) -> None:
    signed_in = await world.signed_in()
    fan = world.service.verify(signed_in.access_token)

    assert fan.user_id == signed_in.user.id
    assert fan.role == "fan"
    assert fan.expires_ms == world.clock.now_ms() + 900_000
    assert signed_in.expires_in_s == 900


async def test_the_refresh_token_is_stored_hashed(world: World) -> None:
    signed_in = await world.signed_in()
    _, session_id, secret = signed_in.refresh_token.split(".")

    assert secret not in repr(world.sessions.open_sessions[session_id])


@pytest.mark.parametrize(
    ("email", "password"),
    [("fan@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("no address", PASSWORD), ("", "")],
)
async def test_a_wrong_address_or_password_is_refused_alike(world: World, email: str, password: str) -> None:
    await world.signed_in()

    with pytest.raises(BadCredentials):
        await world.service.sign_in(email, password)


async def test_too_many_attempts_must_wait_even_with_the_right_password(world: World) -> None:
    await world.service.sign_up("fan@example.com", PASSWORD, "A")
    for _ in range(3):
        with pytest.raises(BadCredentials):
            await world.service.sign_in("fan@example.com", "wrong")

    with pytest.raises(TooManyAttempts) as refusal:
        await world.service.sign_in(" FAN@example.com", PASSWORD)
    assert refusal.value.members == {"retry_after_s": 60}


async def test_the_right_password_forgives_what_was_tried_before(world: World) -> None:
    await world.signed_in()
    for _ in range(4):
        with pytest.raises(BadCredentials):
            await world.service.sign_in("fan@example.com", "wrong")
        await world.service.sign_in("fan@example.com", PASSWORD)


@pytest.mark.parametrize("how", ["busy", "late"])
async def test_who_is_refused_because_the_service_is_busy_has_not_tried(world: World, how: str) -> None:
    await world.service.sign_up("fan@example.com", PASSWORD, "A")
    setattr(world.passwords, how, True)
    for _ in range(10):
        with pytest.raises(Overloaded) as refusal:
            await world.service.sign_in("fan@example.com", PASSWORD)
    setattr(world.passwords, how, False)

    assert refusal.value.members == {"retry_after_s": 2}
    assert ("outcomes", ("sign_in", "overloaded")) in world.metrics.counted
    assert not any(world.sessions.attempts.values())
    await world.service.sign_in("fan@example.com", PASSWORD)


async def test_an_account_is_found_by_id_or_there_is_no_such_thing(world: World) -> None:
    signed_in = await world.signed_in()

    assert await world.service.user(signed_in.user.id) == signed_in.user
    with pytest.raises(NotFound):
        await world.service.user(world.ids.next())


async def test_a_record_is_written_in_the_callers_own_transaction(world: World) -> None:
    async with world.database.write() as session:
        await world.service.record(session, "actor", "queue.policy", "concert", {"limit": 5})

    assert len(world.database.writes) == 1
    assert world.repository.recorded[0]["details"] == '{"limit":5}'
    assert world.repository.recorded[0]["at_ms"] == world.clock.now_ms()
