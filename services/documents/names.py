"""Where documents lie: in the folder of their film, each under its quoted name."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from services.library.tracks import folder
from services.storage.records import ListedRecord

_BETWEEN = "/documents/"
SIZE = "size"
"""In the metadata: how many bytes it has."""


@dataclass(frozen=True, kw_only=True)
class StoredDocument:
    """What a listing of storage tells of a document."""

    folder: str
    name: str
    size: int


def blob_name(film_id: str, name: str) -> str:
    """The blob of a document; without a name, what those of all documents of the film begin with."""
    return f"{folder(film_id)}{_BETWEEN}{quote(name, safe='')}"


def document_of(record: ListedRecord) -> StoredDocument | None:
    """The document that this is; None where it is something else."""
    home, between, name = record.name.partition(_BETWEEN)
    if not between or "/" in home or "/" in name or not name:
        return None
    size = record.tags.get(SIZE, "0")
    return StoredDocument(folder=home, name=unquote(name), size=int(size) if size.isdecimal() else 0)
