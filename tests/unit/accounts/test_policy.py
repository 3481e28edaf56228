"""Decisions about accounts, alone."""

import pytest

from boxoffice.accounts import policy
from boxoffice.accounts.models import Credentials, Revocation, User
from boxoffice.kernel.errors import InvalidRequest

USER_ID = "018bcfe5-6800-7000-8000-000000000001"


def newcomer(user_id: str, email: str) -> Credentials:
    return Credentials(User(user_id, email, "A", "fan", 1), "hash")


def test_an_address_is_trimmed_and_lower_case() -> None:
    assert policy.normalised_email("  Kim.Minji+1@Example.COM ") == "kim.minji+1@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@example.com",
        "a@.com",
        "a@example.",
        "a@-example.com",
        "a b@example.com",
        "a@exa mple.com",
        "fán@example.com",
        "a@example.com\x00",
        "a\n@example.com",
        "a@example.com, b@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 10,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        policy.normalised_email(text)
    assert policy.known_form(text) is None


@pytest.mark.parametrize("name", ["김민지", "Zoë", "👨‍👩‍👧", "می‌خواهم", "O'Brien", "<b>bold</b>", "a" * 100])
def test_a_name_in_any_script_is_accepted(name: str) -> None:
    assert policy.checked_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "   ", "a" * 101, "a\x00b", "a\nb", "a\x7fb", "a\u202eb", "a\u200bb", "\U000e0041"]
)
def test_a_name_with_control_characters_or_nothing_in_it_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest):
        policy.checked_name(name)


def test_a_name_is_the_same_however_the_keyboard_composes_it() -> None:
    assert policy.checked_name("\u1112\u1161\u11ab") == policy.checked_name("\ud55c")


def test_the_first_of_two_with_one_address_gets_it() -> None:
    welcome = policy.sign_ups([newcomer("1", "a@x.kr"), newcomer("2", "a@x.kr"), newcomer("3", "b@x.kr")], {})

    assert welcome == [True, False, True]


def test_an_address_that_somebody_has_is_refused() -> None:
    assert policy.sign_ups([newcomer("1", "a@x.kr")], {"a@x.kr": "9"}) == [False]


def test_a_newcomer_who_is_stored_already_is_welcome_and_not_stored_again() -> None:
    newcomers = [newcomer("1", "a@x.kr"), newcomer("2", "b@x.kr")]
    taken = {"a@x.kr": "1"}

    welcome = policy.sign_ups(newcomers, taken)

    assert welcome == [True, True]
    assert policy.missing(newcomers, welcome, taken) == [newcomers[1]]


def test_a_refresh_token_gives_its_parts_back() -> None:
    token = policy.refresh_token(USER_ID, "s" * 43, "secret")

    assert policy.parts_of(token) == (USER_ID, "s" * 43, policy.secret_hash("secret"))


@pytest.mark.parametrize(
    "token",
    [
        *("", ".", "..", "abc", "a.b.c", "s" * 43 + ".x", USER_ID, f"{USER_ID}." + "s" * 43),
        *(f"{USER_ID}." + "s" * 43 + ".", f"{USER_ID}." + "{}" * 10 + ".x", f"{USER_ID}..x"),
        *("{a}" * 12 + "." + "s" * 43 + ".x", f"{USER_ID}." + "s" * 43 + ".x.y"),
        f"{USER_ID}." + "s" * 43 + "." + "x" * 200,
    ],
)
def test_what_is_no_refresh_token_has_no_parts(token: str) -> None:
    assert policy.parts_of(token) is None


def test_what_an_instance_refuses_is_bounded_and_forgotten_in_time() -> None:
    revoked = policy.RevokedSessions(2)
    let_go = revoked.add([Revocation(f"s{number}", 100 + number) for number in range(3)], now_ms=0)
    lapsed = revoked.add([Revocation("late", 50)], now_ms=60)
    known = ["s0" in revoked, "s1" in revoked, "s2" in revoked, "late" in revoked]
    revoked.drop_lapsed(101)

    assert (let_go, lapsed, known) == (1, 0, [False, True, True, False])
    assert ("s1" in revoked, "s2" in revoked, revoked.heard_until_ms) == (False, True, 102)


def test_what_is_heard_again_lets_nothing_else_go() -> None:
    revoked = policy.RevokedSessions(2)
    revoked.add([Revocation("s0", 100), Revocation("s1", 101)], now_ms=0)
    let_go = revoked.add([Revocation("s1", 101), Revocation("s0", 100)], now_ms=0)

    assert (let_go, "s0" in revoked, "s1" in revoked) == (0, True, True)
