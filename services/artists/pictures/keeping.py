"""Pictures are fetched by way of the guard, made anew by ffmpeg, and kept beside what is made of videos.

A picture is stored under a name that its address says, and counts once its row says so: whoever dies in between leaves
nothing that is shown, and what the next one stores takes its place.
"""

import hashlib
import time
from collections.abc import Callable

from services.actors.actor import SYSTEM
from services.actors.policy import Act
from services.artists.pictures.store import PictureStore
from services.artists.pictures.twins import Twins
from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard, Question
from services.errors import ReelgateError
from services.jobs.job import Lane, Results
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind, Work
from services.jobs.wish import Wish
from services.media.errors import BadMediaError, MediaError
from services.media.foreign_pictures import CONTENT_TYPE, make_small, reader_of
from services.media.job_kinds import MediaWork
from services.media.program_runs import Control
from services.steps import KeepGoing
from services.storage.files import FileStore
from utils.sizes import MIB

LARGEST = 4 * MIB
_SECONDS = 20.0
"""The longest that one picture may take to come, redirects included, and to be made anew."""
_MOST, _LONGEST = 200, 60.0
"""Pictures and seconds of one job: others of its lane are waited for by people."""
_PRIORITY = 20
_ROOM_MB = 16
_AT_ONCE, _MOST_MISSING = 500, 5000
_OK = 200
_HEAD = 16
_HEADERS = {
    "User-Agent": "Reelgate (+https://github.com/reelgate/reelgate)",
    "Accept": "image/webp,image/jpeg,image/png,image/gif",
}


class PictureKeeping:
    """Fetches them in jobs. Every method raises `DatabaseUnavailableError`."""

    def __init__(
        self,
        store: PictureStore,
        guard: EgressGuard,
        files: FileStore,
        *,
        media: MediaWork,
        jobs: Jobs,
        twins: Twins,
        is_wanted: Callable[[], bool],
        seconds: float = _SECONDS,
    ) -> None:
        """`files` are those of what is made of videos, too; `is_wanted` says what an administrator wants now."""
        self._store = store
        self._guard = guard
        self._files = files
        self._media = media
        self._jobs = jobs
        self._twins = twins
        self._is_wanted = is_wanted
        self._seconds = seconds
        self.kind = Kind(name="pictures", lane=Lane.FETCH, recipe=1, run=self._run, act=Act.CHANGE_SOURCES)

    def begin_due(self) -> bool:
        """Have those fetched that may be asked for now, by the one job that does; whether there are any."""
        if not self._is_wanted() or not self._store.is_any_due():
            return False
        self._jobs.add(Wish(kind=self.kind, priority=_PRIORITY, again=True), by=SYSTEM)
        return True

    def forget_unnamed(self, go: KeepGoing = lambda _: None) -> int:
        """Delete some of those that no artist and no film has any more; returns how many."""
        urls = self._store.unnamed(most=_AT_ONCE)
        for url in urls:
            go(url)
            # First: what is still written down is deleted by the next one.
            self._files.delete([name_of(url)])
        return self._store.forget(urls) if urls else 0

    def want_missing(self) -> int:
        """Have those fetched that an older version has written down; returns how many."""
        return self._store.want_missing(most=_MOST_MISSING)

    def _run(self, work: Work) -> Results:
        kept: list[str] = []
        try:
            failed = self._keep_due(work, kept)
        except ReelgateError:
            # Those that are here by now are not looked at again.
            self._twins.join(kept)
            raise
        detail = f"{len(kept)} kept, {failed} could not be had"
        joined = self._twins.join(kept)
        if joined:
            detail += f", {joined} known by two names"
        return [{"id": "pictures", "status": "done", "detail": detail}]

    def _keep_due(self, work: Work, kept: list[str]) -> int:
        """Fetch those that are due, and note each that is here from then on; returns how many could not be had."""
        until, failed = time.monotonic() + _LONGEST, 0
        urls = self._store.due(most=_MOST)
        for number, url in enumerate(urls):
            if time.monotonic() > until or not self._is_wanted():
                break
            if self._store.begin(url):
                if self._keep(url):
                    kept.append(url)
                else:
                    failed += 1
            work.progress((number + 1) / len(urls))
        return failed

    def _keep(self, url: str) -> bool:
        """Fetch one; False where it cannot be had."""
        try:
            self._make(url)
        except (AddressNotAllowedError, FetchError, BadMediaError, MediaError) as error:
            self._store.fail(url, error.detail)
            return False
        except ReelgateError:
            # Storage is away, say: that is no fault of the picture.
            self._store.give_back(url)
            raise
        return True

    def _fetched(self, url: str) -> bytes:
        with self._guard.ask(Question(url=url, headers=_HEADERS, seconds=self._seconds)) as answer:
            if answer.status != _OK:
                raise FetchError(f"It was answered {answer.status}.")
            if (answer.length or 0) > LARGEST:
                raise FetchError(f"It has more than {LARGEST // MIB} MiB.")
            head = b""
            while len(head) < _HEAD and (piece := answer.read(_HEAD - len(head))):
                head += piece
            if reader_of(head) is None:
                raise BadMediaError("It is no picture: JPEG, PNG, WebP or GIF.")
            return head + answer.whole(most=LARGEST - len(head))

    def _make(self, url: str) -> None:
        with self._media.room(_ROOM_MB) as folder:
            # First: where there is no ffmpeg, nobody is asked over and over for what cannot be used.
            programs, given = self._media.programs(), folder.path / "given"
            given.write_bytes(self._fetched(url))
            control = Control(seconds=self._seconds, watch=folder.check)
            small = make_small(programs, given, folder.path, control)
            version = hashlib.sha256(small.path.read_bytes()).hexdigest()[:16]
            self._files.put(name_of(url), small.path, content_type=CONTENT_TYPE)
        if not self._store.keep(url, version=version, look=small.look):
            # Whoever has forgotten it may have looked for the file before it was there.
            self._files.delete([name_of(url)])


def name_of(url: str) -> str:
    """What a picture of that address is called in storage; in no folder, for those belong to videos."""
    return f"picture-{hashlib.sha256(url.encode()).hexdigest()[:40]}.webp"
