"""Which videos are in a collection: each video's metadata says it, so that it goes wherever the video goes.

Whoever adds a video must be allowed to change it, since the collection's editors may change it from then on. A
collection that is in the trash or gone keeps its videos' marks, which mean nothing until it is brought back; of one
that is gone for good a video loses its mark when it comes into another.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, may, require, scope
from services.collections.collection import VideoCollection
from services.collections.collections import Collections, may_change
from services.collections.errors import invalid
from services.database.errors import CatalogueUnavailableError, DatabaseUnavailableError
from services.errors import ReelgateError
from services.events.videos import VideoChanged
from services.library.alteration import Alteration
from services.library.catalogue import Catalogue
from services.library.errors import InvalidChangeError, VideoNotFoundError
from services.library.library import Library
from services.videos.metadata import VideoMetadata
from services.videos.video import Video

log = logging.getLogger(__name__)

MOST_OF_A_VIDEO = 50
MOST_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class GroupingOutcome:
    """What came of one video: a status as HTTP has it."""

    id: str
    status: int = 200
    detail: str | None = None


class Grouping:
    """Puts videos into collections and takes them out; raises what `Library.mark` raises besides."""

    def __init__(self, collections: Collections, library: Library, catalogue: Catalogue) -> None:
        self._collections = collections
        self._library = library
        self._catalogue = catalogue

    def of(self, videos: Sequence[Video], *, by: Actor) -> Mapping[str, tuple[VideoCollection, ...]] | None:
        """The collections of these videos that the actor sees, by the videos' ids; None where that is not known.

        Nothing is raised.
        """
        ids = {id_ for video in videos for id_ in video.collections}
        if not ids or not may(by, Act.LIST):
            return {}
        try:
            known = self._collections.these(ids, by=by)
        except DatabaseUnavailableError as error:
            log.warning("in which collections videos are is not known: %s", error)
            return None
        return {video.id: tuple(known[id_] for id_ in video.collections if id_ in known) for video in videos}

    def counts(self, ids: Sequence[str], *, by: Actor) -> Mapping[str, int] | None:
        """How many videos of these collections the actor sees, by id; None where that is not known."""
        try:
            found = self._catalogue.grouped(ids, seen=scope(by)) if ids else {}
        except CatalogueUnavailableError as error:
            log.warning("how many videos are in collections is not known: %s", error)
            return None
        return {id_: found[id_].count if id_ in found else 0 for id_ in ids}

    def meant(self, named: Iterable[str], *, changing: bool, by: Actor) -> tuple[str, ...]:
        """The ids of these collections, which the actor sees, or may change; raises `InvalidCollectionError`."""
        ids = list(dict.fromkeys(each.strip() for each in named))
        known = self._collections.these(ids, by=by)
        if not ids or len(known) < len(ids):
            raise invalid("value", "Name collections that are here, by their ids.")
        if changing and not all(may_change(each, by=by) for each in known.values()):
            raise invalid("value", "Name collections that you may change.")
        return tuple(ids)

    def add(self, collection_id: str, ids: Sequence[str], *, by: Actor) -> tuple[GroupingOutcome, ...]:
        """Put these videos into a collection, each that the actor may change."""
        require(by, Act.COLLECT)
        self._collections.changeable(collection_id, by=by)
        if not 0 < len(ids) <= MOST_AT_ONCE:
            raise invalid("ids", f"Name at least one video, and at most {MOST_AT_ONCE}.")
        return tuple(self._tried(id_, collection_id, by=by) for id_ in dict.fromkeys(ids))

    def take(self, collection_id: str, video_id: str, *, by: Actor) -> None:
        """Take a video out of a collection: whoever may change the video may."""
        self._collections.get(collection_id, by=by)
        if not self.drop(video_id, [collection_id], by=by):
            raise VideoNotFoundError("This video is not in the collection.")

    def put(self, video_id: str, collection_ids: Sequence[str], *, by: Actor, again: bool = False) -> bool:
        """Put a video into collections that `meant` has given; returns whether it was not in all of them.

        It is let out of those that are gone for good, whose ids would take up its room for ever.
        With `again`, it is said once more even where nothing is to change.
        """

        def change(had: tuple[str, ...]) -> tuple[str, ...]:
            return (*had, *(each for each in collection_ids if each not in had))

        return self._change(video_id, change, by=by, again=again, tidy=True)

    def drop(self, video_id: str, collection_ids: Sequence[str], *, by: Actor, again: bool = False) -> bool:
        """Take a video out of these collections; returns whether it was in one of them."""
        gone = frozenset(collection_ids)
        return self._change(video_id, lambda had: tuple(each for each in had if each not in gone), by=by, again=again)

    def _tried(self, id_: str, collection_id: str, *, by: Actor) -> GroupingOutcome:
        try:
            if "\0" in id_:
                raise VideoNotFoundError("There is no such video.")
            self.put(id_, [collection_id], by=by)
        except ReelgateError as error:
            if error.status >= 500:
                raise
            return GroupingOutcome(id=id_, status=error.status, detail=error.detail)
        return GroupingOutcome(id=id_)

    def _change(
        self,
        id_: str,
        change: Callable[[tuple[str, ...]], tuple[str, ...]],
        *,
        by: Actor,
        again: bool = False,
        tidy: bool = False,
    ) -> bool:
        known = self._library.stored(id_, by=by, act=Act.EDIT).collections
        is_new = change(known) != known
        if not is_new and not again:
            return False
        gone = self._collections.gone(known, by=SYSTEM) if tidy else frozenset()

        def alter(metadata: VideoMetadata) -> VideoMetadata:
            has = tuple(each for each in change(metadata.collections) if each not in gone)
            if len(has) > max(MOST_OF_A_VIDEO, len(metadata.collections)):
                raise InvalidChangeError(f"A video can be in at most {MOST_OF_A_VIDEO} collections.")
            return replace(metadata, collections=has)

        self._library.mark(id_, Alteration(alter=alter, says=VideoChanged), by=by)
        return is_new
