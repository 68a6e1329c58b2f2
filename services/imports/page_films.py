"""Films on pages: found by yt-dlp, and fetched by it into the lines that every upload goes through."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.egress.guard import EgressGuard
from services.egress.proxy import EgressProxy
from services.imports.film_info import FilmInfo, film_in, is_list
from services.imports.incoming import ImportPace, JudgedBody, check_length, judge_film
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
                judged = JudgedBody(
                    body,
                    pace,
                    outline,
                    judge=lambda kept: judge_film(kept, self.media.programs(), seconds=film.seconds, is_counted=False),
                )
                return self.made.take_body(draft, judged, attempt=work.attempt, by=work.by)

    def _joined(
        self, info: dict[str, Any], film: FilmInfo, pace: ImportPace, proxy: EgressProxy, *, choose: Choose, work: Work
    ) -> Video:
        """Of two streams: both lie in scratch space, which is bounded, until they are one."""
        wanted = film.size or pace.most
        megabytes = min(_INFO_MB + 2 * (wanted // MIB + 1), self.media.scratch.megabytes)
        with self.media.room(megabytes) as folder:
            reader = FilmReader(proxy=proxy, folder=folder.path, go_on=pace.go_on)
            most = (megabytes - _INFO_MB) * MIB // 2
            paths = []
            for number, part in enumerate(film.parts):
                path = folder.path / f"part-{number}"
                with reader.opened(info, part.id, length=part.size) as body:
                    _write(body, path, pace, most=most)
                paths.append(path)
            joined = self._join(paths, film, folder.path, pace, megabytes=megabytes)
            draft = choose(film.name(joined.suffix[1:]), film.title)
            return self.made.take(draft, joined, attempt=work.attempt, by=work.by)

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
