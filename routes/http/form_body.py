"""A small form, read with the care of an upload: what is broken or cut on its way is refused, never half believed."""

from urllib.parse import parse_qsl

from flask import request
from werkzeug.datastructures import MultiDict

from routes.http.body_places import read_small, receiving
from services.errors import UnsupportedMediaError
from services.library.errors import InvalidChangeError
from utils.multipart import FormLimits, MalformedMultipart, MultipartReader, PartBegin, PartData

_LARGEST = 64 * 1024
_MOST_FIELDS = 100
_PLAIN, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


def read_form() -> MultiDict[str, str]:
    """The fields of the current request's form.

    Raises `InvalidChangeError` when it is no form that can be read to its end, `UnsupportedMediaError` when it does not
    claim to be one, `TooLargeError`, and what `RequestBody` raises.
    """
    with receiving():
        content = read_small(largest=_LARGEST)
    if not content:
        return MultiDict()
    if request.mimetype not in {_PLAIN, _PARTS}:
        raise UnsupportedMediaError(f"Send the form as {_PLAIN} or {_PARTS}.")
    try:
        pairs = _plain(content) if request.mimetype == _PLAIN else _parts(content)
    except MalformedMultipart as error:
        raise InvalidChangeError(str(error)) from error
    except ValueError as error:
        raise InvalidChangeError("The form cannot be read: it is not UTF-8, or has too many fields.") from error
    return MultiDict(pairs)


def _plain(content: bytearray) -> list[tuple[str, str]]:
    text = content.decode()
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)


def _parts(content: bytearray) -> list[tuple[str, str]]:
    reader = MultipartReader(request.content_type or "", limits=FormLimits(parts=_MOST_FIELDS))
    fields: list[tuple[str, bytes]] = []
    for event in reader.feed(bytes(content)):
        match event:
            case PartBegin(filename=str()):
                raise MalformedMultipart("There is no place for a file in this form.")
            case PartBegin(name=name):
                fields.append((name, b""))
            case PartData(data=data):
                name, before = fields.pop()
                fields.append((name, before + data))
    reader.finish()
    return [(name, value.decode()) for name, value in fields]
