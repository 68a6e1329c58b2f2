"""Which documents are taken: by a closed list of endings, each of which has to begin as such files do."""

import unicodedata

from services.documents.errors import InvalidDocumentError
from utils.text import has_unsafe_characters
from utils.validators import extension_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_ZIP, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"

TYPES: dict[str, tuple[str, bytes | None]] = {
    "pdf": ("application/pdf", _PDF),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "ppt": ("application/vnd.ms-powerpoint", _OLD_OFFICE),
    "odp": (f"{_OPEN}.presentation", _ZIP),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "doc": ("application/msword", _OLD_OFFICE),
    "odt": (f"{_OPEN}.text", _ZIP),
    "txt": ("text/plain; charset=utf-8", None),
    "md": ("text/markdown; charset=utf-8", None),
}
"""The content type of each ending, and the first bytes; None for texts."""

_LONGEST_NAME = 120


def checked_name(name: str) -> str:
    """The name without its folders, in one form; raises `InvalidDocumentError` where it is none that is taken."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1].strip())
    if not name or name.startswith(".") or len(name) > _LONGEST_NAME or has_unsafe_characters(name):
        raise _invalid("name", f"Expected a file name of up to {_LONGEST_NAME} letters")
    if extension_of(name) not in TYPES:
        raise _invalid("name", f"Expected one of these kinds of files: {', '.join(TYPES)}")
    return name


def empty() -> InvalidDocumentError:
    """What is said of a file without a byte."""
    return _invalid("file", "The file is empty")


def wrong_content(name: str) -> InvalidDocumentError:
    """What is said of content that is not what the name promises."""
    return _invalid("file", f"This is no file of the kind {extension_of(name)}")


def content_type_of(name: str) -> str:
    """By the name; bytes that nothing is known of where it is of no kind that is taken."""
    return TYPES.get(extension_of(name), ("application/octet-stream", None))[0]


def _invalid(field: str, reason: str) -> InvalidDocumentError:
    return InvalidDocumentError(f"{reason}.", errors=[{"field": field, "reason": reason}])
