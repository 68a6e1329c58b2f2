"""Writing what a person has made into the container of tracks: never over what somebody else has just written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.library.conditions import Condition
from services.library.errors import RecordChangedError
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore, StoredRecord

_TRIES = 5

Tags = Mapping[str, str] | Callable[[StoredRecord | None], Mapping[str, str]]
"""What lists show; where it depends on what is written over, it is asked."""


@dataclass(frozen=True, kw_only=True)
class WrittenRecord:
    """What came of it."""

    etag: str
    tags: Mapping[str, str]
    is_new: bool


def put_record(store: RecordStore, name: str, content: bytes, *, tags: Tags, condition: Condition) -> WrittenRecord:
    """Write it whole; raises `RecordChangedError` where what is there is not the version that the condition names."""
    for _ in range(_TRIES):
        stored = store.read(name)
        if not condition.holds(None if stored is None else stored.etag):
            raise changed()
        said = tags(stored) if callable(tags) else tags
        try:
            if stored is None:
                etag = store.create(name, content, tags=said)
            else:
                etag = store.replace(name, content, etag=stored.etag, tags=said)
        except BlobChangedError:
            continue
        return WrittenRecord(etag=etag, tags=said, is_new=stored is None)
    raise changed()


def changed() -> RecordChangedError:
    """What is said to who has not seen the newest version."""
    return RecordChangedError("Somebody else has changed this. Load it again, then repeat.")
