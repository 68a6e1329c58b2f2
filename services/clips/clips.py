"""Clips as people meet them: asked for, found, deleted, put together.

Whoever may change a film has clips cut of it. A clip is a video like any other from then on, with the owner, the
visibility and the collections of its film to begin with: who may see it, its own record says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, Visibility, may, require
from services.clips.cutting import ENCODED_AS, extension_for
from services.clips.errors import ClipNotFoundError, InvalidClipError, invalid
from services.clips.joining import MOST_JOINED
from services.clips.making import CLIP, SUPERCUT
from services.clips.wishes import MOST_AT_ONCE, ClipWish, clip_of, moment
from services.jobs.job import Job, Lane, State
from services.jobs.jobs import Jobs, sees
from services.jobs.kinds import Kind
from services.jobs.store import JobQuery, JobStore
from services.jobs.wish import Wish
from services.library.catalogue import PageQuery
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.storage.errors import BlobNotFoundError
from services.storage.videos import VideoBlobs
from services.uploads.uploads import Candidate, Draft, Uploads
from services.videos.blob_names import parse_blob_name
from services.videos.clip_of import ClipOf
from services.videos.video import READY, Video
from utils.cursors import Cursor
from utils.text import one_line
from utils.validators import MAX_TITLE, extension_of

SORT = "uploaded_at"

_LONGEST_STEM = 120
_MOST_UNDER_WAY = 200
_CLOCKS_APART = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip, or what is to become one."""

    id: str
    title: str
    source: ClipOf | None
    """None for what was put together of several."""
    video: Video | None = None
    """None until it has been cut."""
    job: Job | None = None
    """What cuts it, where that is not over."""

    @property
    def state(self) -> str:
        """The video's status, or else the job's state."""
        if self.video is not None:
            return self.video.status
        return (self.job.state if self.job else State.FAILED).value


@dataclass(frozen=True, kw_only=True)
class ClipPage:
    """A part of a film's clips, the oldest first; those that are being cut stand at its end."""

    clips: tuple[Clip, ...]
    next: Cursor | None


