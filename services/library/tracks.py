"""The container of people's work on videos: a folder for each video, whose name is the video's id as one segment."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

from services.library.errors import RecordChangedError
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore
from services.videos.about import NOTHING_SAID, About
from services.videos.video import Video

_ABOUT = "/about.json"
_LONGEST = 900
_TRIES = 5


class Tracks:
    """What lies beside the videos and can be made by nobody again. Every method raises `StorageError`."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store

    def with_about(self, video: Video) -> Video:
        """The video with what is said about it; asks storage only where something is."""
        return replace(video, about=self.about(video.id)) if video.about_version else video

    def about(self, id_: str) -> About:
        """What is said about a video."""
        stored = self._store.read(folder(id_) + _ABOUT)
        return NOTHING_SAID if stored is None else About.from_text(stored.content)

    def say(self, id_: str, values: Mapping[str, Any], *, version: str) -> tuple[About, About]:
        """Change some of what is said, and nothing that somebody else has said meanwhile.

        Returns what was said when it was asked for, and what is said now.
        """
        name = folder(id_) + _ABOUT
        first: About | None = None
        for _ in range(_TRIES):
            stored = self._store.read(name)
            before = NOTHING_SAID if stored is None else About.from_text(stored.content)
            # Not the last one: it may be our own, where storage has written it and its answer was lost.
            first = first or before
            after = replace(before, **values, version=version)
            content, tags = after.to_text().encode(), {"version": version}
            try:
                if stored is None:
                    self._store.create(name, content, tags=tags)
                else:
                    self._store.replace(name, content, etag=stored.etag, tags=tags)
            except BlobChangedError:
                continue
            return first, after
        raise RecordChangedError("This video is being changed by others right now. Try again in a moment.")

    def versions(self) -> dict[str, str]:
        """The versions of all that is said, by the videos' ids; those with very long ids are left out."""
        return dict(self._listed())

    def forget(self, id_: str) -> None:
        """Delete all that lies in a video's folder, for good."""
        for listed in self._store.list(folder(id_) + "/"):
            self._store.delete(listed.name)

    def _listed(self) -> Iterator[tuple[str, str]]:
        for listed in self._store.list(""):
            segment, _, name = listed.name.partition("/")
            if f"/{name}" == _ABOUT and not segment.startswith("~"):
                yield unquote(segment), listed.tags.get("version", "")


def folder(id_: str) -> str:
    """The name of a video's folder: its id, quoted; a digest of it where that would be too long for storage."""
    quoted = quote(id_, safe="")
    return quoted if len(quoted) <= _LONGEST else "~" + hashlib.sha256(id_.encode()).hexdigest()


def new_version() -> str:
    """A version of what is said that nobody else has used."""
    return uuid4().hex
