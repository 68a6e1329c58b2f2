"""Reading all that is stored again, one video after the other, by one process at a time.

How far it is lies in the durable database: after a kill another process goes on from there. A video that was being read
is begun anew, because nobody can take a half-made SHA-256 over.
"""

import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from services import metrics
from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, require
from services.database.notes import Notes
from services.errors import ReelgateError
from services.events.envelope import Said
from services.events.events import Events
from services.events.videos import VideoDamaged, VideoPurged
from services.library.catalogue import Catalogue
from services.scrub.errors import DamagedVideosError, ScrubRunningError
from services.scrub.found import Damage, ScrubPass, ScrubReport, Soundness
from services.scrub.pace import Pace
from services.scrub.store import ScrubStore
from services.scrub.video_check import CheckedVideo, Spent, VideoCheck
from services.steps import KeepGoing
from services.storage.errors import StorageUnavailableError

log = logging.getLogger(__name__)

_CLAIM = "scrub"
_CLAIM_SECONDS, _CLAIM_KEPT = 90.0, 20.0
_SAVED_EVERY = 2.0
_AT_ONCE = 200
_TRIES = 3
_MEGABYTE = 1_000_000
_HOUR = 3600 * 1000
_DAY = 24 * _HOUR


@dataclass(frozen=True, kw_only=True)
class ScrubWishes:
    """What is set, asked anew each time."""

    pace: Callable[[], int]
    """In MB a second; 0 turns scrubbing off."""
    days: Callable[[], int]
    """From the beginning of one pass to that of the next."""


