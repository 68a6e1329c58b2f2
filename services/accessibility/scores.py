"""The scores of all films, in the index of the library: by them its worst are found, and what it lacks is counted.

They are those that everybody sees who sees the film. They follow what happens, and are made again where the index was.
"""

from collections.abc import Collection, Iterable, Mapping

from services.accessibility.bits import bits_of
from services.accessibility.score import Missing, accessibility_of
from services.actors.actor import SYSTEM
from services.actors.policy import Visibility
from services.captions.captions import Captions
from services.captions.index import CaptionIndex
from services.events.envelope import Said
from services.events.event import Event
from services.events.videos import (
    CaptionsChanged,
    ProcessingCompleted,
    SignChanged,
    VideoAdopted,
    VideoChanged,
    VideoMissing,
    VideoRestored,
    VideoTrashed,
    VideoUploaded,
)
from services.library.beside import Beside
from services.library.catalogue import Catalogue
from services.library.catalogue.scores import Scored
from services.metrics import LIBRARY_VIDEOS, VIDEOS_LACKING
from services.sign_tracks.sign_tracks import SignTracks
from services.sign_tracks.track import SignTrack
from services.steps import KeepGoing
from services.videos.video import Video

FOLLOWED: tuple[type[Event], ...] = (
    *(VideoUploaded, VideoAdopted, VideoChanged, VideoTrashed, VideoRestored, VideoMissing),
    *(CaptionsChanged, SignChanged, ProcessingCompleted),
)
"""What can change a score."""
_AT_ONCE = 200
_BREADTH = {Visibility.PRIVATE: 0, Visibility.TEAM: 1, Visibility.PUBLIC: 2}


class Scores:
    """Keeps the scores in the index true."""

    def __init__(
        self, catalogue: Catalogue, captions: Captions, index: CaptionIndex, signs: SignTracks, *, beside: Beside
    ) -> None:
        """`index` tells of the tracks that `captions` judges."""
        self._catalogue = catalogue
        self._captions = captions
        self._index = index
        self._signs = signs
        self._beside = beside

    def take(self, said: Said) -> None:
        """Follow what happens to films and their tracks; done twice it is done once."""
        match said.event:
            case CaptionsChanged(video_id=id_) | SignChanged(video_id=id_) | ProcessingCompleted(video_id=id_):
                self._score([id_])
            case VideoUploaded(video=video) | VideoAdopted(video=video):
                self._score([video.id])
            case (
                VideoChanged(video=video)
                | VideoTrashed(video=video)
                | VideoRestored(video=video)
                | VideoMissing(video=video)
            ):
                # The films that it signs have lost a sign track, or have one again.
                self._score([video.id, *self._signs.signed_by(video.id, by=SYSTEM)])

    def catch_up(self, progress: KeepGoing = lambda _: None) -> str:
        """Judge tracks that nobody has judged, score what has no score or depends on them, and count it all."""
        judged = sorted(self._captions.judge(progress, by=SYSTEM))
        for at in range(0, len(judged), _AT_ONCE):
            self._score(judged[at : at + _AT_ONCE])
        scored = self._walk(progress, unscored=True)
        self._count()
        return f"{len(judged)} tracks judged, {scored} videos scored" if judged or scored else ""

    def look_again(self, progress: KeepGoing = lambda _: None) -> str:
        """Score all films, for what could not be followed, and what this version judges in another way."""
        return f"{self._walk(progress, unscored=False)} scored"

    def _count(self) -> None:
        """Tell `/metrics` how many films there are, and how many lack what."""
        total, lacking = self._catalogue.scores.count([bits_of([each]) for each in Missing])
        LIBRARY_VIDEOS.set(total)
        for missing, count in zip(Missing, lacking, strict=True):
            VIDEOS_LACKING.labels(missing.value).set(count)

    def _walk(self, progress: KeepGoing, *, unscored: bool) -> int:
        after, scored = "", 0
        while videos := self._catalogue.scores.after(after, unscored=unscored, most=_AT_ONCE):
            after = videos[-1].id
            progress(after)
            scored += self._write(videos)
        return scored

    def _score(self, ids: Collection[str]) -> None:
        self._write(self._catalogue.find_all(ids))

    def _write(self, videos: Collection[Video]) -> int:
        words = self._index.known(tuple(videos))
        signs = self._signs.known([video.id for video in videos], by=SYSTEM)
        signing = self._beside.of({each.video_id for each in signs}, by=SYSTEM)
        scores = {}
        for video in videos:
            own = [each for each in signs if each.film_id == video.id]
            found = accessibility_of(video.made, words=words[video.id], signs=tuple(_shown(video, own, signing)))
            scores[video.id] = Scored(score=found.score, lacks=bits_of(found.missing))
        return self._catalogue.scores.note(scores)


def _shown(film: Video, signs: Iterable[SignTrack], signing: Mapping[str, Video]) -> Iterable[SignTrack]:
    """The tracks that everybody may see who may see the film: of others no order of a list tells."""
    for each in signs:
        video = signing.get(each.video_id)
        if video is None or _BREADTH[video.visibility] < _BREADTH[film.visibility]:
            continue
        if video.visibility is not Visibility.PRIVATE or _shared_with(video) == _shared_with(film):
            yield each


def _shared_with(video: Video) -> tuple[object, ...]:
    return video.owner, video.collections