class Clips:
    """Raises `VideoNotFoundError` for films that the actor may not see, and what policy says of others."""

    def __init__(
        self,
        library: Library,
        uploads: Uploads,
        jobs: Jobs,
        *,
        store: JobStore,
        kinds: Sequence[Kind],
        blobs: VideoBlobs,
    ) -> None:
        """`kinds` are those of `ClipWork`."""
        self._library = library
        self._blobs = blobs
        self._uploads = uploads
        self._jobs = jobs
        self._store = store
        self._kinds = {kind.name: kind for kind in kinds}

    def make(self, film_id: str, wishes: Sequence[ClipWish], *, by: Actor) -> list[Clip]:
        """Have clips of a film cut, all of them or none; each comes with its job. Raises `InvalidClipError`."""
        film = self._library.at_hand(film_id, by=by, act=Act.EDIT)
        if not wishes:
            raise invalid("clips", "Expected at least one clip")
        if len(wishes) > MOST_AT_ONCE:
            raise invalid("clips", f"At most {MOST_AT_ONCE} clips are cut in one go")
        if film.status != READY:
            raise InvalidClipError("The content of this film is gone, so nothing can be cut from it.")
        drafts = [self._draft(film, wish, by=by) for wish in wishes]
        jobs = self._jobs.add_all(
            [self._wish(film, draft, wish) for draft, wish in zip(drafts, wishes, strict=True)], by=by
        )
        return [_pending(draft, job) for draft, job in zip(drafts, jobs, strict=True)]

    def supercut(self, ids: Sequence[str], title: str | None, *, by: Actor) -> Clip:
        """Have one film made of several clips, or other videos, in their order; whoever may change all of them can."""
        if not 1 <= len(ids) <= MOST_JOINED:
            raise invalid("ids", f"Expected 1 to {MOST_JOINED} clips")
        clips = [self._library.at_hand(id_, by=by, act=Act.EDIT) for id_ in ids]
        name = f"{(title and one_line(title)) or clips[0].title} supercut"[:_LONGEST_STEM]
        candidate = Candidate(filename=f"{_stem(name)}.{ENCODED_AS}", title=title or name)
        draft = self._uploads.draft(candidate, door=SUPERCUT, by=by, clip=True)
        private = any(clip.visibility is Visibility.PRIVATE for clip in clips)
        visibility = Visibility.PRIVATE if private else Visibility.TEAM
        draft = replace(draft, metadata=replace(draft.metadata, visibility=visibility))
        arguments = {"clip": draft.name, "clips": [clip.id for clip in clips], "draft": draft.to_record()}
        job = self._jobs.add(Wish(kind=self._kinds[SUPERCUT], arguments=arguments), by=by)
        return _pending(draft, job)

    def of(self, film_id: str, *, limit: int, after: Cursor | None = None, by: Actor) -> ClipPage:
        """A page of the clips of a film that the actor may see."""
        film = self._library.get(film_id, by=by)
        query = PageQuery(clip_of=film.id, sort=SORT, limit=limit, after=after)
        page = self._library.page(query, by=by)
        clips = [_made(video) for video in page.videos]
        if page.next is None:
            known = {clip.id for clip in clips}
            clips += [clip for clip in self._under_way(film) if clip.id not in known]
        return ClipPage(clips=tuple(clips), next=page.next)

    def under_way(self, film_id: str, *, by: Actor) -> tuple[Clip, ...]:
        """Those clips of a film that are being cut, the oldest first."""
        return tuple(self._under_way(self._library.get(film_id, by=by)))

    def get(self, clip_id: str, *, by: Actor) -> Clip:
        """A clip, or what is to become one. Raises `ClipNotFoundError`."""
        try:
            video = self._library.get(clip_id, by=by)
        except VideoNotFoundError as error:
            pending = self._pending(clip_id, by=by)
            if pending is None:
                raise ClipNotFoundError("There is no such clip.") from error
            return pending
        if video.clip is None and not _has_name_of_clip(video.id):
            raise ClipNotFoundError("There is no such clip. This is a video.")
        return _made(video)

    def tier_of(self, clip: Clip, *, by: Actor) -> str | None:
        """Where storage keeps a clip that the actor has been shown; None where it does not say."""
        if clip.video is None:
            return None
        require(by, Act.SEE, clip.video)
        try:
            return self._blobs.describe(clip.id).tier or None
        except BlobNotFoundError:
            return None

    def delete(self, clip_id: str, *, by: Actor, if_match: str | None = None) -> None:
        """Put a clip into the trash; one that is not cut yet is not cut any more. Raises `ClipNotFoundError`."""
        clip = self.get(clip_id, by=by)
        if clip.video is not None:
            self._library.trash(clip_id, by=by, if_match=if_match)
        elif clip.job is not None:
            self._require_change(clip.job, by=by)
            self._store.cancel(clip.job.id)

    def _draft(self, film: Video, wish: ClipWish, *, by: Actor) -> Draft:
        source = clip_of(film.id, wish, duration=film.made.duration, by=by.id)
        extension = extension_for(extension_of(film.original_name), exact=wish.exact)
        times = f"{moment(source.start)}–{moment(source.end)}"  # noqa: RUF001 - a dash between two moments
        room = MAX_TITLE - len(times) - 3
        title = wish.title if wish.title and one_line(wish.title) else f"{film.title[:room].rstrip()} ({times})"
        filename = f"{_stem(wish.title or PurePath(film.original_name).stem)}.{extension}"
        candidate = Candidate(filename=filename, title=title, clip=source)
        # It belongs to whom its film belongs to, who else could not see it in the end.
        return self._uploads.draft(candidate, door=CLIP, by=by, owner=film.owner)

    def _wish(self, film: Video, draft: Draft, wish: ClipWish) -> Wish:
        arguments = {"clip": draft.name, "exact": wish.exact, "draft": draft.to_record()}
        lane = Lane.MEDIA if wish.exact else None
        return Wish(kind=self._kinds[CLIP], video=film.id, arguments=arguments, lane=lane)

    def _under_way(self, film: Video) -> list[Clip]:
        states = (State.QUEUED, State.RUNNING)
        query = JobQuery(video=film.id, kind=CLIP, states=states, limit=_MOST_UNDER_WAY)
        pending = [_pending(_draft_of(job), job) for job in reversed(self._store.page(query).jobs)]
        cut = self._cut([each.id for each in pending])
        return [each for each in pending if each.id not in cut]

    def _pending(self, clip_id: str, *, by: Actor) -> Clip | None:
        """What is to become a clip, or could not; None where the actor may not know of it."""
        name = parse_blob_name(clip_id)
        if name is None or not name.is_clip:
            return None
        since = name.moment - _CLOCKS_APART
        found = (self._store.find(kind, name="clip", value=clip_id, since=since) for kind in self._kinds)
        job = next((job for job in found if job is not None), None)
        if job is None or self._cut([clip_id]) or job.state is State.DONE or not self._sees(job, by=by):
            return None
        return _pending(_draft_of(job), job)

    def _cut(self, ids: Sequence[str]) -> set[str]:
        """Those that are videos by now, in the trash too, though the job that has cut them may not have ended yet."""
        return {video.id for video in self._library.these(ids, by=SYSTEM, trash=True)} if ids else set()

    def _sees(self, job: Job, *, by: Actor) -> bool:
        if job.video is None:
            return may(by, Act.LIST) and sees(by, job)
        try:
            self._library.get(job.video, by=by)
        except VideoNotFoundError:
            return may(by, Act.MANAGE)
        return True

    def _require_change(self, job: Job, *, by: Actor) -> None:
        if job.video is None:
            require(by, Act.EDIT)
        else:
            self._library.get(job.video, by=by, act=Act.EDIT)


def _made(video: Video) -> Clip:
    return Clip(id=video.id, title=video.title, source=video.clip, video=video)


def _pending(draft: Draft, job: Job) -> Clip:
    return Clip(id=draft.name, title=draft.metadata.title, source=draft.metadata.clip, job=job)


def _draft_of(job: Job) -> Draft:
    return Draft.from_record(job.arguments["draft"])


def _has_name_of_clip(id_: str) -> bool:
    name = parse_blob_name(id_)
    return name is not None and name.is_clip


def _stem(text: str) -> str:
    """A name for a file, without what names cannot have."""
    plain = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in text)
    return " ".join(plain.split())[:_LONGEST_STEM] or CLIP
