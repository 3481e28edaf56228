"""The use cases of accounts, with stand-ins for database, repository, store and passwords."""

import asyncio
import base64
import hmac
import json
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

import jwt
import pytest

from boxoffice.accounts.models import Credentials, Revocation, Session, SignedIn, User
from boxoffice.accounts.service import AccountService
from boxoffice.adapters.database import TransactionConflict
from boxoffice.adapters.metrics import NullMetrics
from boxoffice.adapters.tokens import Tokens
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import (
    BadCredentials,
    EmailTaken,
    InvalidRequest,
    NotFound,
    TooManyAttempts,
    Unauthorized,
    Unavailable,
)
from boxoffice.kernel.ids import IdSource
from tests.standins import StandInDatabase

SECRET = "a secret of at least thirty-two characters"
PASSWORD = "correct horse"
SESSIONS_MAX = 12
USER_ID = "018bcfe5-6800-7000-8000-000000000001"


class StandInRepository:
    def __init__(self) -> None:
        self.stored: dict[str, Credentials] = {}
        self.recorded: list[dict[str, Any]] = []
        self.rivals: list[Credentials] = []

    async def owners(self, session: object, emails: Iterable[str]) -> dict[str, str]:
        return {email: self.stored[email].user.id for email in emails if email in self.stored}

    async def add(self, session: object, newcomers: Sequence[Credentials]) -> None:
        # Another instance that was faster, after we had looked.
        for rival in self.rivals:
            self.stored[rival.user.email] = rival
        self.rivals = []
        if any(newcomer.user.email in self.stored for newcomer in newcomers):
            raise TransactionConflict("unique")
        self.stored |= {newcomer.user.email: newcomer for newcomer in newcomers}

    async def credentials(self, session: object, emails: Iterable[str]) -> dict[str, Credentials]:
        return {email: self.stored[email] for email in emails if email in self.stored}

    async def user(self, session: object, user_id: str) -> User | None:
        return next((known.user for known in self.stored.values() if known.user.id == user_id), None)

    async def record(self, session: object, **entry: Any) -> None:
        self.recorded.append(entry)


class StandInSessions:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.open_sessions: dict[str, tuple[str, str]] = {}
        self.revocations: list[Revocation] = []
        self.attempts: dict[str, int] = {}
        self.gone = False
        self.deaf = False  # sessions can be asked, revocations cannot: another node of a cluster

    def _ask(self) -> None:
        if self.gone:
            raise Unavailable

    async def open(self, user_id: str, session_id: str, secret_hash: str, *, ttl_ms: int, most: int) -> list[str]:
        self._ask()
        own = [each for each, (owner, _) in self.open_sessions.items() if owner == user_id]
        ended = own[: max(0, len(own) - most + 1)]
        for each in ended:
            del self.open_sessions[each]
        self.open_sessions[session_id] = (user_id, secret_hash)
        return ended

    async def knows(self, user_id: str, session_id: str) -> bool:
        self._ask()
        return session_id in self.open_sessions

    async def rotate(self, user_id: str, session_id: str, presented_hash: str, next_hash: str, ttl_ms: int) -> str:
        _, good = self.open_sessions[session_id]
        self.open_sessions[session_id] = (user_id, next_hash if good == presented_hash else "")
        return "rotated" if good == presented_hash else "reused"

    async def listed(self, user_id: str) -> list[Session]:
        self._ask()
        own = [each for each, (owner, good) in self.open_sessions.items() if owner == user_id and good]
        return [Session(each, 1, number, 9) for number, each in enumerate(own)]

    async def end(self, user_id: str, session_ids: Sequence[str] = ()) -> list[str]:
        self._ask()
        own = [each for each, (owner, _) in self.open_sessions.items() if owner == user_id]
        ended = [each for each in own if not session_ids or each in session_ids]
        self.open_sessions |= dict.fromkeys(ended, (user_id, ""))
        return ended

    async def forget(self, user_id: str, session_ids: Sequence[str]) -> None:
        self._ask()
        for each in session_ids:
            self.open_sessions.pop(each, None)

    async def revoke(self, session_ids: Sequence[str], for_ms: int) -> list[Revocation]:
        self._ask()
        if self.deaf:
            raise Unavailable
        made = [Revocation(session_id, self.clock.now_ms() + for_ms) for session_id in session_ids]
        self.revocations += made
        return made

    async def revoked(self, from_ms: int) -> list[Revocation]:
        self._ask()
        return [revocation for revocation in self.revocations if revocation.until_ms >= from_ms]

    async def attempt(self, name: str, limit: int, window_ms: int) -> int:
        self._ask()
        self.attempts[name] = self.attempts.get(name, 0) + 1
        return window_ms if self.attempts[name] > limit else 0

    async def forgive(self, name: str) -> None:
        self.attempts.pop(name, None)


class StandInPasswords:
    async def hash(self, password: str) -> str:
        return f"hash of {password}"

    async def matches(self, password: str, encoded: str | None) -> bool:
        return encoded == f"hash of {password}"


