"""What becomes of a film that was made to sign another: a track names it, or it goes into the trash.

A film is uploaded first and named by its track then, and the one that it replaces goes last. Before each of these steps
the film is noted, so that none stays in the library as a video of its own when the work is killed between them.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from services.actors.actor import SYSTEM
from services.actors.errors import HeldError
from services.library.errors import VideoNotFoundError, VideoReplacedError
from services.library.library import Library
from services.sign_engine.store import SignFilm, SignFilmStore
from services.sign_tracks.sign_tracks import SignTracks
from services.steps import KeepGoing
from services.videos.video import Video

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Settling:
    """Settles films. Raises `DatabaseUnavailableError` and `StorageError`: what is noted is tried again."""

    store: SignFilmStore
    tracks: SignTracks
    library: Library
    is_over: Callable[[str], bool]
    """Whether the job of that id does nothing more."""

    def found(self, job_id: str, request: str) -> Video | None:
        """The film that an earlier attempt at the job has made of the same request."""
        for each in self.store.of_job(job_id):
            if each.request == request:
                # The index may not know of it: whoever made it was killed.
                with suppress(VideoNotFoundError, VideoReplacedError):
                    return self.library.refresh(each.video_id, by=SYSTEM)
        return None

    def settle(self, films: Iterable[SignFilm]) -> int:
        """Have those go that no track names; returns how many went."""
        gone = 0
        for each in films:
            if not self._is_named(each):
                with suppress(VideoNotFoundError, VideoReplacedError, HeldError):
                    self.library.refresh(each.video_id, by=SYSTEM)
                    self.library.trash(each.video_id, by=SYSTEM)
                    gone += 1
            self.store.forget(each)
        return gone

    def run(self, progress: KeepGoing) -> str:
        """Settle what jobs have left that are over: housekeeping's part."""
        gone = 0
        for each in self.store.all():
            progress(each.video_id)
            if self.is_over(each.job_id):
                gone += self.settle([each])
        return f"{gone} taken away" if gone else ""

    def _is_named(self, film: SignFilm) -> bool:
        """Whether this track, or any other, names the film: the record is asked, for it is written before the index."""
        named = self.tracks.recorded(film.film_id, film.language, by=SYSTEM)
        return named == film.video_id or bool(self.tracks.signed_by(film.video_id, by=SYSTEM))
