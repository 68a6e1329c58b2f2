"""The body of an error answer: RFC 9457 `application/problem+json`."""

from typing import Annotated

from msgspec import Meta, Struct

PROBLEM_CONTENT_TYPE = "application/problem+json"


class Reason(Struct, omit_defaults=True, frozen=True):
    """What is wrong with one file or one field."""

    reason: str
    file: str | None = None
    field: str | None = None


class Problem(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """An error, as RFC 9457 has it."""

    type: Annotated[str, Meta(description="A stable name of the kind of error.")]
    title: str
    status: int
    detail: Annotated[str, Meta(description="A sentence that a person can act on.")]
    request_id: Annotated[str, Meta(description="Name it when you ask for help: it stands in the log.")]
    errors: tuple[Reason, ...] | None = None
    retry_after: Annotated[int | None, Meta(description="In seconds.")] = None
    upload_offset: Annotated[int | None, Meta(description="Where a resumable upload has got to.")] = None
    video_id: Annotated[str | None, Meta(description="The id of the video that it speaks of.")] = None
    id: Annotated[str | None, Meta(description="The id of what is here already.")] = None
    error: Annotated[str | None, Meta(description="What OAuth calls it, for clients of that protocol.")] = None
    error_description: Annotated[str | None, Meta(description="The detail, by the name that OAuth has for it.")] = None


def problem_type(slug: str) -> str:
    """The type of a problem by the slug of its kind."""
    return f"/problems/{slug}"