class CountedMetrics(NullMetrics):
    def __init__(self) -> None:
        self.counted: list[tuple[str, tuple[str, ...]]] = []

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        self.counted.append((name, tuple(labels.values())))


class World:
    """One instance of the service, and what it was handed."""

    def __init__(self, clock: ManualClock, ids: IdSource) -> None:
        self.clock = clock
        self.database = StandInDatabase()
        self.repository = StandInRepository()
        self.sessions = StandInSessions(clock)
        self.tokens = Tokens(SECRET, kind="access", clock=clock)
        self.metrics = CountedMetrics()
        self.secrets = count()
        self.ids = ids
        self.service = self.instance()

    def instance(self) -> AccountService:
        return AccountService(
            database=self.database,  # type: ignore[arg-type]
            repository=self.repository,  # type: ignore[arg-type]
            sessions=self.sessions,  # type: ignore[arg-type]
            passwords=StandInPasswords(),  # type: ignore[arg-type]
            tokens=self.tokens,
            ids=self.ids,
            clock=self.clock,
            metrics=self.metrics,
            access_token_ttl_s=900,
            refresh_token_ttl_s=86_400,
            sessions_max=SESSIONS_MAX,
            login_attempts=3,
            login_window_s=60,
            secret=lambda size: f"{next(self.secrets):0{size}}",
        )

    async def signed_in(self) -> SignedIn:
        await self.service.sign_up("fan@example.com", PASSWORD, "Minji")
        return await self.service.sign_in("fan@example.com", PASSWORD)


@pytest.fixture
def world(clock: ManualClock, ids: IdSource) -> World:
    return World(clock, ids)


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


async def test_an_access_token_is_refused_from_its_expiry_on_though_it_was_remembered(world: World) -> None:
    signed_in = await world.signed_in()
    world.clock.advance(899_999)
    world.service.verify(signed_in.access_token)
    world.clock.advance(1)

    with pytest.raises(Unauthorized):
        world.service.verify(signed_in.access_token)


async def test_a_verified_token_is_remembered_as_the_same_fan(world: World) -> None:
    signed_in = await world.signed_in()

    assert world.service.verify(signed_in.access_token) is world.service.verify(signed_in.access_token)


async def test_what_is_remembered_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boxoffice.accounts.service._REMEMBERED_MAX", 5)
    await world.service.sign_up("fan@example.com", PASSWORD, "A")
    tokens = [(await world.service.sign_in("fan@example.com", PASSWORD)).access_token for _ in range(9)]
    fans = [world.service.verify(token) for token in tokens]

    assert len(world.service._fans) == 5
    assert [world.service.verify(token) for token in tokens] == fans


def _raw(header: dict[str, object], claims: dict[str, object], signature: str = "") -> str:
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*encoded, signature])


def _signed_hs512(claims: dict[str, object]) -> str:
    # By hand, with our own secret: the library would warn that it is short for this algorithm.
    unsigned = _raw({"alg": "HS512", "typ": "JWT"}, claims).removesuffix(".")
    digest = hmac.digest(SECRET.encode(), unsigned.encode(), "sha512")
    return f"{unsigned}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _forgeries() -> dict[str, str]:
    claims: dict[str, object] = {"sub": "u", "role": "operator", "sid": "s", "aud": "access", "exp": 9_999_999_999}
    return {
        "none": _raw({"alg": "none", "typ": "JWT"}, claims),
        "None": _raw({"alg": "None", "typ": "JWT"}, claims, "x"),
        "HS512": _signed_hs512(claims),
        "RS256 header over our signature": _raw({"alg": "RS256"}, claims, jwt.encode(claims, SECRET).split(".")[2]),
        "another secret": jwt.encode(claims, "z" * 32, algorithm="HS256"),
        "another kind": jwt.encode(claims | {"aud": "queue"}, SECRET, algorithm="HS256"),
        "no kind": jwt.encode({k: v for k, v in claims.items() if k != "aud"}, SECRET, algorithm="HS256"),
        "no expiry": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, SECRET, algorithm="HS256"),
        "expired": jwt.encode(claims | {"exp": 1_000_000_000}, SECRET, algorithm="HS256"),
        "no session": jwt.encode({k: v for k, v in claims.items() if k != "sid"}, SECRET, algorithm="HS256"),
        "nonsense": "a.b.c",
        "empty": "",
        "not ASCII": "é.é.é",
        "deep header": base64.urlsafe_b64encode(b'{"alg":' + b"[" * 2000).decode().rstrip("=") + ".e30.eA",
        "huge": "a" * 100_000,
    }


@pytest.mark.parametrize("name", list(_forgeries()))
async def test_a_forged_expired_or_foreign_token_is_refused(world: World, name: str) -> None:
    with pytest.raises(Unauthorized):
        world.service.verify(_forgeries()[name])


async def test_one_changed_character_makes_a_token_foreign(world: World) -> None:
    token = (await world.signed_in()).access_token
    header, claims, signature = token.split(".")
    changed = claims[:10] + ("A" if claims[10] != "A" else "B") + claims[11:]

    with pytest.raises(Unauthorized):
        world.service.verify(".".join([header, changed, signature]))


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
