"""Bodies of requests and replies about accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from boxoffice.accounts.models import Role, Session, SignedIn, User
from boxoffice.accounts.policy import EMAIL_MAX, EMAIL_PATTERN, NAME_MAX, PASSWORD_MAX, PASSWORD_MIN
from boxoffice.kernel.clock import utc
from boxoffice.kernel.text import LINE_PATTERN


class SignUp(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A new account."""

    email: Annotated[str, msgspec.Meta(max_length=EMAIL_MAX, pattern=EMAIL_PATTERN, examples=["fan@example.com"])]
    password: Annotated[str, msgspec.Meta(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]
    name: Annotated[str, msgspec.Meta(max_length=NAME_MAX, pattern=LINE_PATTERN, examples=["Kim Minji"])]


class SignIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who one is, and the proof."""

    email: Annotated[str, msgspec.Meta(max_length=EMAIL_MAX)]
    password: Annotated[str, msgspec.Meta(max_length=PASSWORD_MAX)]


class Refresh(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The refresh token of the last sign-in or refresh; it works once."""

    refresh_token: Annotated[str, msgspec.Meta(max_length=200)]


class UserReply(msgspec.Struct, frozen=True):
    """An account."""

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserReply":
        """`user` as JSON shows it."""
        return cls(user.id, user.email, user.name, user.role, utc(user.created_ms))


class SessionReply(msgspec.Struct, frozen=True):
    """Send the access token as `Authorization: Bearer`; change it with the refresh token before it expires."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    user: UserReply

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SessionReply":
        """`signed_in` as JSON shows it."""
        return cls(
            signed_in.access_token, signed_in.refresh_token, signed_in.expires_in_s, UserReply.of(signed_in.user)
        )


class LiveSession(msgspec.Struct, frozen=True):
    """A session of the fan's own. `last_used_at` is its last sign-in or refresh; `current` is the one that asks."""

    id: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class LiveSessions(msgspec.Struct, frozen=True):
    """All of them: there are few, so `next` is always null."""

    items: list[LiveSession]
    next: None = None

    @classmethod
    def of(cls, sessions: Sequence[Session], current_id: str) -> "LiveSessions":
        """`sessions` as JSON shows them."""
        return cls(
            [
                LiveSession(each.id, utc(each.opened_ms), utc(each.used_ms), utc(each.until_ms), each.id == current_id)
                for each in sessions
            ]
        )