class Scrubber:
    """Goes through all videos. Raises `StorageError` and `DatabaseUnavailableError`."""

    def __init__(
        self,
        check: VideoCheck,
        store: ScrubStore,
        notes: Notes,
        catalogue: Catalogue,
        *,
        events: Events,
        wishes: ScrubWishes,
    ) -> None:
        """`notes` are those of the durable database."""
        self._check = check
        self._store = store
        self._notes = notes
        self._catalogue = catalogue
        self._events = events
        self._wishes = wishes
        self._token = secrets.randbits(62)
        self._failing, self._failures = "", 0

    @property
    def pace(self) -> int:
        """MB a second, as it is set."""
        return self._wishes.pace()

    def is_due(self) -> bool:
        """Whether a pass goes on, or the next is to begin."""
        last = self._store.load()
        if last is None or last.ended_at is None:
            return True
        # What was begun in the future was begun while a clock was wrong.
        return not last.began_at <= self._notes.clock() < self._next_at(last)

    def run(
        self, go: KeepGoing, *, by: Actor, pace: Pace, settled: timedelta = timedelta(0), anew: bool = False
    ) -> ScrubPass:
        """Go on with the pass that was begun, or begin one, and come to its end; with `anew`, begin one always.

        `go` is told of each step, in bytes, and may raise to end it. Videos younger than `settled` are left to the next
        pass. Raises `ScrubRunningError` where another process is at it.
        """
        require(by, Act.ADMINISTER)
        keeping = _PassClaim(self._notes, self._token)
        keeping.renew()
        try:
            return self._pass(go, keeping, pace=pace, settled=settled, anew=anew)
        finally:
            keeping.give_back()

    def report(self, *, by: Actor) -> ScrubReport:
        """What was found, and how far it is."""
        require(by, Act.MANAGE)
        last, pace = self._store.load(), self.pace
        ended = last is not None and last.ended_at is not None
        stored = self._catalogue.count_stored()
        progress = 1.0 if ended or not stored else min(1.0, (last.videos if last else 0) / stored)
        return ScrubReport(
            last=last,
            damaged=self._store.damaged(),
            pace=pace,
            progress=round(progress, 4),
            next_at=self._next_at(last) if last is not None and ended and pace else None,
        )

    def _next_at(self, last: ScrubPass) -> int:
        """When the next pass begins; soon, where all that there was had just come in."""
        only_new = last.skipped > 0 and last.size == 0
        return last.began_at + (_HOUR if only_new else self._wishes.days() * _DAY)

    def describe(self) -> str:
        """What the last pass has found, in a sentence; raises `DamagedVideosError` where something is damaged."""
        damaged, last = self._store.damaged(), self._store.load()
        if damaged:
            raise DamagedVideosError(f"{len(damaged)} stored videos are damaged: /storage/scrub names them.")
        if last is None or last.ended_at is None:
            return "The first pass through all videos is not done yet; nothing damaged so far."
        return f"Nothing is damaged; {last.videos} videos were looked at by the last pass."

    def purged(self, said: Said) -> None:
        """Let go of what is gone for good."""
        if isinstance(said.event, VideoPurged):
            self._store.clear(said.event.video.id)

    def _pass(self, go: KeepGoing, keeping: "_PassClaim", *, pace: Pace, settled: timedelta, anew: bool) -> ScrubPass:
        known = self._store.load()
        reached = known if known is not None and known.ended_at is None and not anew else None
        now = reached or ScrubPass(began_at=self._notes.clock())
        saved = time.monotonic()

        def spent(count: int) -> None:
            nonlocal now
            metrics.SCRUB_BYTES.inc(count)
            now = replace(now, size=now.size + count)
            pace.spend(count)
            keeping.keep()
            go(count)

        try:
            for id_ in self._stored_after(now.reached):
                spent(0)
                checked = self._checked(id_, spent=spent, settled=settled)
                self._note(id_, checked)
                now = _counted(replace(now, reached=id_), checked.verdict)
                if time.monotonic() - saved > _SAVED_EVERY:
                    saved = time.monotonic()
                    self._store.save(now)
        except ScrubRunningError:
            raise  # How far it is, is for the other process to say.
        except ReelgateError:
            with contextlib.suppress(ReelgateError):
                self._store.save(now)
            raise
        now = replace(now, ended_at=self._notes.clock())
        self._store.save(now)
        metrics.SCRUB_ENDED.set_to_current_time()
        metrics.SCRUB_DAMAGED.set(len(self._store.damaged()))
        return now

    def _stored_after(self, reached: str) -> Iterator[str]:
        while ids := self._catalogue.stored_after(reached, limit=_AT_ONCE):
            yield from ids
            reached = ids[-1]

    def _checked(self, id_: str, *, spent: Spent, settled: timedelta) -> CheckedVideo:
        try:
            return self._check.check(id_, spent=spent, settled=settled)
        except StorageUnavailableError:
            # Storage may be away. When it is this one video that cannot be read, the others must have their turn.
            self._failures = self._failures + 1 if id_ == self._failing else 1
            self._failing = id_
            if self._failures < _TRIES:
                raise
            log.warning("%s cannot be read, and is left to the next pass", id_)
            return CheckedVideo(verdict=Soundness.SKIPPED)

    def _note(self, id_: str, checked: CheckedVideo) -> None:
        metrics.SCRUB_VIDEOS.labels(checked.verdict.value).inc()
        if checked.verdict is Soundness.RIGHT:
            self._store.clear(id_)
        if checked.verdict is not Soundness.DAMAGED:
            return
        damage = Damage(video_id=id_, found_at=self._notes.clock(), expected=checked.expected, found=checked.found)
        event = VideoDamaged(video_id=id_, expected=checked.expected, found=checked.found)
        # In one transaction: whoever is killed has either said it, or left it to the next pass.
        if self._store.add(damage, also=lambda on: self._events.say(event, by=SYSTEM, connection=on)):
            log.error("%s is damaged: its SHA-256 is %s and should be %s", id_, checked.found, checked.expected)
        metrics.SCRUB_DAMAGED.set(len(self._store.damaged()))


class _PassClaim:
    """The right to scrub, kept while the work goes on."""

    def __init__(self, notes: Notes, token: int) -> None:
        self._notes = notes
        self._token = token
        self._renewed = 0.0

    def keep(self) -> None:
        """Renew it where it is time to; raises `ScrubRunningError` when it is lost."""
        if time.monotonic() - self._renewed > _CLAIM_KEPT:
            self.renew()

    def renew(self) -> None:
        """Take it, or keep it."""
        if not self._notes.claim(_CLAIM, seconds=_CLAIM_SECONDS, token=self._token):
            raise ScrubRunningError("Another process is reading the stored videos again.")
        self._renewed = time.monotonic()

    def give_back(self) -> None:
        """Let another process have it at once."""
        self._notes.claim(_CLAIM, seconds=0, token=self._token)


def rate_of(megabytes: Callable[[], float]) -> Callable[[], float]:
    """The same in bytes a second."""
    return lambda: megabytes() * _MEGABYTE


def _counted(now: ScrubPass, verdict: Soundness) -> ScrubPass:
    return replace(now, **{verdict.value: getattr(now, verdict.value) + 1})
