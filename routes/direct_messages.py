"""What the direct door is asked and what it answers: typed, and refused field by field."""

import ipaddress
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from routes.json_body import NotJson, read_json
from services.errors import InvalidUploadError

_LONGEST_TEXT = 4096
_LARGEST_SIZE = 2**63 - 1
_LARGEST_BODY = 8 * 1024 * 1024
"""50,000 ids of blocks, each as long as it may be, fit."""


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class NewUpload(_Message):
    """The file that a client wants to write."""

    filename: str = Field(min_length=1, max_length=_LONGEST_TEXT)
    size: int = Field(ge=1, le=_LARGEST_SIZE)
    content_type: str | None = Field(None, max_length=_LONGEST_TEXT)
    title: str | None = Field(None, max_length=_LONGEST_TEXT)
    client_ip: str | None = Field(None, max_length=15)

    @field_validator("client_ip")
    @classmethod
    def _check_address(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ipaddress.IPv4Address(value)
            except ValueError as error:
                raise ValueError("must be an IPv4 address: storage knows no others in its URLs") from error
        return value


class Completion(_Message):
    """The blocks that make up the video, in order, by their ids in base64; none when they are committed already."""

    blocks: tuple[str, ...] = ()

    @field_validator("blocks", mode="before")
    @classmethod
    def _check_list(cls, value: object) -> object:
        if value is not None and not isinstance(value, list):
            raise ValueError("must be a list")
        return tuple(value or ())


class Permission(_Message):
    """Leave to write one new blob."""

    id: str
    upload_url: str
    expires_at: str
    block_size: int
    complete_url: str
    renew_url: str


class RenewedPermission(Permission):
    """Another one for the same blob, and what is there already."""

    staged: dict[str, int]


M = TypeVar("M", bound=_Message)


def read_message(kind: type[M]) -> M:
    """The request's JSON body as a message of that kind; raises what names the faulty fields."""
    try:
        body = read_json(largest=_LARGEST_BODY)
    except NotJson as error:
        raise InvalidUploadError(str(error)) from error
    try:
        return kind.model_validate({} if body is None else body)
    except ValidationError as error:
        faults = [_fault(fault) for fault in error.errors(include_url=False, include_input=False)]
        raise InvalidUploadError("The request cannot be used: " + _sentence(faults[0]), errors=faults) from error


def _fault(fault: Any) -> dict[str, str]:
    field = str(fault["loc"][0])[:64] if fault["loc"] else ""
    reason = str(fault["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return {"field": field, "reason": reason}


def _sentence(fault: dict[str, str]) -> str:
    return f"{fault['field'] or 'the body'} {fault['reason'][:1].lower()}{fault['reason'][1:]}."
