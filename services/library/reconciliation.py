"""Making the catalogue say what the container says: all of it again, or only where they differ.

Both walk each container page by page in the order of names, while uploads, edits and deletions go on. What is written
to the catalogue after a page's listing began is newer than the page, and stays.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from services import metrics
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.database.notes import Notes
from services.events.events import Events
from services.library.catalogue import Catalogue, IndexedVersion
from services.library.errors import RebuildRunningError
from services.library.foreign_blobs import Adoption
from services.library.form_commits import FormCommits
from services.library.gone import is_stored
from services.library.reconciliation_events import News
from services.library.tracks import Tracks
from services.storage.videos import VideoBlobs
from services.videos.homes import before
from services.videos.video import READY, REFUSED, StoredBlob, Video, video_from

log = logging.getLogger(__name__)

_CLAIM = "rebuild"
_CLAIM_SECONDS = 120.0
_ADOPTING_THREADS = 8

Progress = Callable[[int], object]
"""Told how many blobs have been gone through since it was last told, maybe none; raises to stop."""


@dataclass(kw_only=True)
class Differences:
    """What a walk has found and done."""

    seen: int = 0
    written: int = 0
    adopted: int = 0
    refused: int = 0
    changed: int = 0
    gone: int = 0

    def __str__(self) -> str:
        return (
            f"{self.seen} blobs seen, {self.written} videos written, {self.adopted} adopted, "
            f"{self.refused} refused, {self.changed} changed, {self.gone} gone"
        )


@dataclass(frozen=True)
class _ListedPage:
    """A page of the container, and the catalogue's time when storage was asked for it."""

    blobs: list[StoredBlob]
    listed_at: int


