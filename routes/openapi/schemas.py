"""The values of the API as types, for the description; a test holds real answers to them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from routes.direct_messages import Completion, NewUpload, Permission, RenewedPermission


class _Value(BaseModel):
    # Fields may be added to answers: a client that refuses what it does not know would break.
    model_config = ConfigDict(extra="allow")


class Links(_Value):
    """Addresses of one video, relative to the server."""

    self: str
    content: str
    page: str


class Video(_Value):
    """One video."""

    id: str = Field(description="The blob's name. It may hold slashes.")
    title: str
    original_name: str
    size: int = Field(description="In bytes.")
    content_type: str = Field(description="From the name and the first bytes, never from the client.")
    sha256: str | None = Field(description="Of the whole content, in hex; null when it was not computed.")
    etag: str = Field(description="The version of the record. Send it back as If-Match.")
    uploaded_at: str = Field(json_schema_extra={"format": "date-time"})
    tags: list[str]
    status: Literal["ready", "missing", "changed"] = Field(
        description="missing: its blob is gone; changed: it has been written over past the server, and is not served."
    )
    url: str
    links: Links


class TrashedVideo(Video):
    """One video in the trash."""

    deleted_at: str | None = Field(json_schema_extra={"format": "date-time"})
    restorable_until: str | None = Field(json_schema_extra={"format": "date-time"})


class NewVideos(_Value):
    """What a form has become, in its order."""

    videos: list[Video]


class VideoPage(_Value):
    """A page of the list."""

    videos: list[Video]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    rebuilding: bool | None = Field(None, description="Present while the index is being made again: more will come.")


class TrashPage(_Value):
    """A page of the trash."""

    videos: list[TrashedVideo]
    next: str | None
    rebuilding: bool | None = None


class Change(_Value):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field("", min_length=1, max_length=200)
    tags: list[str] = Field([], max_length=20)


class AccessUrl(_Value):
    """A URL that reads one video for a while. Whoever holds it can."""

    url: str
    expires_at: str = Field(json_schema_extra={"format": "date-time"})


class Alive(_Value):
    """The process answers."""

    status: Literal["ok"]


class Check(_Value):
    """One thing that the app depends on."""

    status: Literal["ok", "down"]
    seconds: float
    reason: str | None = None


class Checks(_Value):
    """All of them."""

    storage: Check
    database: Check


class Ready(_Value):
    """Whether all that the app depends on answers."""

    status: Literal["ok", "unavailable"]
    checks: Checks


class Reason(_Value):
    """What is wrong with one file or one field."""

    reason: str
    file: str | None = None
    field: str | None = None


class Problem(_Value):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="A stable name of the kind of error.")
    title: str
    status: int
    detail: str = Field(description="A sentence that a person can act on.")
    request_id: str = Field(description="Name it when you ask for help: it stands in the log.")
    errors: list[Reason] | None = None
    retry_after: int | None = Field(None, description="In seconds.")
    upload_offset: int | None = Field(None, description="Where a resumable upload has got to.")


_DIRECT = (NewUpload, Completion, Permission, RenewedPermission)
_MODELS = (*_DIRECT, Video, TrashedVideo, NewVideos, VideoPage, TrashPage, Change, AccessUrl, Alive, Ready, Problem)


def schemas() -> dict[str, Any]:
    """The JSON schemas of all values, by name."""
    _, found = models_json_schema(
        [(model, "validation") for model in _MODELS], ref_template="#/components/schemas/{model}"
    )
    return dict(found["$defs"])
