"""What is done to which video, and when: by itself when it comes in, when somebody asks, and when something lacks."""

import logging
from collections.abc import Mapping, Sequence

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, require
from services.events.envelope import Said
from services.events.event import Event
from services.events.videos import (
    ProcessingCompleted,
    ProcessingEvent,
    ProcessingFailed,
    TierChanged,
    VideoAdopted,
    VideoEvent,
    VideoPurged,
    VideoUploaded,
)
from services.jobs.job import Job, State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.library.catalogue import PageQuery
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.media.derived_files import Derived
from services.media.errors import UnknownKindError
from services.media.job_kinds import ANALYSIS, POSTER, RECIPES
from services.media.states import MediaStates
from services.media.summary import summed_up, with_manifest
from services.steps import KeepGoing
from services.videos.tier import Tier
from services.videos.video import READY, Video

log = logging.getLogger(__name__)

ARRIVALS: tuple[type[Event], ...] = (VideoUploaded, VideoAdopted)
"""A listener takes these at once, so that whoever uploads a video is told of the jobs."""
LATER: tuple[type[Event], ...] = (VideoPurged, ProcessingCompleted, ProcessingFailed, TierChanged)

_PAGE = 200
_CHOSEN_PRIORITY, _MISSING_PRIORITY = -10, 10
_BEHIND = {ANALYSIS: 20}
"""By how much a kind stands back: what makes any film playable comes before what is told of one."""
_MOST_NOTICED = 1000