class Reconciliation:
    """Rebuilds the catalogue, and checks it for drift. Raises `StorageError` and `CatalogueUnavailableError`."""

    def __init__(
        self,
        catalogue: Catalogue,
        notes: Notes,
        blobs: VideoBlobs,
        adoption: Adoption,
        *,
        events: Events,
        forms: FormCommits,
        tracks: Tracks,
        prepare: Callable[[], None],
    ) -> None:
        """`prepare` sees to it that there is a container to list."""
        self._prepare = prepare
        self._catalogue = catalogue
        self._notes = notes
        self._blobs = blobs
        self._adoption = adoption
        self._events = events
        self._forms = forms
        self._tracks = tracks

    def rebuild(self, *, by: Actor, progress: Progress = lambda _: None) -> Differences:
        """Make the whole index from the container; raises `RebuildRunningError` when another process does."""
        require(by, Act.ADMINISTER)
        token = secrets.randbits(62)

        def keep_claim(count: int) -> None:
            if not self._notes.claim(_CLAIM, seconds=_CLAIM_SECONDS, token=token):
                raise RebuildRunningError("Another rebuild of this index is running.")
            progress(count)

        keep_claim(0)
        self._prepare()
        try:
            found = self._walk(everything=True, by=by, progress=keep_claim)
            self._catalogue.set_complete()
        finally:
            self._notes.claim(_CLAIM, seconds=0, token=token)
        return found

    def rebuild_if_new(self, *, by: Actor, progress: Progress = lambda _: None) -> Differences | None:
        """Rebuild an index that has never been whole; None when there is nothing to do here."""
        if self._catalogue.is_complete():
            return None
        try:
            return self.rebuild(by=by, progress=progress)
        except RebuildRunningError:
            return None

    def check_drift(self, *, by: Actor, progress: Progress = lambda _: None) -> Differences:
        """Repair what differs, and say it: adopt strange blobs, take in what was missed, mark what is gone."""
        require(by, Act.ADMINISTER)
        found = self._walk(everything=False, by=by, progress=progress)
        self._catalogue.prune()
        for kind in ("written", "adopted", "refused", "changed", "gone"):
            metrics.DRIFT.labels(kind).set(getattr(found, kind))
        return found

    def _walk(self, *, everything: bool, by: Actor, progress: Progress) -> Differences:
        found = Differences()
        # An index that has never been whole does not tell what is new.
        news = News(self._events, by=by, is_known=self._catalogue.is_complete())
        said = self._tracks.versions()
        # Those in the index, too: of a container that was taken away, all videos are gone.
        for home in sorted({*self._blobs.homes(), *self._catalogue.homes()}):
            reached = before(home)
            for page in self._pages(home):
                last = max((reached, *(blob.name for blob in page.blobs)))
                indexed = self._catalogue.versions_between(after=reached, until=last)
                self._take_in(
                    page, indexed, said=said, everything=everything, found=found, news=news, progress=progress
                )
                self._let_go(page, indexed, everything=everything, found=found, news=news)
                reached = last
                progress(len(page.blobs))
            end = _ListedPage([], self._notes.clock())
            rest = self._catalogue.versions_between(after=reached, until=None)
            self._let_go(end, rest, everything=everything, found=found, news=news)
        return found

    def _pages(self, home: str) -> Iterator[_ListedPage]:
        """The pages of a container; the next is fetched while one is worked on."""
        pages = self._blobs.pages(home)

        def fetch() -> _ListedPage | None:
            listed_at = self._notes.clock()
            blobs = next(pages, None)
            return None if blobs is None else _ListedPage(blobs, listed_at)

        with ThreadPoolExecutor(1, thread_name_prefix="listing") as lister:
            following = lister.submit(fetch)
            while (page := following.result()) is not None:
                following = lister.submit(fetch)
                yield page

    def _take_in(
        self,
        page: _ListedPage,
        indexed: dict[str, IndexedVersion],
        *,
        said: Mapping[str, str],
        everything: bool,
        found: Differences,
        news: News,
        progress: Progress,
    ) -> None:
        found.seen += len(page.blobs)
        for blob in page.blobs:
            if blob.lacks_seal and blob.name in indexed:
                self._replaced(blob, page, found, news)
        blobs = [blob for blob in page.blobs if not blob.is_no_video]
        if not blobs:
            return  # Of many persons' containers, many may be empty.
        # Asked after the page was listed: a check that has ended since has made its blob a video, or deleted it.
        pending = self._blobs.unchecked_names() | self._forms.hidden()
        blobs = [blob for blob in blobs if blob.name not in pending]
        ours = [video_from(blob) for blob in blobs if blob.is_ours]
        changed = [
            self._tracks.with_about(replace(video, about_version=said.get(video.id, video.about_version)))
            for video in ours
            if everything
            or not _says(indexed.get(video.id), etag=video.etag, status=READY)
            or (indexed[video.id].tier, indexed[video.id].returning_to) != (video.tier, video.returning_to)
            or said.get(video.id, "") not in {"", indexed[video.id].about_version}
        ]
        unsaid = news.changed(indexed, changed, listed_at=page.listed_at)
        self._catalogue.put_all(changed, listed_at=page.listed_at, unsaid=unsaid)
        found.written += len(changed)
        strange = [
            blob
            for blob in blobs
            if not blob.is_ours and not _says(indexed.get(blob.name), etag=blob.etag, status=REFUSED)
        ]
        with ThreadPoolExecutor(_ADOPTING_THREADS, thread_name_prefix="adopting") as pool:
            for video in pool.map(self._adoption.adopt, strange):
                self._adopted(video, found, news)
                progress(0)

    def _replaced(self, blob: StoredBlob, page: _ListedPage, found: Differences, news: News) -> None:
        if self._catalogue.mark_changed(blob.name, listed_at=page.listed_at):
            found.changed += 1
            if (video := self._catalogue.find(blob.name)) is not None:
                news.replaced(video, etag=blob.etag)

    def _adopted(self, video: Video | None, found: Differences, news: News) -> None:
        if video is None:
            return
        self._catalogue.put(video, unsaid=None if video.status == REFUSED else news.adopted(video))
        if video.status == REFUSED:
            found.refused += 1
        else:
            found.adopted += 1

    def _let_go(
        self, page: _ListedPage, indexed: dict[str, IndexedVersion], *, everything: bool, found: Differences, news: News
    ) -> None:
        for id_ in indexed.keys() - {blob.name for blob in page.blobs}:
            if indexed[id_].status not in {READY, REFUSED} and not everything:
                continue  # Marked already.
            # It may have come since the page was listed; and storage and database need not sort every script alike.
            if is_stored(self._blobs, id_):
                continue
            found.gone += 1
            if indexed[id_].status != REFUSED and (video := self._catalogue.find(id_)) is not None:
                news.gone(video)
            is_purged = indexed[id_].in_trash and not indexed[id_].is_held
            if is_purged:
                self._tracks.forget(id_)  # Whoever purged it may have died before.
            if everything or is_purged or indexed[id_].status == REFUSED:
                self._catalogue.forget(id_, listed_at=page.listed_at)
            else:
                self._catalogue.mark_missing(id_, listed_at=page.listed_at)


def _says(indexed: IndexedVersion | None, *, etag: str, status: str) -> bool:
    return indexed is not None and (indexed.etag, indexed.status, indexed.unsaid) == (etag, status, None)
