"""How accessible the films are that somebody may see: a page of them, or all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.accessibility.score import Accessibility, accessibility_of
from services.actors.actor import Actor
from services.captions.index import CaptionIndex
from services.library.catalogue import Page, PageQuery
from services.library.library import Library
from services.sign_tracks.sign_tracks import SignTracks
from services.videos.video import Video

_AT_ONCE = 200
_UNCHANGING = "uploaded_at"


@dataclass(frozen=True, kw_only=True)
class RatedVideo:
    """A film and how accessible it is."""

    video: Video
    accessibility: Accessibility


class AccessibilityReport:
    """Tells of films as lists of the library do, to whom those are shown."""

    def __init__(self, library: Library, index: CaptionIndex, signs: SignTracks) -> None:
        """`index` tells of the tracks of words."""
        self._library = library
        self._index = index
        self._signs = signs

    def of(self, video: Video, *, by: Actor) -> Accessibility:
        """The accessibility of a film that the actor has been shown."""
        return self._rated([video], by=by)[0].accessibility

    def page(self, query: PageQuery, *, by: Actor) -> tuple[tuple[RatedVideo, ...], Page]:
        """A part of the list, rated. Raises `CatalogueUnavailableError`."""
        page = self._library.page(query, by=by)
        return self._rated(page.videos, by=by), page

    def all(self, query: PageQuery, *, by: Actor) -> Iterator[Sequence[RatedVideo]]:
        """All that the question finds, in parts, of which there is at least one; the oldest first.

        That order does not change while films are rated anew, so that none is left out.
        """
        query = replace(query, sort=_UNCHANGING, limit=_AT_ONCE, after=None)
        while True:
            rated, page = self.page(query, by=by)
            yield rated
            if page.next is None:
                return
            query = replace(query, after=page.next)

    def _rated(self, videos: Sequence[Video], *, by: Actor) -> tuple[RatedVideo, ...]:
        words = self._index.of_all(videos)
        signs = self._signs.of_all([video.id for video in videos], by=by)
        return tuple(
            RatedVideo(
                video=video,
                accessibility=accessibility_of(video.made, words=words[video.id], signs=signs.get(video.id, ())),
            )
            for video in videos
        )
