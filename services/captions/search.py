"""Searching in what is said: the films that an actor may see, each with the first moment that fits.

The index has the words and the lines, so that no question waits for storage.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, require, scope
from services.captions.captions import Captions
from services.captions.spoken.lines import SpokenLine, best_line
from services.captions.spoken.store import FoundFilm, SpokenFilm, SpokenStore
from services.errors import ReelgateError
from services.events.envelope import Said
from services.events.videos import CaptionsChanged, ProcessingCompleted, VideoPurged
from services.library.library import Library
from services.media.job_kinds import SUBTITLES
from services.steps import KeepGoing
from services.videos.video import Video
from utils.search_words import words

log = logging.getLogger(__name__)

MOST_COUNTED = 200
"""Films of one question; of more it is said that there are so many."""
_AT_ONCE = 100
_READERS = 8


@dataclass(frozen=True, kw_only=True)
class SpokenMoment:
    """A film in which it is said, and when."""

    video: Video
    line: SpokenLine


@dataclass(frozen=True, kw_only=True)
class FoundMoments:
    """Some of them, and where they go on."""

    moments: tuple[SpokenMoment, ...]
    next: int | None = None
    """What comes behind is found by this; None where nothing does."""


class TranscriptSearch:
    """Finds what is said, and keeps its index true."""

    def __init__(self, store: SpokenStore, captions: Captions, library: Library) -> None:
        self._store = store
        self._captions = captions
        self._library = library

    def find(self, asked: str, *, limit: int, after: int | None = None, by: Actor) -> FoundMoments:
        """Films in which all these words are said, the newest first. Raises `CatalogueUnavailableError`."""
        require(by, Act.LIST)
        if not (wanted := words(asked)):
            return FoundMoments(moments=())
        found = self._store.found(wanted, seen=scope(by), limit=limit + 1, after=after)
        shown = found[:limit]
        return FoundMoments(
            moments=tuple(SpokenMoment(video=each.video, line=_moment(each, wanted)) for each in shown),
            next=shown[-1].number if len(found) > limit else None,
        )

    def count(self, asked: str, *, by: Actor) -> int:
        """How many there are, up to `MOST_COUNTED`. Raises `CatalogueUnavailableError`."""
        require(by, Act.LIST)
        return self._store.count(wanted, seen=scope(by), most=MOST_COUNTED) if (wanted := words(asked)) else 0

    def take(self, said: Said) -> None:
        """Follow what happens to tracks; done twice it is done once."""
        match said.event:
            case VideoPurged(video=video):
                self._store.forget(video.id)
            case CaptionsChanged(video_id=video_id):
                self._look_up(video_id)
            case ProcessingCompleted(video_id=video_id, kind=kind) if kind == SUBTITLES:
                self._look_up(video_id)

    def _look_up(self, video_id: str) -> None:
        version = self._captions.versions([video_id], by=SYSTEM).get(video_id, "")
        self._note({video_id: version})

    def catch_up(self, versions: Mapping[str, str], progress: KeepGoing = lambda _: None) -> int:
        """Make the index true for tracks of these versions, by video; returns how many videos differed."""
        known = self._store.versions()
        differing = sorted(
            each for each in versions.keys() | known.keys() if versions.get(each, "") != known.get(each, "")
        )
        for at in range(0, len(differing), _AT_ONCE):
            some = differing[at : at + _AT_ONCE]
            progress(some[0])
            self._note({each: versions.get(each, "") for each in some})
        return len(differing)

    def _note(self, versions: Mapping[str, str]) -> None:
        """Read what is said in these videos, and write it down."""
        for video_id in (each for each, version in versions.items() if not version):
            self._store.forget(video_id)
        wanted = [(video_id, version) for video_id, version in versions.items() if version]
        if len(wanted) > 1:
            # Each of them waits for storage.
            with ThreadPoolExecutor(_READERS) as readers:
                read = list(readers.map(lambda each: self._read(*each), wanted))
        else:
            read = [self._read(*each) for each in wanted]
        self._store.put(*(film for film in read if film is not None))

    def _read(self, video_id: str, version: str) -> SpokenFilm | None:
        try:
            video = self._library.get(video_id, by=SYSTEM)
            lines = self._captions.spoken(video, by=SYSTEM)
        except ReelgateError as error:
            # In the trash, or storage is away: housekeeping asks again.
            log.info("what is said in %s cannot be looked up: %s", video_id, error)
            return None
        return SpokenFilm(video=video_id, uploaded_at=video.uploaded_at, lines=lines, version=version)


def _moment(found: FoundFilm, wanted: list[str]) -> SpokenLine:
    return best_line(found.lines, wanted) or SpokenLine(0, "", "")
