"""The kinds of work on films, as the queue runs them: each is safe to repeat, and its manifest comes last."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec

from services.actors.actor import SYSTEM
from services.database.errors import DatabaseUnavailableError
from services.events.events import Events
from services.events.videos import ProcessingCompleted, ProcessingFailed, ProcessingStarted
from services.jobs.errors import BadInputError
from services.jobs.job import Lane
from services.jobs.kinds import Kind, Work
from services.library.archived import require_at_hand
from services.library.errors import ArchivedError
from services.library.library import Library
from services.media.analysis import analyse
from services.media.browser_support import Playable, verdict
from services.media.chosen import ChosenPosters
from services.media.derived_files import Derived, DerivedAttempt, Manifest
from services.media.errors import BadMediaError, NoScratchRoomError
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.hls import GrowingHls
from services.media.pictures import Film, make_poster, make_preview, make_storyboard, shape_poster
from services.media.probe import probe
from services.media.program_runs import Control
from services.media.programs import Programs
from services.media.renditions import Wishes, copies, make_hls
from services.media.scratch import Scratch, ScratchFolder
from services.media.subtitles import SUBTITLES_MB, make_subtitles, readable
from services.media.summary import with_manifest
from services.storage.signing import BlobSigner
from services.videos.video import Video

PROBE, POSTER, STORYBOARD, PREVIEW, HLS = "probe", "poster", "storyboard", "preview", "hls"
SUBTITLES, ANALYSIS = "subtitles", "analysis"
STANDARD = (PROBE, POSTER, STORYBOARD, PREVIEW, SUBTITLES, HLS, ANALYSIS)
"""What is done to every video where nobody wants it otherwise; HLS only where browsers do not play it as it is."""
RECIPES = {PROBE: 1, POSTER: 1, STORYBOARD: 1, PREVIEW: 1, SUBTITLES: 1, HLS: 1, ANALYSIS: 2}
"""Counts up when what is made changes."""

_PICTURES_MB, _HLS_MB = 64, 1024
_PICTURE_SECONDS = 600.0
_ROOM_SECONDS, _ROOM_PAUSE = 3600.0, 2.0


@dataclass(frozen=True, kw_only=True)
class MediaWork:
    """Does the work on one film after another."""

    programs: Callable[[], Programs]
    scratch: Scratch
    library: Library
    signer: BlobSigner
    derived: Derived
    chosen: ChosenPosters
    events: Events
    wishes: Callable[[], Wishes]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the queue can be asked for."""
        runs = {
            PROBE: (Lane.QUICK, self._probe),
            POSTER: (Lane.QUICK, self._poster),
            STORYBOARD: (Lane.QUICK, self._storyboard),
            PREVIEW: (Lane.QUICK, self._preview),
            SUBTITLES: (Lane.QUICK, self._subtitles),
            HLS: (Lane.MEDIA, self._hls),
            ANALYSIS: (Lane.MEDIA, self._analysis),
        }
        return tuple(
            Kind(name=name, lane=lane, recipe=RECIPES[name], run=self._recorded(name, run))
            for name, (lane, run) in runs.items()
        )

    def _recorded(self, kind: str, run: Callable[[Work, Video, DerivedAttempt], None]) -> Callable[[Work], None]:
        """The work, with what it leaves behind when it fails or comes too late."""

        def recorded(work: Work) -> None:
            video = self.library.get(work.video, by=SYSTEM)
            attempt = self.derived.attempt(
                video.id,
                kind=kind,
                recipe=RECIPES[kind],
                source=video.content_etag,
                attempt=f"{work.id}-{work.attempt}",
                published=lambda manifest: self._note(video, manifest),
            )
            about = {"video_id": video.id, "kind": kind, "job_id": work.id}
            self.events.say(ProcessingStarted(**about), by=work.by)
            try:
                run(work, video, attempt)
            except BadInputError as error:
                self.events.say(ProcessingFailed(**about, error=error.detail), by=work.by)
                raise
            except BadMediaError as error:
                attempt.publish(msgspec.structs.replace(attempt.manifest, problem=error.detail))
                self.events.say(ProcessingFailed(**about, error=error.detail), by=work.by)
                raise BadInputError(error.detail) from error
            finally:
                attempt.discard()
            self.events.say(ProcessingCompleted(**about), by=work.by)

        return recorded

    def _note(self, video: Video, manifest: Manifest) -> None:
        """Let lists and pages know at once; where they cannot, the event that follows says it again."""
        with contextlib.suppress(DatabaseUnavailableError):
            self.library.note_made(
                video.id,
                lambda made: with_manifest(made, manifest, content_type=video.content_type),
                by=SYSTEM,
            )

    def _probe(self, work: Work, video: Video, attempt: DerivedAttempt) -> None:
        facts = probe(self.programs(), self._source(video, seconds=120))
        work.progress(1.0)
        attempt.publish(msgspec.structs.replace(attempt.manifest, facts=facts))

    def _poster(self, work: Work, video: Video, attempt: DerivedAttempt) -> None:
        choice = self.chosen.choice(video, by=work.by)
        picture = self.chosen.picture(video, choice, by=work.by) if choice and choice.picture else None
        if picture is not None:
            with self.room(_PICTURES_MB) as folder:
                path = folder.path / "picture"
                path.write_bytes(picture)
                control = Control(seconds=_PICTURE_SECONDS, watch=folder.check)
                made = shape_poster(self.programs(), path, folder.path, control)
                names = {width: attempt.put(each) for width, each in made.items()}
        else:
            with self.opened(video) as (film, folder, control):
                made = make_poster(film, folder.path, control, at=choice.at if choice else None)
                names = {width: attempt.put(path) for width, path in made.items()}
        if self.chosen.choice(video, by=work.by) == choice:
            attempt.publish(msgspec.structs.replace(attempt.manifest, poster=names))
        # Else somebody has chosen another meanwhile, for which there is a job of its own.

    def _storyboard(self, _: Work, video: Video, attempt: DerivedAttempt) -> None:
        with self.opened(video) as (film, folder, control):
            board = make_storyboard(film, folder.path, control)
            for name in board.sheets:
                attempt.put(folder.path / name)
        attempt.publish(msgspec.structs.replace(attempt.manifest, storyboard=board))

    def _preview(self, _: Work, video: Video, attempt: DerivedAttempt) -> None:
        with self.opened(video) as (film, folder, control):
            name = attempt.put(make_preview(film, folder.path, control))
        attempt.publish(msgspec.structs.replace(attempt.manifest, preview=name))

    def _subtitles(self, _: Work, video: Video, attempt: DerivedAttempt) -> None:
        facts, names = self.facts(video), {}
        if readable(facts):
            # Words are read at once, but lie all over the film.
            seconds = max(1800.0, facts.duration)
            with self.opened(video, facts=facts, seconds=seconds, megabytes=SUBTITLES_MB) as (film, folder, control):
                made = make_subtitles(film, folder.path, control)
                names = {index: attempt.put(path) for index, path in made.items()}
        attempt.publish(msgspec.structs.replace(attempt.manifest, subtitles=names))

    def _hls(self, work: Work, video: Video, attempt: DerivedAttempt) -> None:
        facts = self.facts(video)
        is_native = verdict(facts, content_type=video.content_type).playable is Playable.NATIVE
        if is_native and not work.arguments.get("asked"):
            if not attempt.is_made:
                attempt.publish(attempt.manifest)  # Says that nothing needs to be made.
            return
        seconds = max(1800.0, 40 * facts.duration)
        with self.opened(video, facts=facts, seconds=seconds, megabytes=_HLS_MB) as (film, folder, control):
            if copies(facts):
                try:
                    self._make_hls(work, film, folder, control, attempt, encode=False)
                except BadMediaError:
                    # Old containers do not say when a picture is to be shown: then all has to be made anew.
                    if facts.video is None:
                        raise
                else:
                    return
            again = folder.path / "again"
            again.mkdir(exist_ok=True)
            self._make_hls(work, film, replace(folder, path=again), control, attempt, encode=True)

    def _analysis(self, work: Work, video: Video, attempt: DerivedAttempt) -> None:
        facts = self.facts(video)
        length = facts.duration or 1.0
        with self.opened(video, facts=facts, seconds=max(1800.0, 4 * facts.duration)) as (film, folder, control):
            watched = replace(control, progress=lambda seconds: work.progress(min(seconds / length, 1.0)))
            found = analyse(film, folder.path, watched)
        attempt.publish(msgspec.structs.replace(attempt.manifest, analysis=found))

    def _make_hls(
        self, work: Work, film: Film, folder: ScratchFolder, control: Control, attempt: DerivedAttempt, *, encode: bool
    ) -> None:
        growing = GrowingHls(folder.path, attempt)
        length = film.facts.duration or 1.0

        def watch() -> None:
            growing.take()
            folder.check()

        watched = replace(control, watch=watch, progress=lambda seconds: work.progress(seconds / length))
        make_hls(film, folder.path, watched, encode=encode, wishes=self.wishes())
        growing.finish()

    @contextlib.contextmanager
    def opened(
        self,
        video: Video,
        *,
        facts: Facts | None = None,
        seconds: float = _PICTURE_SECONDS,
        megabytes: int = _PICTURES_MB,
    ) -> Iterator[tuple[Film, ScratchFolder, Control]]:
        """A film to work on, a folder of so much room, which is waited for, and how long the work may take."""
        facts = facts or self.facts(video)
        with self.room(megabytes) as folder:
            source = self._source(video, seconds=seconds)
            film = Film(programs=self.programs(), source=source, facts=facts, size=video.size)
            yield film, folder, Control(seconds=seconds, watch=folder.check)

    @contextlib.contextmanager
    def room(self, megabytes: int) -> Iterator[ScratchFolder]:
        """Scratch room, waited for: other work gives it back, and none of it fails for want of it."""
        deadline = time.monotonic() + _ROOM_SECONDS
        with contextlib.ExitStack() as stack:
            while True:
                try:
                    folder = stack.enter_context(self.scratch.folder(megabytes))
                    break
                except NoScratchRoomError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(_ROOM_PAUSE)
            yield folder

    def facts(self, video: Video) -> Facts:
        """What is known of the film; it is looked at where nobody has yet. Raises what `probe` raises."""
        known = self.derived.read(video.id, PROBE)
        if known and known.facts and known.is_current(recipe=RECIPES[PROBE], source=video.content_etag):
            return known.facts
        return probe(self.programs(), self._source(video, seconds=120))

    def _source(self, video: Video, *, seconds: float) -> Source:
        # Storage is asked, for other tools move videos too: ffmpeg would take an archived one for a broken one.
        try:
            require_at_hand(self.library.stored(video.id, by=SYSTEM))
        except ArchivedError as error:
            raise BadInputError(error.detail) from error
        until = datetime.now(UTC) + timedelta(seconds=seconds + 60)
        return Source.url(self.signer.own_url(video.id, until=until))


def made_of(derived: Derived, video: Video, kind: str) -> Manifest | None:
    """What there is of that kind for the bytes that the video has now; what is still being made counts too."""
    found = derived.read(video.id, kind)
    return found if found is not None and found.source == video.content_etag else None
