"""Signed tokens, on a clock that the test drives."""

import jwt
import pytest

from boxoffice.adapters.tokens import TokenInvalid, Tokens
from boxoffice.kernel.clock import ManualClock

SECRET = "a secret of at least thirty-two characters"


@pytest.fixture
def tokens(clock: ManualClock) -> Tokens:
    return Tokens(SECRET, kind="queue", clock=clock, max_remembered=3)


def test_claims_come_back(tokens: Tokens, clock: ManualClock) -> None:
    claims = tokens.verify(tokens.sign({"sub": "u", "num": 7}, expires_ms=clock.now_ms() + 5000))

    assert (claims["sub"], claims["num"]) == ("u", 7)


def test_it_is_good_until_it_expires_also_when_remembered(tokens: Tokens, clock: ManualClock) -> None:
    token = tokens.sign({}, expires_ms=clock.now_ms() + 5000)
    tokens.verify(token)
    clock.advance(4999)
    tokens.verify(token)
    clock.advance(1)

    for _ in range(2):
        with pytest.raises(TokenInvalid):
            tokens.verify(token)


def test_expiry_is_rounded_up_to_the_second(tokens: Tokens, clock: ManualClock) -> None:
    expires_ms, _ = tokens.read(tokens.sign({}, expires_ms=clock.now_ms() + 1))

    assert expires_ms == clock.now_ms() + 1000


def test_a_token_is_a_jwt_that_any_library_can_read_and_write(tokens: Tokens, clock: ManualClock) -> None:
    ours = tokens.sign({"sub": "u", "num": 7}, expires_ms=clock.now_ms() + 5000)
    read = jwt.decode(ours, SECRET, algorithms=["HS256"], audience="queue", options={"verify_exp": False})
    theirs = jwt.encode({"sub": "é", "aud": "queue", "exp": clock.now_ms() // 1000 + 5}, SECRET, algorithm="HS256")

    assert (read["sub"], read["num"]) == ("u", 7)
    assert tokens.verify(theirs)["sub"] == "é"


@pytest.mark.parametrize("spoil", [0, 40, -1], ids=["header", "claims", "signature"])
def test_one_changed_character_is_refused(tokens: Tokens, clock: ManualClock, spoil: int) -> None:
    token = list(tokens.sign({"sub": "u"}, expires_ms=clock.now_ms() + 5000))
    token[spoil] = "A" if token[spoil] != "A" else "B"

    with pytest.raises(TokenInvalid):
        tokens.verify("".join(token))


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_another_algorithm_is_refused(tokens: Tokens, clock: ManualClock, algorithm: str) -> None:
    secret = None if algorithm == "none" else SECRET * 2
    claims = {"aud": "queue", "exp": clock.now_ms() // 1000 + 5}

    with pytest.raises(TokenInvalid):
        tokens.verify(jwt.encode(claims, secret, algorithm=algorithm))


def test_one_kind_does_not_pass_for_another(tokens: Tokens, clock: ManualClock) -> None:
    receipt = Tokens(SECRET, kind="receipt", clock=clock).sign({}, expires_ms=clock.now_ms() + 5000)

    with pytest.raises(TokenInvalid):
        tokens.verify(receipt)


@pytest.mark.parametrize("expires", [None, "soon", [], float("inf"), 1e400, True])
def test_an_expiry_that_is_no_moment_is_refused(tokens: Tokens, expires: object) -> None:
    token = jwt.api_jws.encode(
        b'{"aud":"queue","exp":' + (b"1e400" if isinstance(expires, float) else repr(expires).encode()) + b"}", SECRET
    )

    with pytest.raises(TokenInvalid):
        tokens.verify(token)


def test_a_signed_header_of_great_depth_is_refused(tokens: Tokens) -> None:
    deep = jwt.utils.base64url_encode(b'{"alg":"HS256","x":' + b"[" * 1400 + b"]" * 1400 + b"}").decode()

    with pytest.raises(TokenInvalid):
        tokens.verify(f"{deep}.e30.eHh4")


def test_what_is_remembered_is_bounded(tokens: Tokens, clock: ManualClock) -> None:
    made = [tokens.sign({"sub": str(number)}, expires_ms=clock.now_ms() + 5000) for number in range(9)]
    read = [tokens.verify(token)["sub"] for token in made]

    assert len(tokens._remembered) == 3
    assert read == [str(number) for number in range(9)]


def test_what_is_refused_is_not_remembered(tokens: Tokens) -> None:
    for number in range(5):
        with pytest.raises(TokenInvalid):
            tokens.verify(f"forged{number}")

    assert tokens._remembered == {}
