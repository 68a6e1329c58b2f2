"""Domain errors: what can go wrong, in words for the person who meets it, with the status that says so.

Each class carries a stable slug (the problem's type), a title and an HTTP status. `routes/http/errors.py` alone turns
them into responses.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class ReelgateError(Exception):
    """Something that the caller is told about; `str()` is a sentence that a person can act on."""

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500
    oauth: ClassVar[str | None] = None
    """What OAuth calls it, where clients of that protocol meet it."""
    video_id: str | None = None
    """The video that it speaks of, where that is what a client goes on with."""
    id: str | None = None
    """The id of what is here already, where that is why it was refused."""

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: int | None = None,
        upload_offset: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.upload_offset = upload_offset


class NotFoundError(ReelgateError):
    """There is nothing by that name."""

    slug = "not-found"
    title = "Not found"
    status = 404


class InvalidQueryError(ReelgateError):
    """A parameter of the query string cannot be used; `errors` names it."""

    slug = "invalid-query"
    title = "Invalid query"
    status = 400


class ClockUnsureError(ReelgateError):
    """Whether something is due cannot be told: the clock here and that of storage differ, or storage's is unknown."""

    slug = "clock-unsure"
    title = "The time is not sure"
    status = 503


class BusyError(ReelgateError):
    """There is no room for one more upload right now."""

    slug = "busy"
    title = "No room right now"
    status = 503

    def __init__(self, detail: str, *, retry_after: int = 10) -> None:
        super().__init__(detail, retry_after=retry_after)


class TooManyRequestsError(ReelgateError):
    """The client has asked more often than it may."""

    slug = "too-many-requests"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, retry_after=retry_after)


class UnknownHostError(ReelgateError):
    """The request names a host that this server does not answer for."""

    slug = "unknown-host"
    title = "Unknown host"
    status = 400


class LocalOnlyError(ReelgateError):
    """What was asked for is shown on the server's own machine alone."""

    slug = "local-only"
    title = "Only on the server itself"
    status = 403


class TokenNeededError(ReelgateError):
    """What was asked for is shown to those who bring a token."""

    slug = "token-needed"
    title = "Token needed"
    status = 401


class CrossSiteError(ReelgateError):
    """A page of another site wants to change something here."""

    slug = "cross-site"
    title = "Refused from another site"
    status = 403


class TooLargeError(ReelgateError):
    """The upload is larger than what is accepted."""

    slug = "too-large"
    title = "Too large"
    status = 413


class UnsupportedMediaError(ReelgateError):
    """The body comes in a form that is not understood here."""

    slug = "unsupported-media"
    title = "Unsupported media"
    status = 415


class AccessDeniedError(ReelgateError):
    """The URL was not made here, or does not hold for this client any more."""

    slug = "access-denied"
    title = "Access denied"
    status = 403


class KeyUnavailableError(ReelgateError):
    """There is no key to sign URLs with."""

    slug = "no-signing-key"
    title = "No signing key"
    status = 503
