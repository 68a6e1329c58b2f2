"""Clips, put together for one process."""

from dataclasses import dataclass

from services.actors.actor import Actor, ActorKind
from services.captions.build import CaptionsSlice
from services.clips.clips import Clips
from services.clips.making import ClipWork
from services.events.envelope import Said
from services.events.events import Events
from services.events.listener import Listener
from services.events.videos import ClipCreated, VideoUploaded
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.media.build import MediaSlice
from services.platform import Platform
from services.uploads.build import UploadsSlice


@dataclass(frozen=True, kw_only=True)
class ClipsSlice:
    """Parts of films."""

    clips: Clips


def build(
    platform: Platform,
    *,
    jobs: JobsSlice,
    library: LibrarySlice,
    uploads: UploadsSlice,
    media: MediaSlice,
    captions: CaptionsSlice,
) -> ClipsSlice:
    """The slice; opens no connection. Its kinds of work are known to the queue from here on."""
    work = ClipWork(
        media=media.work,
        library=library.videos,
        uploads=uploads.made,
        captions=captions,
        events=platform.events,
    )
    for kind in work.kinds:
        jobs.kinds.register(kind)
    announcing = _Announcing(platform.events)
    platform.events.listen(Listener(name="clips", wants=(VideoUploaded,), take=announcing.take))
    return ClipsSlice(
        clips=Clips(
            library.videos,
            uploads.whole,
            jobs.jobs,
            store=jobs.store,
            kinds=work.kinds,
            blobs=platform.video_blobs(),
        )
    )


class _Announcing:
    """Says of each video that has come in as a clip that there is one, whatever door it took."""

    def __init__(self, events: Events) -> None:
        self._events = events

    def take(self, said: Said) -> None:
        if isinstance(said.event, VideoUploaded) and (clip := said.event.video.clip) is not None:
            event = ClipCreated(clip_id=said.event.video.id, video_id=clip.video_id, start=clip.start, end=clip.end)
            who = said.actor
            self._events.say(event, by=Actor(kind=ActorKind(who.kind), id=who.id, name=who.name))