class Processing:
    """Queues work on videos, and keeps the index true about what has been made of them."""

    def __init__(
        self,
        jobs: Jobs,
        kinds: Mapping[str, Kind],
        library: Library,
        derived: Derived,
        *,
        states: MediaStates,
        store: JobStore,
    ) -> None:
        self._jobs = jobs
        self._store = store
        self._kinds = kinds
        self._library = library
        self._derived = derived
        self._states = states
        self._noticed: set[str] = set()

    def arrived(self, said: Said) -> None:
        """Queue what is done to every video that comes in; done twice it is done once."""
        if not isinstance(said.event, VideoEvent):
            return
        video = said.event.video
        if video.deleted_at is None and not video.is_archived:
            self._queue(video, [kind for kind in self._states.kinds_of(video) if kind in self._kinds])

    def take(self, said: Said) -> None:
        """Do what follows from other events; done twice it is done once."""
        match said.event:
            case VideoPurged(video=video):
                self._derived.forget(video.id)
            case TierChanged(video_id=video_id, tier=tier, before=None | Tier.ARCHIVE) if tier != Tier.ARCHIVE:
                self._back(video_id)
            case ProcessingEvent(video_id=video_id, kind=kind) if kind in self._kinds:
                self._note(video_id, kind)

    def process(self, video_id: str, kinds: Sequence[str], *, by: Actor, force: bool = False) -> list[Job]:
        """Queue these kinds for a video; the same asked for twice is one job, unless it is forced.

        Raises `UnknownKindError`, `VideoNotFoundError`, and `ArchivedError`.
        """
        video = self._library.at_hand(video_id, by=by, act=Act.EDIT)
        if not kinds:
            raise UnknownKindError(f"Name at least one of: {', '.join(self._kinds)}.")
        self.check_kinds(kinds, by=by)
        return self._queue(video, kinds, by=by, again=force, asked=True)

    def make_poster(self, video: Video, *, choice: str, by: Actor) -> Job:
        """Make the poster anew, after somebody has chosen another; `choice` names what was chosen."""
        require(by, Act.EDIT, video)
        arguments = {"source": video.content_etag, "choice": choice}
        wish = Wish(
            kind=self._kinds[POSTER], video=video.id, arguments=arguments, again=True, priority=_CHOSEN_PRIORITY
        )
        return self._jobs.add(wish, by=by)

    def check_kinds(self, kinds: Sequence[str], *, by: Actor) -> None:
        """Raise `UnknownKindError` when one of them is none that this version can do."""
        require(by, Act.UPLOAD)
        if any(kind not in self._kinds for kind in kinds):
            raise UnknownKindError(f"The kinds must be some of: {', '.join(self._kinds)}.")

    def notice(self, video: Video, *, by: Actor) -> None:
        """Somebody has looked for something of this video that is not there: see to it before others, but once."""
        require(by, Act.SEE, video)
        if video.id in self._noticed or not _can_be_read(video):
            return
        if len(self._noticed) >= _MOST_NOTICED:
            self._noticed.clear()
        self._noticed.add(video.id)
        self._bring_up_to_date(video, priority=0)

    def queue_missing(self, *, by: Actor, progress: KeepGoing = lambda _: None, thorough: bool = False) -> int:
        """Queue what has no current manifest, for the newest videos first; returns how many videos lacked something.

        Of videos of which the index says that all is made, storage is asked only whether there is anything, unless it
        is to be `thorough`. That also tries again what has failed.
        """
        require(by, Act.MANAGE)
        there = self._derived.videos()
        count = 0
        query = PageQuery(limit=_PAGE)
        while True:
            page = self._library.page(query, by=by)
            for video in page.videos:
                progress(video.id)
                if _can_be_read(video) and (thorough or video.id not in there or not self._is_made(video)):
                    count += self._bring_up_to_date(video, priority=_MISSING_PRIORITY, failed_too=thorough)
            if page.next is None:
                return count
            query = PageQuery(limit=_PAGE, after=page.next)

    def under_way(self, *, by: Actor) -> int:
        """How many jobs of this slice wait or run."""
        require(by, Act.MANAGE)
        return self._store.count(kinds=tuple(self._kinds), states=(State.QUEUED, State.RUNNING))

    def sweep(self, *, by: Actor, progress: KeepGoing = lambda _: None) -> int:
        """Delete what was made of videos that are gone for good; returns how many those were."""
        require(by, Act.MANAGE)
        count = 0
        for video_id in sorted(self._derived.videos()):
            progress(video_id)
            if not self._library.remains(video_id, by=by):
                self._derived.forget(video_id)
                count += 1
        return count

    def _is_made(self, video: Video) -> bool:
        made = video.made
        if made.source != video.content_etag:
            return False
        wanted = [kind for kind in self._states.kinds_of(video) if kind in RECIPES]
        found = [made.parts.get(kind) for kind in wanted]
        return all(
            part is not None and part.complete and part.recipe == RECIPES[kind]
            for kind, part in zip(wanted, found, strict=True)
        )

    def _bring_up_to_date(self, video: Video, *, priority: int, failed_too: bool = False) -> bool:
        """Note what storage has of it, and queue what it lacks; returns whether it lacked anything."""
        manifests = self._derived.read_all(video.id)
        summary = summed_up(manifests, source=video.content_etag, content_type=video.content_type)
        self._library.note_made(video.id, lambda _: summary, by=SYSTEM)
        there = {
            each.kind
            for each in manifests
            if each.kind in RECIPES and each.is_current(recipe=RECIPES[each.kind], source=video.content_etag)
        }
        missing = [kind for kind in self._states.kinds_of(video) if kind in self._kinds and kind not in there]
        if missing and not failed_too:
            # Nothing is tried for ever, and what somebody has cancelled stays so.
            jobs = self._store.newest_of([video.id]).get(video.id, {})
            missing = [kind for kind in missing if not _is_given_up(jobs.get(kind), source=video.content_etag)]
        return bool(self._queue(video, missing, again=True, priority=priority))

    def _back(self, video_id: str) -> None:
        """Do what could not be done while the video was in the archive."""
        try:
            video = self._library.get(video_id, by=SYSTEM)
        except VideoNotFoundError:
            return
        if _can_be_read(video) and not self._is_made(video):
            self._bring_up_to_date(video, priority=0, failed_too=True)

    def _note(self, video_id: str, kind: str) -> None:
        try:
            video = self._library.get(video_id, by=SYSTEM)
        except VideoNotFoundError:
            return
        manifest = self._derived.read(video_id, kind)
        if manifest is not None and manifest.source == video.content_etag:
            self._library.note_made(
                video_id,
                lambda made: with_manifest(made, manifest, content_type=video.content_type),
                by=SYSTEM,
            )

    def _queue(
        self,
        video: Video,
        kinds: Sequence[str],
        *,
        by: Actor = SYSTEM,
        again: bool = False,
        asked: bool = False,
        priority: int = 0,
    ) -> list[Job]:
        arguments = {"source": video.content_etag} | ({"asked": True} if asked else {})
        # In their order, and over all videos: the poster of the newest does not wait for the storyboard of the first.
        wishes = [
            Wish(
                kind=self._kinds[kind],
                video=video.id,
                arguments=arguments,
                again=again,
                priority=priority + place + _BEHIND.get(kind, 0),
            )
            for place, kind in enumerate(kinds)
        ]
        return self._jobs.add_all(wishes, by=by)


def _can_be_read(video: Video) -> bool:
    return video.status == READY and not video.is_archived


def _is_given_up(job: Job | None, *, source: str) -> bool:
    return job is not None and job.state in {State.FAILED, State.CANCELLED} and job.arguments.get("source") == source
