"""Signed tokens (JWT, HS256): access tokens, queue tokens and hold receipts.

Just the one form that this service gives out: RFC 7519 with the header below, and nothing else is looked at. Signing or
verifying costs 5 µs; a verified token is remembered until it expires.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import msgspec

from boxoffice.kernel.clock import Clock

_HEADER = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=") + b"."
_TOKEN_MAX_CHARACTERS = 4096
_EXPIRES_MAX_S = 1 << 48
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class TokenInvalid(Exception):
    """The token is malformed, forged, of another kind or algorithm, or past its expiry."""


class Tokens:
    """Signs and verifies tokens of one kind (the audience), and remembers what it has verified.

    Each kind has its own audience, so that a receipt never passes for an access token. At most
    `max_remembered` results are kept. With `remember_signed`, so are the tokens that this instance signs: for kinds
    that come back within seconds.
    """

    def __init__(
        self, secret: str, *, kind: str, clock: Clock, max_remembered: int = 100_000, remember_signed: bool = False
    ) -> None:
        self._key = secret.encode()
        self._kind = kind
        self._clock = clock
        self._max_remembered = max_remembered
        self._remember_signed = remember_signed
        # Ordered: letting the oldest of a plain dict go walks past all that went before it.
        self._remembered: OrderedDict[str, tuple[int, Mapping[str, Any]]] = OrderedDict()

    def sign(self, claims: Mapping[str, object], *, expires_ms: int) -> str:
        """A token that carries `claims` and is good until `expires_ms` (stored to the second, rounded up)."""
        payload: dict[str, Any] = {**claims, "aud": self._kind, "exp": -(-expires_ms // 1000)}
        signed = _HEADER + urlsafe_b64encode(_encode(payload)).rstrip(b"=")
        token = (signed + b"." + self._signature(signed)).decode("ascii")
        if self._remember_signed:
            self._remember(token, (payload["exp"] * 1000, payload))
        return token

    def verify(self, token: str) -> Mapping[str, Any]:
        """The claims of `token`. Raises `TokenInvalid`."""
        now_ms = self._clock.now_ms()
        remembered = self._remembered.get(token)
        if remembered is None:
            remembered = self.read(token)
            self._remember(token, remembered)
        expires_ms, claims = remembered
        if now_ms >= expires_ms:
            self._remembered.pop(token, None)
            raise TokenInvalid("expired")
        return claims

    def read(self, token: str) -> tuple[int, Mapping[str, Any]]:
        """When `token` expires (ms) and its claims, neither remembered nor compared with the clock.

        For a caller who remembers what it makes of the claims. Raises `TokenInvalid`.
        """
        if len(token) > _TOKEN_MAX_CHARACTERS or not token.isascii():
            raise TokenInvalid("no token")
        signed, _, signature = token.encode("ascii").rpartition(b".")
        if not signed.startswith(_HEADER) or not hmac.compare_digest(self._signature(signed), signature):
            raise TokenInvalid("not signed by us")
        body = signed[len(_HEADER) :]
        try:
            claims = _decode(urlsafe_b64decode(body + b"=" * (-len(body) % 4)))
        except (NotBase64, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise TokenInvalid(str(error)) from error
        expires_s = claims.get("exp")
        if claims.get("aud") != self._kind:
            raise TokenInvalid("of another kind")
        if type(expires_s) is not int or not 0 <= expires_s <= _EXPIRES_MAX_S:
            raise TokenInvalid("without a moment of expiry")
        return expires_s * 1000, claims

    def _signature(self, signed: bytes) -> bytes:
        return urlsafe_b64encode(hmac.digest(self._key, signed, "sha256")).rstrip(b"=")

    def _remember(self, token: str, what: tuple[int, Mapping[str, Any]]) -> None:
        if len(self._remembered) >= self._max_remembered:
            self._remembered.popitem(last=False)
        self._remembered[token] = what
