"""Plain values of accounts."""

from typing import Literal, NamedTuple

Role = Literal["fan", "operator"]


class Fan(NamedTuple):
    """Who signed the request, as the access token says it."""

    user_id: str
    role: Role
    session_id: str
    expires_ms: int


class User(NamedTuple):
    """An account, as its owner may see it."""

    id: str
    email: str
    name: str
    role: Role
    created_ms: int


class Credentials(NamedTuple):
    """An account with what proves it."""

    user: User
    password_hash: str


class SignedIn(NamedTuple):
    """What a sign-in or a refresh hands to the fan. The refresh token works once."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    user: User


class Session(NamedTuple):
    """A session that is live. `used_ms`: the last sign-in or refresh of it."""

    id: str
    opened_ms: int
    used_ms: int
    until_ms: int


class Revocation(NamedTuple):
    """A session that ended; access tokens of it could live until `until_ms`."""

    session_id: str
    until_ms: int
