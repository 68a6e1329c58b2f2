"""Videos that are told of beside another: found in one question, and only those that the actor may see."""

import logging
from collections.abc import Collection, Mapping

from services.actors.actor import Actor
from services.actors.policy import Act, may, scope
from services.database.errors import CatalogueUnavailableError
from services.library.catalogue import Catalogue
from services.videos.video import READY, Video

log = logging.getLogger(__name__)

_MOST_CLIPS = 1000
"""Of the films of one list."""


class Beside:
    """Finds the videos that others name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, ids: Collection[str], *, by: Actor) -> Mapping[str, Video]:
        """Those of these videos that are in the library, whole, and may be seen by the actor; by their ids.

        Nothing is raised: what names a video is shown whatever the index has to say, and then without it.
        """
        if not ids:
            return {}
        try:
            found = self._catalogue.find_all(ids)
        except CatalogueUnavailableError as error:
            log.warning("what is named beside other videos is not known: %s", error)
            return {}
        return {video.id: video for video in found if _is_shown(video) and may(by, Act.SEE, video)}

    def clips_of(self, films: Collection[str], *, by: Actor) -> Mapping[str, tuple[Video, ...]]:
        """The clips of these films that the actor would find in the list, by the films' ids; in the order of the films.

        Nothing is raised, as above, and of very many clips some are left out: `Library.page` has all.
        """
        if not films or not may(by, Act.LIST):
            return {}
        try:
            clips = self._catalogue.clips(films, seen=scope(by), most=_MOST_CLIPS)
        except CatalogueUnavailableError as error:
            log.warning("which clips there are is not known: %s", error)
            return {}
        found: dict[str, list[Video]] = {}
        for clip in sorted(clips, key=lambda each: each.clip.start if each.clip else 0.0):
            if clip.clip is not None and clip.status == READY:
                found.setdefault(clip.clip.video_id, []).append(clip)
        return {film: tuple(those) for film, those in found.items()}


def _is_shown(video: Video) -> bool:
    return video.deleted_at is None and video.status == READY
