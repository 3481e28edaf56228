"""Access tokens: what is accepted without asking a store, and what is not."""

import base64
import hmac
import json

import jwt
import pytest

from boxoffice.kernel.errors import Unauthorized
from tests.unit.accounts.parts import PASSWORD, SECRET, World


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
