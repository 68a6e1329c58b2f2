"""Messages of the API: structs that read a request's body and write an answer's."""

from collections.abc import Collection
from ipaddress import IPv4Address
from typing import Any, TypeVar

import msgspec
from flask import Response
from msgspec import Raw, Struct
from msgspec.structs import FieldInfo, fields

from routes.http.json_body import UNREADABLE, NotJson, read_json
from services.errors import ReelgateError

_LARGEST = 128 * 1024
_LONGEST_NAME = 64

M = TypeVar("M", bound=Struct)


def show(message: Struct, status: int = 200) -> Response:
    """The answer that says this."""
    return Response(msgspec.json.encode(message) + b"\n", status=status, mimetype="application/json")


def fresh(response: Response) -> Response:
    """The answer, which nobody keeps."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def kept_by_version(etag: str, *, for_ever: bool) -> dict[str, str]:
    """The headers of what changes by versions: a browser keeps one for ever whose address names it, or asks again."""
    kept = "max-age=31536000, immutable" if for_ever else "no-cache"
    return {"ETag": etag, "Cache-Control": f"private, {kept}"}


def asked_again(response: Response) -> Response:
    """The answer, which a browser keeps and asks again for each time.

    It holds what whoever asks may see, whom a proxy cannot tell from others.
    """
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def read_message(
    kind: type[M],
    *,
    refuse: type[ReelgateError],
    largest: int = _LARGEST,
    types: Collection[str] = ("application/json",),
    required: bool = False,
) -> M:
    """The request's JSON body as a message of that kind; else `refuse` is raised, and names the faulty fields.

    Without a body it is one that names nothing, but where it is `required`.
    """
    try:
        said = read_json(dict[str, Raw] | None, largest=largest, types=types)
    except NotJson as error:
        raise refuse(str(error)) from error
    if required and said is None:
        raise refuse("Expected a JSON object.")
    given = said or {}
    values, faults = {}, []
    for each in fields(kind):
        try:
            if each.name in given:
                values[each.name] = msgspec.convert(_plain(given[each.name]), type=each.type, dec_hook=_address)
            elif each.required:
                faults.append({"field": each.name, "reason": "Expected, and not there"})
        except UNREADABLE as error:
            reason = str(error) if isinstance(error, msgspec.DecodeError) else "Expected JSON in UTF-8"
            faults.append({"field": each.name, "reason": reason})
    if kind.__struct_config__.forbid_unknown_fields:
        faults += _unknown(given, known=fields(kind))
    if faults:
        first = faults[0]
        raise refuse(f"The request cannot be used: {first['field']}: {first['reason']}.", errors=faults)
    return kind(**values)


def _unknown(given: Collection[str], *, known: Collection[FieldInfo]) -> list[dict[str, str]]:
    names = [each.name for each in known]
    reason = f"Nothing but {' and '.join((', '.join(names[:-1]), names[-1])) if names[1:] else names[0]} is taken"
    return [{"field": name[:_LONGEST_NAME], "reason": reason} for name in given if name not in names]


def _plain(given: Raw) -> Any:
    """The value, with whole numbers as such: to JSON Schema 5.0 is one."""
    value = msgspec.json.decode(given)
    if b"\\u0000" in bytes(given) and _holds_nul(value):
        raise msgspec.ValidationError("Expected a text without NUL, which no database keeps")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value, *value.values())))
    return any(map(_holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def _address(_kind: type, value: Any) -> IPv4Address:
    try:
        return IPv4Address(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("Expected an IPv4 address") from error
