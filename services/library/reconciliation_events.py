"""What reconciliation has found, as events: what nobody has said, because it happened elsewhere or its process died."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.actors.actor import Actor
from services.events.event import Event, name_of
from services.events.events import Events
from services.events.videos import (
    TierChanged,
    VideoAdopted,
    VideoChanged,
    VideoEvent,
    VideoMissing,
    VideoPurged,
    VideoRestored,
    VideoTrashed,
    VideoUploaded,
)
from services.library.catalogue import IndexedVersion
from services.videos.video import MISSING, REFUSED, Video

_UNSAID = {name_of(each): each for each in (VideoUploaded, VideoChanged, VideoTrashed, VideoRestored, VideoAdopted)}


class News:
    """Says what one walk through the container has found. What cannot be said now is named, to be remembered."""

    def __init__(self, events: Events, *, by: Actor, is_known: bool) -> None:
        """Where it `is_known` what there was before, the index tells what is new."""
        self._events = events
        self._by = by
        self._is_known = is_known

    def changed(
        self, known: Mapping[str, IndexedVersion], videos: Sequence[Video], *, listed_at: int
    ) -> dict[str, str]:
        """Say in what the videos differ from what was known of them before they were listed.

        Returns what could not be said, by their ids.
        """
        older = [video for video in videos if video.id not in known or known[video.id].written_at < listed_at]
        found: list[Event] = []
        for video in older:
            before = known.get(video.id)
            found += filter(None, [self._event(before, video), _moved(before, video)])
        said = self._events.say_all(found, by=self._by)
        return {each.subject: each.type for each in said if not each.kept}

    def adopted(self, video: Video) -> str | None:
        """Say that a video was adopted; returns the event's name when that could not be said."""
        said = self._events.say(VideoAdopted(video=video), by=self._by)
        return None if said.kept else said.type

    def replaced(self, video: Video, *, etag: str) -> None:
        """Say that a video was written over past this server."""
        self._events.say(VideoChanged(video=replace(video, etag=etag)), by=self._by)

    def gone(self, video: Video) -> None:
        """Say that a video is not there any more: deleted from the trash, or by nobody here, as what is held is."""
        if video.deleted_at is not None and not video.is_held:
            self._events.say(VideoPurged(video=video), by=self._by)
        elif video.status != MISSING:
            self._events.say(VideoMissing(video=video), by=self._by)

    def _event(self, known: IndexedVersion | None, video: Video) -> VideoEvent | None:
        if known is not None and known.unsaid in _UNSAID:
            return _UNSAID[known.unsaid](video=video)
        if known is None or known.status == REFUSED:
            return VideoUploaded(video=video) if self._is_known else None
        if known.in_trash != (video.deleted_at is not None):
            return VideoRestored(video=video) if known.in_trash else VideoTrashed(video=video)
        is_the_same = (known.etag, known.about_version) == (video.etag, video.about.version)
        if is_the_same and known.status != MISSING:
            return None  # Written again by a rebuild.
        return VideoChanged(video=video)


def _moved(known: IndexedVersion | None, video: Video) -> TierChanged | None:
    """The event of a video that storage keeps in another tier than was known."""
    if known is None or known.status == REFUSED:
        return None
    if known.tier == video.tier and known.unsaid != name_of(TierChanged):
        return None
    before = known.tier if known.tier != video.tier else None
    return TierChanged(video_id=video.id, tier=video.tier, before=before, since=video.tier_since)
