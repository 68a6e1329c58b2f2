"""Tiers of videos: set by whoever may change a video, found again wherever else they were changed.

Storage is the truth. Whoever sees that a video is not where the index had it says so, in words that everybody else who
sees it would choose, too (`TierChanged.key`): so it is told once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from services.actors.actor import Actor
from services.actors.policy import Act
from services.events.events import Events
from services.events.videos import TierChanged
from services.jobs.job import Job, State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.store import JobQuery, JobStore
from services.jobs.wish import Wish
from services.library.archived import archived
from services.library.catalogue import Catalogue
from services.library.errors import ArchivedError
from services.library.hidden import unknown
from services.library.library import Library
from services.storage.errors import BlobArchivedError, BlobChangedError, BlobNotFoundError, StorageError
from services.storage.videos import VideoBlobs
from services.tiers.errors import InvalidTierError, NotArchivedError, TierRefusedError
from services.videos.tier import Priority, Tier, back_by
from services.videos.video import Video, video_from
from utils.timestamps import format_timestamp

RETURN = "rehydrate"
"""The name of the kind of job that waits for a video to come back."""


class Tiers:
    """Raises what the library raises for videos that the actor may not see or change, and `StorageError`."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        blobs: VideoBlobs,
        jobs: Jobs,
        *,
        store: JobStore,
        events: Events,
        kind: Callable[[], Kind],
    ) -> None:
        """`kind` gives the kind of job that `RETURN` names."""
        self._library = library
        self._catalogue = catalogue
        self._blobs = blobs
        self._jobs = jobs
        self._store = store
        self._events = events
        self._kind = kind

    def put(self, id_: str, tier: Tier, *, by: Actor) -> Video:
        """Keep a video in this tier from now on; returns it as it is then.

        Out of the archive this only begins: see `bring_back`. Raises `TierRefusedError`, and `ArchivedError` for what
        is on its way back.
        """
        video = self._library.stored(id_, by=by, act=Act.EDIT)
        if video.returning_to not in {None, tier.value}:
            raise archived(video, "Its tier cannot be changed")
        if video.is_archived and tier is not Tier.ARCHIVE:
            return self.bring_back(id_, tier, Priority.STANDARD, by=by)[0]
        if tier is Tier.ARCHIVE:
            self._end_waiting(video)
        if video.tier != tier:
            self._move(video, tier, Priority.STANDARD)
        return self.look_again(id_, by=by)

    def bring_back(self, id_: str, tier: Tier, priority: Priority, *, by: Actor) -> tuple[Video, Job]:
        """Begin to bring a video back from the archive into this tier; returns it, and the job that waits for it.

        Asked for twice it is one job. Raises `NotArchivedError`, `InvalidTierError` and `TierRefusedError`.
        """
        if tier is Tier.ARCHIVE:
            reason = "Expected hot, cool or cold"
            raise InvalidTierError(f"{reason}.", errors=[{"field": "tier", "reason": reason}])
        # In the trash, too: nobody takes it out of there before it is back.
        video = self._library.stored(id_, by=by, act=Act.EDIT, trash=True)
        if not video.is_archived:
            if video.deleted_at is not None:
                raise unknown()
            raise NotArchivedError("This video is not in the archive: it can be played now.")
        # The job first: whatever becomes of this process, it does what is asked for here.
        job = self._waiting(video, tier, priority) or self._wait(video, tier, priority, by=by)
        self.ask(video, tier, priority, by=by)
        back = self.look_again(id_, by=by)
        if back.returning_to is not None:
            until = back_by(job.created_at, priority=priority, size=back.size)
            if video.back_by is not None:
                # It was on its way already, and nothing makes that slower.
                until = min(until, video.back_by)
            self._catalogue.note_return(id_, back_by=until)
            back = replace(back, back_by=until)
        return back, job

    def ask(self, video: Video, tier: Tier, priority: Priority, *, by: Actor) -> None:
        """Have storage bring the video back, where it is not at it already; a higher priority can still be asked for.

        `by` has been let in before: this is what a job does, too.
        """
        del by
        try:
            self._move(video, tier, priority)
        except ArchivedError:
            if self._describe(video.id).returning_to is None:
                raise

    def look_again(self, id_: str, *, by: Actor) -> Video:
        """The video as storage has it now; where it has moved since, that is said."""
        known = self._library.get(id_, by=by, trash=True)
        found = self._describe(id_)
        if found.tier != known.tier:
            event = TierChanged(video_id=id_, tier=found.tier, before=known.tier, since=found.tier_since)
            if not self._events.say(event, by=by).kept:
                # The index stays behind, so that housekeeping finds it and says it.
                return replace(known, tier=found.tier, tier_since=found.tier_since, returning_to=found.returning_to)
        return self._library.refresh(id_, by=by, trash=True)

    def _move(self, video: Video, tier: Tier, priority: Priority) -> None:
        try:
            self._blobs.set_tier(video.id, tier, priority=priority)
        except BlobNotFoundError as error:
            raise unknown() from error
        except BlobArchivedError as error:
            raise archived(video, "Its tier cannot be changed") from error
        except StorageError as error:
            if type(error) not in {StorageError, BlobChangedError}:
                raise
            raise TierRefusedError(
                f"Storage does not keep this video in the tier {tier.value}. {error.detail} Not every account has each "
                "tier: the archive needs LRS, GRS or RA-GRS."
            ) from error

    def _describe(self, id_: str) -> Video:
        try:
            return video_from(self._blobs.describe(id_))
        except BlobNotFoundError as error:
            raise unknown() from error

    def _waiting(self, video: Video, tier: Tier, priority: Priority) -> Job | None:
        """The job that waits for just this."""
        wanted = (tier, priority)
        return next((job for job in self._all_waiting(video) if _asked_of(job) == wanted), None)

    def _wait(self, video: Video, tier: Tier, priority: Priority, *, by: Actor) -> Job:
        self._end_waiting(video)
        # Asked for twice at once it is one job, and asked for after days it is another.
        since = None if video.tier_since is None else format_timestamp(video.tier_since)
        asked = {"since": since, "asked": datetime.now(UTC).date().isoformat()}
        arguments = {"tier": tier.value, "priority": priority.value, **asked}
        return self._jobs.add(Wish(kind=self._kind(), video=video.id, arguments=arguments, again=True), by=by)

    def _end_waiting(self, video: Video) -> None:
        """End all jobs that would bring the video back at once, or into another tier."""
        for job in self._all_waiting(video):
            self._store.cancel(job.id)

    def _all_waiting(self, video: Video) -> Sequence[Job]:
        """The jobs that wait for the video to come back: more than one, where it was asked for in two ways at once."""
        return self._store.page(JobQuery(video=video.id, kind=RETURN, states=(State.QUEUED, State.RUNNING))).jobs


def _asked_of(job: Job) -> tuple[str, str]:
    return job.arguments["tier"], job.arguments["priority"]
