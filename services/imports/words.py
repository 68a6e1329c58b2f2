"""What a source says of a film, taken along: its description, chapters, subtitles and picture.

A film without them is a film: what cannot be had of them is logged, and left out.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from msgspec import UNSET

from services.actors.actor import SYSTEM, Actor
from services.captions.build import CaptionsSlice
from services.captions.chapters import VideoChapter
from services.captions.track import CaptionKind
from services.database.errors import DatabaseUnavailableError
from services.egress.guard import EgressGuard
from services.errors import ReelgateError
from services.imports.film_info import FilmInfo
from services.library.conditions import Condition
from services.library.library import Library
from services.library.video_change import VideoChange
from services.media.build import MediaSlice
from services.storage.errors import StorageUnavailableError
from services.videos.video import Video
from utils.words import MAX_DESCRIPTION

log = logging.getLogger(__name__)

_ONLY_NEW = Condition(if_none_match="*")
_LARGEST_WORDS = 2 * 1024 * 1024
_LARGEST_PICTURE = 4 * 1024 * 1024
_OK = 200


@dataclass(frozen=True, kw_only=True)
class FilmWords:
    """Gives videos what is said of them elsewhere."""

    guard: EgressGuard
    library: Library
    captions: CaptionsSlice
    media: MediaSlice

    def give(self, video: Video, film: FilmInfo, *, by: Actor) -> None:
        """Give the video all that there is."""
        self._try("words", video, lambda: self._describe(video, film, by=by))
        if film.chapters:
            chapters = tuple(VideoChapter(start=start, title=title) for start, title in film.chapters)
            write = self.captions.chapters.write
            self._try("chapters", video, lambda: write(video.id, chapters, condition=_ONLY_NEW, by=by))
        for language, url in film.subtitles:
            self._try("subtitles", video, lambda each=(language, url): self._subtitle(video, *each, by=by))  # type: ignore[misc]
        if film.picture is not None:
            picture = film.picture
            self._try("picture", video, lambda: self._poster(video, self._fetched(picture, most=_LARGEST_PICTURE)))

    def _describe(self, video: Video, film: FilmInfo, *, by: Actor) -> None:
        if film.description or film.language:
            change = VideoChange(
                description=film.description[:MAX_DESCRIPTION] or UNSET, language=film.language or UNSET
            )
            self.library.edit(video.id, change, by=by, if_match=None)

    def _subtitle(self, video: Video, language: str, url: str, *, by: Actor) -> None:
        content = self._fetched(url, most=_LARGEST_WORDS)
        self.captions.captions.write(
            video.id, language, CaptionKind.SUBTITLES, content, label=None, condition=_ONLY_NEW, by=by
        )

    def _poster(self, video: Video, content: bytes) -> None:
        chosen, choice = self.media.chosen.choose_picture(video.id, content, by=SYSTEM)
        self.media.processing.make_poster(chosen, choice=choice.version, by=SYSTEM)

    def _fetched(self, url: str, *, most: int) -> bytes:
        with self.guard.get(url) as fetched:
            if fetched.status != _OK:
                raise ReelgateError(f"It was answered {fetched.status}.")
            return fetched.whole(most=most)

    @staticmethod
    def _try(what: str, video: Video, give: Callable[[], object]) -> None:
        try:
            give()
        except (StorageUnavailableError, DatabaseUnavailableError):
            raise
        except ReelgateError as error:
            log.warning("the %s of %s could not be taken along: %s", what, video.id, error)
        except Exception:
            # Whatever is said of it in a way that nobody has foreseen: the film is here.
            log.exception("the %s of %s could not be taken along", what, video.id)
