"""What yt-dlp says of films, made into what is wanted of it; nothing in it is believed to have any shape."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.imports.errors import UnfetchableError
from services.jobs.errors import BadInputError
from utils.text import one_line
from utils.validators import MAX_TITLE

_MOST_CHAPTERS, _MOST_SUBTITLES = 200, 20
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_WORD_FILES = ("vtt", "srt", "ttml", "ass")
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
_UNSAFE = re.compile(r"[\\/:*?\"<>|]+")
_LONGEST_STEM = 120


@dataclass(frozen=True, kw_only=True)
class FilmFormat:
    """One of the formats of a film: picture and sound, or one of them."""

    id: str
    ending: str
    size: int | None
    """In bytes, where that is known."""
    about: int | None
    """In bytes, as far as can be guessed."""
    file: str | None
    """The address of the one file that it is; None where it comes in parts, which are counted."""
    headers: Mapping[str, str]
    """What is to be said to whoever has it."""


@dataclass(frozen=True, kw_only=True)
class FilmInfo:
    """A film that was looked at."""

    title: str
    description: str
    language: str
    seconds: float | None
    parts: tuple[FilmFormat, ...]
    """One with picture and sound, or one with each."""
    chapters: tuple[tuple[float, str], ...]
    subtitles: tuple[tuple[str, str], ...]
    """The language and the address of each."""
    picture: str | None
    """The address of one that stands for the film."""

    @property
    def size(self) -> int | None:
        """In bytes, where that is known."""
        sizes = [each.size for each in self.parts]
        return sum(each for each in sizes if each) if all(sizes) else None

    @property
    def about(self) -> int | None:
        """The same, as far as can be guessed."""
        sizes = [each.size or each.about for each in self.parts]
        return sum(each for each in sizes if each) if all(sizes) else None

    def name(self, ending: str) -> str:
        """A name for its file."""
        return f"{_UNSAFE.sub('_', self.title)[:_LONGEST_STEM].strip('. ') or 'film'}.{ending}"


@dataclass(frozen=True, kw_only=True)
class FilmEntry:
    """A film of a list."""

    url: str
    title: str | None


def is_list(info: Mapping[str, Any]) -> bool:
    """Whether there are several films."""
    return isinstance(info.get("entries"), list)


def film_in(info: Mapping[str, Any]) -> FilmInfo:
    """The film that was found; raises `BadInputError` where nothing of it can be fetched."""
    if info.get("is_live") or info.get("live_status") in {"is_live", "is_upcoming", "post_live"}:
        raise BadInputError("This is live. It can be fetched once it is over.")
    wanted = info.get("requested_formats")
    formats = [each for each in (wanted if isinstance(wanted, list) else [info]) if isinstance(each, dict)]
    parts = tuple(_part(each) for each in formats if _text(each.get("format_id")))
    if not 1 <= len(parts) <= 2:
        raise BadInputError("There is no film at this address.")
    return FilmInfo(
        title=_title(info) or "film",
        description=_text(info.get("description")).strip(),
        language=_language(info.get("language")),
        seconds=_number(info.get("duration")),
        parts=parts,
        chapters=tuple(_chapters(info.get("chapters"))),
        subtitles=tuple(_subtitles(info.get("subtitles"))),
        picture=_text(info.get("thumbnail")) or None,
    )


def entries_in(info: Mapping[str, Any]) -> tuple[FilmEntry, ...]:
    """The films of a list that have addresses of their own, each of them once."""
    page = info.get("webpage_url")
    found: dict[str, FilmEntry] = {}
    for each in info["entries"]:
        if not isinstance(each, dict):
            continue
        own, direct = _text(each.get("webpage_url")), _text(each.get("url"))
        url = direct if not own or own == page else own
        if url.startswith(("http://", "https://")):
            found.setdefault(url, FilmEntry(url=url, title=one_line(_text(each.get("title")))[:MAX_TITLE] or None))
    if not found:
        raise UnfetchableError("There is a list of films, and none of them has an address.")
    return tuple(found.values())


def _title(info: Mapping[str, Any]) -> str:
    title = one_line(_text(info.get("title")))
    # Of a page that it knows only as a page, it numbers the films.
    return (title.removesuffix(" (1)") if info.get("extractor") in {"generic", "html5"} else title)[:MAX_TITLE]


def _part(said: Mapping[str, Any]) -> FilmFormat:
    size, about = _number(said.get("filesize")), _number(said.get("filesize_approx"))
    headers, url = said.get("http_headers"), _text(said.get("url"))
    ending = _text(said.get("ext")).lower()
    return FilmFormat(
        id=_text(said.get("format_id")),
        ending=ending if re.fullmatch("[a-z0-9]{1,5}", ending) else "mp4",
        size=int(size) if size else None,
        about=int(about) if about else None,
        file=url if said.get("protocol") in {"http", "https"} and url else None,
        headers={str(name): _text(value) for name, value in headers.items()} if isinstance(headers, dict) else {},
    )


def _chapters(said: object) -> Iterable[tuple[float, str]]:
    for each in said[:_MOST_CHAPTERS] if isinstance(said, list) else ():
        if isinstance(each, dict):
            start, title = _number(each.get("start_time")), one_line(_text(each.get("title")))
            if start is not None and title:
                yield start, title[:100]


def _subtitles(said: object) -> Iterable[tuple[str, str]]:
    """One file for each language, as a person has written it."""
    for language, files in list(said.items())[:_MOST_SUBTITLES] if isinstance(said, dict) else ():
        if not _LANGUAGE.fullmatch(str(language)) or not isinstance(files, list):
            continue
        known = [each for each in files if isinstance(each, dict) and each.get("ext") in _WORD_FILES]
        known.sort(key=lambda each: _WORD_FILES.index(each["ext"]))
        if known and _text(known[0].get("url")).startswith("http"):
            yield str(language), _text(known[0]["url"])


def _language(said: object) -> str:
    language = _text(said)
    return language if _LANGUAGE.fullmatch(language) else ""


def _text(said: object) -> str:
    """A text that can be kept: NUL is in none that PostgreSQL takes, and a half of a letter in none at all."""
    return _UNKEEPABLE.sub("", said) if isinstance(said, str) else ""


def _number(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said) or said < 0:
        return None
    return float(said)
