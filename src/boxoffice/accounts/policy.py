"""Pure decisions about accounts."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from boxoffice.accounts.models import Credentials
from boxoffice.kernel.errors import InvalidRequest
from boxoffice.kernel.text import clean_line

EMAIL_MAX = 190
NAME_MAX = 100
PASSWORD_MIN = 8
PASSWORD_MAX = 128

# ASCII alone: lower case is then well defined, and no two addresses look the same to a database's collation.
# Source of the form: "valid e-mail address" of the HTML standard, with at least one dot in the domain.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL_PATTERN = f"^ *[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\\.{_LABEL})+ *$"
_email = re.compile(EMAIL_PATTERN)

_SEPARATOR = "."
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


def refresh_token(session_id: str, secret: str) -> str:
    """What the fan keeps: the session (the family of all its refresh tokens) and a secret that works once."""
    return f"{session_id}{_SEPARATOR}{secret}"


def parts_of(token: str) -> tuple[str, str] | None:
    """(session id, hash of the secret) of a refresh token, or None where it cannot be one."""
    session_id, separator, secret = token.partition(_SEPARATOR)
    if len(token) > _REFRESH_TOKEN_MAX or not separator or not secret or not _SESSION_ID.fullmatch(session_id):
        return None
    return session_id, secret_hash(secret)


def secret_hash(secret: str) -> str:
    """What is stored of a secret. It is long and random, so a plain hash keeps it."""
    return sha256(secret.encode()).hexdigest()


def attempts_name(email: str) -> str:
    """The name under which attempts on an account are counted: no address is readable in Redis."""
    return sha256(email.encode()).hexdigest()[:32]
