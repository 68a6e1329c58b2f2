"""What the direct door is asked and what it answers: typed, and refused field by field."""

from ipaddress import IPv4Address
from typing import Annotated, Literal

from msgspec import Meta, Struct

from routes.uploads.clip_source import ABOUT_CLIP_OF, ABOUT_MOMENT
from services.media.job_kinds import RECIPES
from utils.patterns import BLOCK_ID
from utils.sizes import MIB
from utils.validators import MAX_TITLE

LARGEST_COMPLETION = 5 * MIB
"""50,000 ids of blocks, each as long as it may be, fit."""

_Text = Annotated[str, Meta(max_length=4096)]
_Kind = Annotated[
    str,
    Meta(
        description="A kind of work to do on it by itself, instead of the usual.",
        extra_json_schema={"enum": sorted(RECIPES)},
    ),
]
_BlockId = Annotated[str, Meta(extra_json_schema={"pattern": BLOCK_ID})]


class NewUpload(Struct, frozen=True, omit_defaults=True):
    """The file that a client wants to write."""

    filename: Annotated[str, Meta(min_length=1, max_length=4096)]
    size: Annotated[int, Meta(ge=1, le=2**63 - 1, description="In bytes.")]
    content_type: _Text | None = None
    title: Annotated[str, Meta(max_length=MAX_TITLE)] | None = None
    processing: Annotated[tuple[_Kind, ...], Meta(max_length=20)] | None = None
    clip_of: Annotated[_Text | None, Meta(description=ABOUT_CLIP_OF)] = None
    start: Annotated[float, Meta(ge=0, description=ABOUT_MOMENT)] | None = None
    end: Annotated[float, Meta(ge=0)] | None = None
    start_time: float | None = None
    end_time: float | None = None
    client_ip: Annotated[
        IPv4Address | None, Meta(description="The only address that may use the URL. Storage knows no IPv6 here.")
    ] = None


class Completion(Struct, frozen=True):
    """The blocks that make up the video, in order, by their ids in base64; none when they are committed already."""

    blocks: tuple[_BlockId, ...] | None = None


class Finishing(Struct, frozen=True):
    """Everything has arrived, and storage is still copying it to its place: ask again."""

    status: Literal["finishing"] = "finishing"


class Permission(Struct, frozen=True):
    """Leave to write one new blob."""

    id: str
    upload_url: str
    expires_at: str
    block_size: int
    complete_url: str
    renew_url: str


class RenewedPermission(Permission, frozen=True):
    """Another one for the same blob, and what is there already."""

    staged: dict[str, int]
