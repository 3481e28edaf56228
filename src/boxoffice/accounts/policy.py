"""Pure decisions about accounts."""

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from boxoffice.accounts.models import Credentials, Revocation
from boxoffice.kernel.errors import InvalidRequest
from boxoffice.kernel.text import clean_line

EMAIL_MAX = 190
NAME_MAX = 100
PASSWORD_MIN = 8
ACCOUNT_ATTEMPTS_FACTOR = 20
PASSWORD_MAX = 128

# ASCII alone: lower case is then well defined, and no two addresses look the same to a database's collation.
# Source of the form: "valid e-mail address" of the HTML standard, with at least one dot in the domain.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL_PATTERN = f"^ *[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\\.{_LABEL})+ *$"
_email = re.compile(EMAIL_PATTERN)

_SEPARATOR = "."
_USER_ID = re.compile(r"[0-9a-f-]{36}")
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_REFRESH_TOKEN_MAX = 200


def normalised_email(text: str) -> str:
    """The form in which an address is stored and compared. Raises `InvalidRequest`."""
    if len(text) > EMAIL_MAX or not _email.match(text):
        raise InvalidRequest(f"The e-mail address must look like name@example.com, at most {EMAIL_MAX} characters.")
    return text.strip().lower()


def known_form(text: str) -> str | None:
    """The stored form of an address, or None where no account can have it."""
    try:
        return normalised_email(text)
    except InvalidRequest:
        return None


def checked_name(text: str) -> str:
    """A name without spaces around it. Raises `InvalidRequest`."""
    return clean_line(text, "name", NAME_MAX)


def checked_password(text: str) -> str:
    """A password of a length that may be chosen. Raises `InvalidRequest`."""
    if not PASSWORD_MIN <= len(text) <= PASSWORD_MAX:
        raise InvalidRequest(f"A password has from {PASSWORD_MIN} to {PASSWORD_MAX} characters.")
    return text


def comparable_password(text: str) -> str:
    """One form for however a keyboard composes characters (NIST SP 800-63B: NFKC before hashing)."""
    return unicodedata.normalize("NFKC", text)


def sign_ups(newcomers: Sequence[Credentials], taken: Mapping[str, str]) -> list[bool]:
    """Who of `newcomers`, in order of arrival, may have the address they ask for.

    `taken` says which user has an address already. A newcomer who has it is one whose commit went through
    without our hearing of it.
    """
    owners = dict(taken)
    return [owners.setdefault(newcomer.user.email, newcomer.user.id) == newcomer.user.id for newcomer in newcomers]


def missing(newcomers: Iterable[Credentials], welcome: Sequence[bool], taken: Mapping[str, str]) -> list[Credentials]:
    """Who of the welcome ones is not stored yet."""
    return [
        newcomer
        for newcomer, may_come in zip(newcomers, welcome, strict=True)
        if may_come and newcomer.user.email not in taken
    ]


def refresh_token(user_id: str, session_id: str, secret: str) -> str:
    """What the fan keeps: whose session (the family of all its refresh tokens), and a secret that works once."""
    return _SEPARATOR.join((user_id, session_id, secret))


def parts_of(token: str) -> tuple[str, str, str] | None:
    """(user id, session id, hash of the secret) of a refresh token, or None where it cannot be one."""
    if len(token) > _REFRESH_TOKEN_MAX or token.count(_SEPARATOR) != 2:
        return None
    user_id, session_id, secret = token.split(_SEPARATOR)
    if not _USER_ID.fullmatch(user_id) or not is_session_id(session_id) or not secret:
        return None
    return user_id, session_id, secret_hash(secret)


def is_session_id(text: str) -> bool:
    """Whether `text` could be the id of a session."""
    return _SESSION_ID.fullmatch(text) is not None


def secret_hash(secret: str) -> str:
    """What is stored of a secret. It is long and random, so a plain hash keeps it."""
    return sha256(secret.encode()).hexdigest()


def attempt_counters(email: str, client: str, most: int) -> dict[str, int]:
    """Under which names attempts to sign in are counted, and how many each allows.

    One who guesses is stopped after `most` from one address; the account itself only after `ACCOUNT_ATTEMPTS_FACTOR`
    times as many, or anybody could lock anybody out. No e-mail address is readable in Redis.
    """
    named = {f"{email}\n{client}": most, email: most * ACCOUNT_ATTEMPTS_FACTOR}
    return {sha256(name.encode()).hexdigest()[:32]: allowed for name, allowed in named.items()}


class RevokedSessions:
    """The sessions whose access tokens an instance refuses: at most `most`, past that the oldest is let go.

    `heard_until_ms` is the latest end that was ever heard of: what is asked for next begins a little before it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._until_ms: OrderedDict[str, int] = OrderedDict()
        self.heard_until_ms = 0

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._until_ms

    def __len__(self) -> int:
        return len(self._until_ms)

    def add(self, revocations: Iterable[Revocation], now_ms: int) -> int:
        """Refuse these from now on; how many others had to be let go for them."""
        let_go = 0
        for session_id, until_ms in revocations:
            self.heard_until_ms = max(self.heard_until_ms, until_ms)
            if until_ms <= now_ms:
                continue
            if self._until_ms.pop(session_id, None) is None and len(self._until_ms) >= self._most:
                self._until_ms.popitem(last=False)
                let_go += 1
            self._until_ms[session_id] = until_ms
        return let_go

    def drop_lapsed(self, now_ms: int) -> None:
        """Forget those that no access token can outlive."""
        # In the order in which they were heard, which is nearly that of their ends: with a million of them, looking at
        # each would keep everybody waiting. One that is out of order goes a little later, and does no harm until then.
        while self._until_ms and next(iter(self._until_ms.values())) <= now_ms:
            self._until_ms.popitem(last=False)
