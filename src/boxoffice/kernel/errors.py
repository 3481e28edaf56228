"""What can go wrong, named for what happened. The HTTP status of each stands in `http/errors.py`."""

from collections.abc import Mapping
from typing import ClassVar


class BoxofficeError(Exception):
    """An expected refusal: a stable `code`, a sentence for a human, and members for a program."""

    code: ClassVar[str] = "error"
    sentence: ClassVar[str] = "The request was refused."

    def __init__(self, detail: str | None = None, **members: object) -> None:
        super().__init__(detail or self.sentence)
        self.detail = detail or self.sentence
        self.members: Mapping[str, object] = members


# Anything


class InvalidRequest(BoxofficeError):
    code = "invalid_request"
    sentence = "The request does not have the shape that the API reference gives."


class MalformedJson(BoxofficeError):
    code = "malformed_json"
    sentence = "The body is not valid JSON."


class BodyTooLarge(BoxofficeError):
    code = "body_too_large"
    sentence = "The body is larger than this request may be."


class RequestTimeout(BoxofficeError):
    code = "request_timeout"
    sentence = "The body of the request did not arrive in time."


class UnsupportedMediaType(BoxofficeError):
    code = "unsupported_media_type"
    sentence = "Send the body as application/json."


class NotFound(BoxofficeError):
    code = "not_found"
    sentence = "There is no such thing, or it is not yours."


class Conflict(BoxofficeError):
    code = "conflict"
    sentence = "This cannot be done in the present state."


class Overloaded(BoxofficeError):
    """Everything that waits has a bound, and this bound is reached."""

    code = "overloaded"
    sentence = "Too many requests are waiting. Try again shortly."


class Unavailable(BoxofficeError):
    """A store that the request needs does not answer."""

    code = "unavailable"
    sentence = "A part of the service does not answer. Try again shortly."


# Accounts


class Unauthorized(BoxofficeError):
    code = "unauthorized"
    sentence = "Sign in first: the access token is missing, expired, revoked or not ours."


class Forbidden(BoxofficeError):
    code = "forbidden"
    sentence = "This needs the role of an operator."


class EmailTaken(BoxofficeError):
    code = "email_taken"
    sentence = "There is an account with this e-mail address already."


class BadCredentials(BoxofficeError):
    code = "bad_credentials"
    sentence = "The e-mail address or the password is wrong."


class TooManyAttempts(BoxofficeError):
    code = "too_many_attempts"
    sentence = "Too many attempts. Wait before you try again."


# Catalogue


class InvalidPlan(BoxofficeError):
    """A seating plan that cannot be sold; `path` names the offending element."""

    code = "invalid_plan"
    sentence = "The seating plan cannot be read."


# Queue


class BadQueueToken(BoxofficeError):
    code = "bad_queue_token"
    sentence = "The queue token is missing, expired, not yours or not ours. Join the queue again."


class SaleClosed(BoxofficeError):
    code = "sale_closed"
    sentence = "This concert is not on sale now."


class NotAdmitted(BoxofficeError):
    code = "not_admitted"
    sentence = "It is not your turn: wait in the queue until you are let in."


# Seats


class UnknownSeat(BoxofficeError):
    code = "unknown_seat"
    sentence = "The plan has no such seat."


class SeatTaken(BoxofficeError):
    code = "seat_taken"
    sentence = "Somebody else has taken this seat. Choose another."


class LimitExceeded(BoxofficeError):
    code = "limit_exceeded"
    sentence = "That is more seats than one fan may have."


class HoldExpired(BoxofficeError):
    code = "hold_expired"
    sentence = "The hold has lapsed or was released. Choose your seats again."


# Money


class IdempotencyKeyRequired(BoxofficeError):
    code = "idempotency_key_required"
    sentence = "Send an Idempotency-Key with every request that moves money."


class IdempotencyKeyReused(BoxofficeError):
    code = "idempotency_key_reused"
    sentence = "This Idempotency-Key was used with another request."


class InsufficientBalance(BoxofficeError):
    code = "insufficient_balance"
    sentence = "The wallet holds too little. Top it up and pay again."


class AlreadyPaid(BoxofficeError):
    code = "already_paid"
    sentence = "This hold is paid already."


class AlreadyCancelled(BoxofficeError):
    code = "already_cancelled"
    sentence = "This reservation is cancelled already."
