"""Films on pages: found by yt-dlp, and fetched by it into the lines that every upload goes through."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.egress.guard import EgressGuard
from services.egress.proxy import EgressProxy
from services.errors import ReelgateError
from services.imports.errors import UnfetchableError
from services.imports.film_info import FilmFormat, FilmInfo, film_in, is_list
from services.imports.incoming import NO_END, ImportPace, JudgedBody, check_length, judge_film
from services.imports.outline import ROOM_MB, Outline
from services.imports.reader import FilmReader, ProgramBody
from services.imports.web_file import ending_of
from services.jobs.errors import BadInputError
from services.jobs.kinds import Work
from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.ffmpeg_runs import Source, ffmpeg_arguments, run
from services.media.job_kinds import MediaWork
from services.media.probe import probe
from services.media.program_runs import Control
from services.uploads.made import MadeUploads
from services.uploads.uploads import Draft
from services.videos.video import Video
from utils.signatures import SNIFF_BYTES
from utils.sizes import MIB

Choose = Callable[[str, str], Draft]
"""Chooses what a film of that file name and title is to become."""

_JOIN_SECONDS = 1800.0
_MP4 = frozenset({"mp4", "m4a", "m4v", "mov"})
_INFO_MB = 64
_MORE_THAN_GUESSED = 2
_OK = 200
_PIECE = MIB


@dataclass(frozen=True, kw_only=True)
class PageFilms:
    """Finds films on pages, and makes videos of them."""

    guard: EgressGuard
    media: MediaWork
    made: MadeUploads

    def look(self, url: str, *, quality: str, pace: ImportPace) -> dict[str, Any]:
        """What is there: one film, or a list of them; raises as `FilmReader.look` does."""
        with self.media.room(_INFO_MB) as folder, EgressProxy(self.guard, most=pace.most) as proxy:
            return dict(FilmReader(proxy=proxy, folder=folder.path, go_on=pace.go_on).look(url, quality=quality))

    def fetch(self, info: dict[str, Any], pace: ImportPace, *, choose: Choose, work: Work) -> tuple[Video, FilmInfo]:
        """Make the film a video, once all of it is here."""
        if is_list(info):
            raise BadInputError("There are several films.")
        film = film_in(info)
        pace.total = film.size
        pace.check_size(film.size or 0)
        with EgressProxy(self.guard, most=2 * pace.most) as proxy:
            if len(film.parts) == 1:
                return self._streamed(info, film, pace, proxy, choose=choose, work=work), film
            return self._joined(info, film, pace, proxy, choose=choose, work=work), film

    def _streamed(
        self, info: dict[str, Any], film: FilmInfo, pace: ImportPace, proxy: EgressProxy, *, choose: Choose, work: Work
    ) -> Video:
        [part] = film.parts
        with self.media.room(ROOM_MB + _INFO_MB) as folder, Outline(folder.path / "outline") as outline:
            reader = FilmReader(proxy=proxy, folder=folder.path, go_on=pace.go_on)
            with reader.opened(info, part.id, length=None) as body:
                # What it really is says how it is to be named.
                draft = choose(film.name(_ending(body, part.ending)), film.title)
                judged = JudgedBody(body, pace, outline, judge=lambda kept: self._judge(kept, film))
                return self.made.take_body(draft, judged, attempt=work.attempt, by=work.by)

    def _judge(self, kept: Outline, film: FilmInfo) -> None:
        says_its_end = kept.tells_its_end or all(map(self._says_its_end, film.parts))
        seconds, programs = film.seconds, self.media.programs()
        judge_film(kept, programs, seconds=seconds, is_counted=False, says_its_end=says_its_end)

    def _says_its_end(self, part: FilmFormat) -> bool:
        """Whether yt-dlp has been told where a file ends, and so has failed where it broke off."""
        if part.file is None:
            return True
        try:
            with self.guard.get(part.file, part.headers) as fetched:
                return fetched.status == _OK and fetched.says_its_end
        except ReelgateError as error:
            raise UnfetchableError(error.detail) from error

    def _joined(
        self, info: dict[str, Any], film: FilmInfo, pace: ImportPace, proxy: EgressProxy, *, choose: Choose, work: Work
    ) -> Video:
        """Of two streams: both lie in scratch space, which is bounded, until they are one."""
        megabytes = self._room_to_join(film, pace)
        with self.media.room(megabytes) as folder:
            reader = FilmReader(proxy=proxy, folder=folder.path, go_on=pace.go_on)
            most = (megabytes - _INFO_MB) * MIB // 2
            paths = []
            for number, part in enumerate(film.parts):
                path = folder.path / f"part-{number}"
                with reader.opened(info, part.id, length=part.size) as body:
                    _write(body, path, pace, most=most)
                self._check_part(part, path, film)
                paths.append(path)
            joined = self._join(paths, film, folder.path, pace, megabytes=megabytes)
            draft = choose(film.name(joined.suffix[1:]), film.title)
            pace.end()
            return self.made.take(draft, joined, attempt=work.attempt, by=work.by)

    def _check_part(self, part: FilmFormat, path: Path, film: FilmInfo) -> None:
        """Where one has broken off, both together are as long as the other, so that it cannot be seen later."""
        if path.stat().st_size != part.size and not self._says_its_end(part):
            raise BadInputError(NO_END)
        try:
            check_length(probe(self.media.programs(), Source.file(path)).duration, film.seconds)
        except BadMediaError as error:
            raise BadInputError(error.detail) from error

    def _room_to_join(self, film: FilmInfo, pace: ImportPace) -> int:
        """In MB, for the parts and the whole of them; where nobody knows how large it is, others have room, too."""
        room = self.media.scratch.megabytes
        if film.size is None:
            room = room // 2
        guessed = film.about * _MORE_THAN_GUESSED if film.about else pace.most
        wanted = min(film.size or guessed, pace.most)
        return min(_INFO_MB + 2 * (wanted // MIB + 1), room)

    def _join(self, paths: list[Path], film: FilmInfo, folder: Path, pace: ImportPace, *, megabytes: int) -> Path:
        endings = {each.ending for each in film.parts}
        ending = "mp4" if endings <= _MP4 else "webm" if endings == {"webm"} else "mkv"
        joined = folder / f"joined.{ending}"
        picture, sound = map(Source.file, paths)
        maps = ("-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-movflags", "+faststart")
        programs, control = self.media.programs(), Control(seconds=_JOIN_SECONDS, watch=pace.go_on)
        arguments = ffmpeg_arguments(*picture.opened(), *sound.opened(), *maps, str(joined))
        try:
            limits = Limits(file_mb=megabytes, cpu_seconds=int(_JOIN_SECONDS))
            run(programs.ffmpeg, arguments, source=picture, limits=limits, control=control)
            facts = probe(programs, Source.file(joined))
        except BadMediaError as error:
            raise BadInputError(error.detail) from error
        if not facts.is_film:
            raise BadInputError("There is sound and no picture in it.")
        check_length(facts.duration, film.seconds)
        return joined


def _ending(body: ProgramBody, said: str) -> str:
    return ending_of(body.peek(SNIFF_BYTES)) or said


def _write(body: ProgramBody, path: Path, pace: ImportPace, *, most: int) -> None:
    with path.open("wb") as file:
        while data := body.read(_PIECE):
            pace.take(len(data))
            file.write(data)
            if file.tell() > most:
                raise BadInputError("The film is larger than the scratch space that joins picture and sound.")
