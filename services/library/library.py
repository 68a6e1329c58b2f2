"""The library: the list, one video, and what people do to it.

Storage is asked first and written first; the catalogue follows. Where the catalogue does not know a video, or cannot
be reached, storage does.
"""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.actors.actor import Actor
from services.actors.policy import Act, Seen, may, require, scope
from services.database.errors import CatalogueUnavailableError
from services.errors import ReelgateError
from services.events.envelope import Said
from services.events.event import name_of
from services.events.events import Events
from services.events.videos import VideoChanged, VideoEvent, VideoRestored, VideoTrashed, VideoUploaded
from services.library.alteration import Alteration, Worded, altered, event_of, quoted
from services.library.archived import require_at_hand, require_writable
from services.library.catalogue import Catalogue, Page, PageQuery, Totals
from services.library.errors import RecordChangedError, VideoNotFoundError, VideoReplacedError
from services.library.form_commits import FormCommits
from services.library.gone import is_stored, let_go
from services.library.hidden import require_change, require_there, same_for_hidden, unknown
from services.library.tracks import Tracks, new_version
from services.library.video_change import VideoChange
from services.storage.clock import Deadlines
from services.storage.errors import BlobChangedError, BlobNotFoundError
from services.storage.videos import VideoBlobs
from services.videos.about import ABOUT, EDITABLE
from services.videos.blob_names import ReservedEndings, is_safe_name
from services.videos.made import Made
from services.videos.metadata import VideoMetadata
from services.videos.video import ACCESS_EPOCH, MISSING, Video, video_from
from utils.ranges import if_match_holds
from utils.timestamps import utc_milliseconds

log = logging.getLogger(__name__)

_TRIES = 5
_MOST_UNLISTED = 10_000
_COUNTING_SHARE = 20
_MOST_COUNTED = 200


