"""The values of the API as types, for the description; a test holds real answers to them."""

from ipaddress import IPv4Address
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import schema_components

from routes.direct_messages import Completion, NewUpload, Permission, RenewedPermission

_Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class Links(Struct):
    """Addresses of one video, relative to the server."""

    self: str
    content: str
    page: str


class Video(Struct):
    """One video."""

    id: Annotated[str, Meta(description="The blob's name. It may hold slashes.")]
    title: str
    original_name: str
    size: Annotated[int, Meta(description="In bytes.")]
    content_type: Annotated[str, Meta(description="From the name and the first bytes, never from the client.")]
    sha256: Annotated[str | None, Meta(description="Of the whole content, in hex; null when it was not computed.")]
    etag: Annotated[str, Meta(description="The version of the record. Send it back as If-Match.")]
    uploaded_at: _Time
    tags: list[str]
    status: Annotated[
        Literal["ready", "missing", "changed"],
        Meta(description="missing: its blob is gone; changed: it was written over past the server, and is not served."),
    ]
    url: str
    links: Links


class TrashedVideo(Video):
    """One video in the trash."""

    deleted_at: _Time | None
    restorable_until: _Time | None


class NewVideos(Struct):
    """What a form has become, in its order."""

    videos: list[Video]


class VideoPage(Struct):
    """A page of the list."""

    videos: list[Video]
    next: Annotated[str | None, Meta(description="The cursor of the next page; null on the last one.")]
    rebuilding: Annotated[
        bool | None, Meta(description="Present while the index is being made again: more will come.")
    ] = None


class TrashPage(Struct):
    """A page of the trash."""

    videos: list[TrashedVideo]
    next: str | None
    rebuilding: bool | None = None


class Change(Struct, forbid_unknown_fields=True):
    """What is to change; what is left out stays."""

    title: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    tags: Annotated[list[str], Meta(max_length=20)] | UnsetType = UNSET


class AccessUrl(Struct):
    """A URL that reads one video for a while. Whoever holds it can."""

    url: str
    expires_at: _Time


class Alive(Struct):
    """The process answers."""

    status: Literal["ok"]


class Check(Struct):
    """One thing that the app depends on."""

    status: Literal["ok", "down"]
    seconds: float
    reason: str | None = None


class Checks(Struct):
    """All of them."""

    storage: Check
    database: Check


class Ready(Struct):
    """Whether all that the app depends on answers."""

    status: Literal["ok", "unavailable"]
    checks: Checks


class Reason(Struct):
    """What is wrong with one file or one field."""

    reason: str
    file: str | None = None
    field: str | None = None


class Problem(Struct):
    """An error, as RFC 9457 has it."""

    type: Annotated[str, Meta(description="A stable name of the kind of error.")]
    title: str
    status: int
    detail: Annotated[str, Meta(description="A sentence that a person can act on.")]
    request_id: Annotated[str, Meta(description="Name it when you ask for help: it stands in the log.")]
    errors: list[Reason] | None = None
    retry_after: Annotated[int | None, Meta(description="In seconds.")] = None
    upload_offset: Annotated[int | None, Meta(description="Where a resumable upload has got to.")] = None


_DIRECT = (NewUpload, Completion, Permission, RenewedPermission)
_MODELS = (*_DIRECT, Video, TrashedVideo, NewVideos, VideoPage, TrashPage, Change, AccessUrl, Alive, Ready, Problem)


def schemas() -> dict[str, Any]:
    """The JSON schemas of all values, by name."""
    _, found = schema_components(_MODELS, schema_hook=_of_address, ref_template="#/components/schemas/{name}")
    return found


def _of_address(kind: type) -> dict[str, Any]:
    if kind is not IPv4Address:
        raise NotImplementedError
    return {"type": "string", "format": "ipv4"}
