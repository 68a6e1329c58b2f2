"""What the direct door is asked and what it answers: typed, and refused field by field."""

from ipaddress import IPv4Address
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.structs import fields

from routes.json_body import UNREADABLE, NotJson, read_json
from services.errors import InvalidUploadError

LARGEST_COMPLETION = 8 * 1024 * 1024
"""50,000 ids of blocks, each as long as it may be, fit."""
_LARGEST_MESSAGE = 128 * 1024

_Text = Annotated[str, Meta(max_length=4096)]


class NewUpload(Struct, frozen=True):
    """The file that a client wants to write."""

    filename: Annotated[str, Meta(min_length=1, max_length=4096)]
    size: Annotated[int, Meta(ge=1, le=2**63 - 1, description="In bytes.")]
    content_type: _Text | None = None
    title: _Text | None = None
    client_ip: Annotated[
        IPv4Address | None, Meta(description="The only address that may use the URL. Storage knows no IPv6 here.")
    ] = None


class Completion(Struct, frozen=True):
    """The blocks that make up the video, in order, by their ids in base64; none when they are committed already."""

    blocks: tuple[str, ...] | None = None


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


M = TypeVar("M", bound=Struct)


def read_message(kind: type[M], *, largest: int = _LARGEST_MESSAGE) -> M:
    """The request's JSON body as a message of that kind; raises what names the faulty fields."""
    try:
        given = read_json(dict[str, Raw] | None, largest=largest) or {}
    except NotJson as error:
        raise InvalidUploadError(str(error)) from error
    values, faults = {}, []
    for each in fields(kind):
        try:
            if each.name in given:
                values[each.name] = msgspec.json.decode(given[each.name], type=each.type, dec_hook=_address)
            elif each.required:
                faults.append({"field": each.name, "reason": "Expected, and not there"})
        except UNREADABLE as error:
            reason = str(error) if isinstance(error, msgspec.DecodeError) else "Expected JSON in UTF-8"
            faults.append({"field": each.name, "reason": reason})
    if faults:
        first = faults[0]
        raise InvalidUploadError(f"The request cannot be used: {first['field']}: {first['reason']}.", errors=faults)
    return kind(**values)


def _address(_kind: type, value: Any) -> IPv4Address:
    try:
        return IPv4Address(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("Expected an IPv4 address") from error