class Library:
    """What can be done with videos once they are in."""

    def __init__(
        self,
        catalogue: Catalogue,
        blobs: VideoBlobs,
        *,
        events: Events,
        forms: FormCommits,
        deadlines: Deadlines,
        reserved: ReservedEndings,
        tracks: Tracks,
    ) -> None:
        """`deadlines` are those of the trash."""
        self._catalogue = catalogue
        self._blobs = blobs
        self._events = events
        self._forms = forms
        self._deadlines = deadlines
        self._reserved = reserved
        self._tracks = tracks
        # When there are more of them, or this process ends too soon, the drift check finds the rest.
        self._unlisted: deque[tuple[str, str | None]] = deque(maxlen=_MOST_UNLISTED)
        self._counted: dict[Seen, tuple[float, Totals]] = {}

    def heard(self, said: Said) -> None:
        """Take in the video that has just been committed, and is told of; never raises, for it is safe already."""
        if isinstance(said.event, VideoEvent):
            self._listed(said.event.video, unsaid=None if said.kept else said.type)

    def _listed(self, video: Video, *, unsaid: str | None = None) -> None:
        try:
            self._catalogue.put(self._tracks.with_about(video), unsaid=unsaid)
        except Exception:
            self._unlisted.append((video.id, unsaid))
            log.exception("%s is stored, but not listed yet; housekeeping will list it", video.id)

    def catch_up(self) -> None:
        """Write down what the catalogue could not take when it happened; raises when it still cannot."""
        while self._unlisted:
            id_, unsaid = self._unlisted.popleft()
            try:
                self._catalogue.put(self._from_storage(id_), unsaid=unsaid)
            except (VideoNotFoundError, VideoReplacedError):
                continue
            except ReelgateError:
                self._unlisted.append((id_, unsaid))
                raise

    def page(self, query: PageQuery, *, by: Actor) -> Page:
        """A part of the list, or of the trash: of what the actor may see, or may restore."""
        page = self._catalogue.page(replace(query, seen=scope(by, Act.EDIT if query.trash else Act.SEE)))
        return page if self._catalogue.is_complete() else replace(page, rebuilding=True)

    def totals(self, *, by: Actor, at_least: int = 0) -> Totals:
        """How much the actor may see of the library, as it was a moment ago; `at_least` so many videos are known.

        Counting goes through all of it, so the answer holds for 20 times as long as it took: milliseconds for a
        thousand videos, a second for a hundred thousand.
        """
        begun, seen = time.monotonic(), scope(by)
        known = self._counted.get(seen)
        if known is not None and begun < known[0] and known[1].count >= at_least:
            return known[1]
        totals = self._catalogue.totals(seen)
        took = time.monotonic() - begun
        if len(self._counted) >= _MOST_COUNTED:
            self._counted.clear()
        self._counted[seen] = (begun + _COUNTING_SHARE * took, totals)
        return totals

    def get(self, id_: str, *, by: Actor, act: Act = Act.SEE, trash: bool = False) -> Video:
        """The video of that name, for an actor who may do this with it.

        Raises `VideoNotFoundError` when there is none, it is in the trash and not looked for in the `trash` too, or the
        actor may not see it.
        """
        with same_for_hidden(by):
            video = self._find(id_)
            require_there(video, trash=trash)
            require_change(by, video, act=act)
        return video

    def at_hand(self, id_: str, *, by: Actor, act: Act = Act.SEE) -> Video:
        """The same, where its bytes can be read; else raises `ArchivedError`, with when they can."""
        video = self.get(id_, by=by, act=act)
        if video.is_archived:
            video = self.refresh(id_, by=by)  # It may be back since.
            require_at_hand(video)
        return video

    def these(self, ids: Collection[str], *, by: Actor, trash: bool = False) -> list[Video]:
        """Those of these videos that the actor may see, in this order; those in the trash too if `trash`."""
        require(by, Act.LIST)
        order = {id_: place for place, id_ in enumerate(ids)}
        found = self._catalogue.find_all(ids)
        seen = [video for video in found if (trash or video.deleted_at is None) and may(by, Act.SEE, video)]
        return sorted(seen, key=lambda video: order[video.id])

    def refresh(self, id_: str, *, by: Actor, trash: bool = False) -> Video:
        """The video as storage has it now, written down in the catalogue too."""
        with same_for_hidden(by), self._same_for_replaced(id_, by=by):
            video = self._refreshed(id_)
            require_there(video, trash=trash)
            require_change(by, video, act=Act.SEE)
        return video

    def _refreshed(self, id_: str) -> Video:
        try:
            return self._noted(self._from_storage(id_))
        except VideoReplacedError:
            self._flag(id_)
            raise

    def stored(self, id_: str, *, by: Actor, act: Act = Act.SEE, trash: bool = False) -> Video:
        """The video of that name as storage has it now; raises what `get` raises, and `VideoReplacedError`."""
        with same_for_hidden(by), self._same_for_replaced(id_, by=by):
            if not is_safe_name(id_, reserved=self._reserved):
                raise unknown()
            video = self._from_storage(id_)
            require_there(video, trash=trash)
            require_change(by, video, act=act)
        return self._dated(video)

    def _dated(self, video: Video) -> Video:
        """The same with what the index alone knows: by when it is back from the archive."""
        if video.returning_to is None:
            return video
        with contextlib.suppress(CatalogueUnavailableError):
            known = self._catalogue.find(video.id)
            return video if known is None else replace(video, back_by=known.back_by)
        return video

    def note_made(self, id_: str, change: Callable[[Made], Made], *, by: Actor) -> bool:
        """Write down what has been made of a video, from what was known of that; returns whether it is listed."""
        require(by, Act.MANAGE)
        return self._catalogue.note_made(id_, change)

    def remains(self, id_: str, *, by: Actor) -> bool:
        """Whether there is still such a video, here or in the trash."""
        require(by, Act.MANAGE)
        try:
            self._find(id_)
        except VideoNotFoundError:
            return False
        return True

    def is_held(self, id_: str, *, by: Actor) -> bool:
        """Whether a video is on legal hold, in the trash too: by storage, or the index where its blob is gone."""
        require(by, Act.MANAGE)
        try:
            return video_from(self._blobs.describe(id_)).is_held
        except BlobNotFoundError:
            known = self._catalogue.find(id_)
            return known is not None and known.is_held

    def set_access_epoch(self, id_: str, epoch: str, *, by: Actor) -> None:
        """Write down what signed URLs of a video are made for from now on, in the trash too."""
        with same_for_hidden(by):
            self._find(id_)
            self._rewrite(id_, Alteration(others={ACCESS_EPOCH: epoch}), by=by)

    def mark(self, id_: str, alteration: Alteration, *, by: Actor) -> Video:
        """Write down something about a video, in the trash too."""
        with same_for_hidden(by):
            require_change(by, self._find(id_), act=alteration.act)
            return self._rewrite(id_, alteration, by=by)

    def edit(self, id_: str, change: VideoChange, *, by: Actor, if_match: str | None) -> Video:
        """Change what people say of a video, in storage and in the catalogue; returns it as it is then.

        With `if_match` (the header), only the version of the record that it names: else `RecordChangedError`.
        """
        with same_for_hidden(by):
            values = change.cleaned()
            if self._find(id_).deleted_at is not None:
                raise unknown()
            words = {name: values.pop(name) for name in EDITABLE & values.keys()}

            def alter(known: VideoMetadata) -> VideoMetadata:
                # Not before: who may not see the video learns nothing of it by this.
                if "owner" in values:
                    require(by, Act.UPLOAD_FOR_OTHERS)
                return replace(known, **values)

            what = Alteration(alter=alter, says=VideoChanged, words=words)
            return self._rewrite(id_, what, by=by, if_match=if_match, trashed=False)

    def trash(self, id_: str, *, by: Actor, if_match: str | None = None) -> None:
        """Put a video into the trash."""
        now = utc_milliseconds(self._deadlines.clock.now())

        def alter(known: VideoMetadata) -> VideoMetadata:
            return replace(known, deleted_at=now)

        video = self.get(id_, by=by, act=Act.DELETE)
        with same_for_hidden(by):
            try:
                what = Alteration(alter=alter, act=Act.DELETE, says=VideoTrashed)
                self._rewrite(id_, what, by=by, if_match=if_match, trashed=False)
            except VideoNotFoundError:
                if video.status != MISSING or is_stored(self._blobs, id_):
                    raise
                # Nothing is there that could be restored. What is held has been refused before.
                let_go(video, events=self._events, tracks=self._tracks, catalogue=self._catalogue, by=by)

    def restore(self, id_: str, *, by: Actor) -> Video:
        """Take a video out of the trash; one that is not in there stays as it is."""

        def alter(known: VideoMetadata) -> VideoMetadata:
            return replace(known, deleted_at=None)

        with same_for_hidden(by):
            video = self._find(id_)
            require_change(by, video)
            if video.deleted_at is None:
                return video
            return self._rewrite(id_, Alteration(alter=alter, says=VideoRestored), by=by)

    def restorable_until(self, video: Video) -> datetime | None:
        """When a video in the trash is deleted for good; None for one that is not in the trash, or on legal hold."""
        return None if video.deleted_at is None or video.is_held else video.deleted_at + self._deadlines.lifetime

    def _find(self, id_: str) -> Video:
        if not is_safe_name(id_, reserved=self._reserved):
            raise unknown()
        try:
            known = self._catalogue.find(id_)
        except CatalogueUnavailableError as error:
            log.warning("asking storage for %s: %s", id_, error)
            return self._from_storage(id_)
        if known is not None:
            return known
        try:
            video = self._from_storage(id_)
        except VideoReplacedError as error:
            raise unknown() from error  # It never was a video: nobody has accepted it.
        self._found(video)
        return video

    def _found(self, video: Video) -> None:
        """Take in what the index did not know: whoever has brought it in may have died before saying so."""
        try:
            unsaid = name_of(VideoUploaded) if self._catalogue.is_complete() else None
        except CatalogueUnavailableError:
            unsaid = None
        self._listed(video, unsaid=unsaid)

    def _from_storage(self, id_: str) -> Video:
        try:
            blob = self._blobs.describe(id_)
        except BlobNotFoundError as error:
            raise unknown() from error
        is_pending = blob.is_sealed and self._blobs.is_pending(id_)
        if is_pending or (blob.metadata.get("door") == "form" and id_ in self._forms.hidden()):
            raise unknown()
        if blob.lacks_seal:
            raise VideoReplacedError("The content of this video has been replaced by something that was not checked.")
        if not blob.is_ours:
            raise unknown()
        return self._tracks.with_about(video_from(blob))

    @contextlib.contextmanager
    def _same_for_replaced(self, id_: str, *, by: Actor) -> Iterator[None]:
        """Say that a video was written over to those alone who may see what it was."""
        try:
            yield
        except VideoReplacedError as error:
            known = self._catalogue.find(id_)
            if known is None or not may(by, Act.SEE, known):
                raise unknown() from error
            raise

    def _flag(self, id_: str) -> None:
        """Show in the list that a video is not what it was."""
        if self._catalogue.mark_changed(id_):
            log.warning("%s has been written over past this server", id_)

    def _rewrite(
        self, id_: str, what: Alteration, *, by: Actor, if_match: str | None = None, trashed: bool | None = None
    ) -> Video:
        says, words = what.says, what.words
        # The write into the blob decides who may change anything: what is said about it follows, by this mark.
        others = {**what.others, ABOUT: new_version()} if words else what.others
        wanted: dict[str, str] | None = None
        for _ in range(_TRIES):
            try:
                blob = self._blobs.describe(id_)
            except BlobNotFoundError as error:
                raise unknown() from error
            before = video_from(blob)
            # The truth is asked, and not the index: another instance may know more.
            require_change(by, before, act=what.act)
            if wanted is not None and blob.metadata == wanted:
                # The answer to our own write was lost, not the write.
                return self._told(self._worded(before, words, says), says, by=by)
            if trashed is not None and trashed != (before.deleted_at is not None):
                raise unknown()
            require_writable(before)
            if not if_match_holds(quoted(if_match), f'"{before.etag}"'):
                raise RecordChangedError("Somebody else has changed this video. Load it again, then repeat.")
            wanted = altered(what.alter, replace(blob, metadata={**blob.metadata, **others}), before)
            try:
                etag = self._blobs.set_metadata(id_, wanted, etag=before.etag)
            except BlobChangedError:
                continue
            after = self._worded(video_from(replace(blob, etag=etag, metadata=wanted)), words, says)
            return self._told(after, says, by=by, before=before)
        raise RecordChangedError("This video is being changed by others right now. Try again in a moment.")

    def _worded(self, video: Video, words: Mapping[str, Any], says: type[VideoEvent] | None) -> Worded:
        """The video that has been written to storage, with what is said about it, these words among that."""
        try:
            if not words:
                return Worded(video=self._tracks.with_about(video))
            said, about = self._tracks.say(video.id, words, version=video.about_version)
            new_artists = tuple(each for each in about.artists if each not in said.artists)
            return Worded(video=replace(video, about=about), new_artists=new_artists)
        except ReelgateError:
            self._unlisted.append((video.id, None if says is None else name_of(says)))
            raise

    def _told(self, worded: Worded, says: type[VideoEvent] | None, *, by: Actor, before: Video | None = None) -> Video:
        """Say what has been written to storage, then bring the catalogue up to date with it.

        In this order: what a process that dies in between has not said is found by the drift check, and said then.
        """
        event = event_of(says, worded, before)
        kept = event is None or self._events.say(event, by=by).kept
        replaced = None if before is None else before.etag
        return self._noted(worded.video, replaced=replaced, unsaid=None if kept or says is None else name_of(says))

    def _noted(self, video: Video, *, replaced: str | None = None, unsaid: str | None = None) -> Video:
        try:
            if not self._catalogue.put(video, replacing=replaced, unsaid=unsaid):
                newer = self._tracks.with_about(video_from(self._blobs.describe(video.id)))
                self._catalogue.put(newer, unsaid=unsaid)
            listed = self._catalogue.find(video.id)
        except ReelgateError:
            self._unlisted.append((video.id, unsaid))
            log.exception("%s is changed, but the list does not show it yet; housekeeping will", video.id)
            return video
        return video if listed is None else replace(video, made=listed.made, back_by=listed.back_by)
