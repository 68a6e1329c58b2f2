"""Films as discovery finds them, and as they are wanted then."""

import math
import re
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from urllib.parse import quote, urlsplit, urlunsplit

from services.artists.artist import LONGEST_KEY, WantedState
from services.egress.addresses import in_ascii
from utils.search_words import fold
from utils.text import one_line

_LONGEST_TITLE, _LONGEST_REASON, _LONGEST_ID, _LONGEST_URL = 300, 500, 200, 2000
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
_YEARS = range(1850, 2200)
_LONGEST_SECONDS = 7 * 24 * 3600
# What services put behind titles, and what makes no other film of it.
_NOISE = frozenset(
    {"official", "music", "video", "videoclip", "clip", "hd", "hq", "uhd", "4k", "1080p", "720p", "the", "in"}
)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_WORDS = re.compile(r"\w+")
# What makes another film of a title that is the same but for it; so does whatever has a digit in it.
_OTHER_FILMS = frozenset(
    {
        *("live", "unplugged", "acoustic", "session", "sessions", "concert", "tour", "festival", "rehearsal"),
        *("remix", "mix", "edit", "version", "extended", "dub", "cover", "instrumental", "karaoke", "demo"),
        *("lyric", "lyrics", "visualizer", "audio", "making", "behind", "scenes", "teaser", "trailer", "reaction"),
        *("interview", "part", "pt", "episode", "vol", "reprise", "alternate", "alternative", "outtakes"),
        *("konzert", "auftritt", "probe", "akustisch", "teil", "folge", "staffel", "kapitel"),
        *("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"),
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last"),
        *("eins", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwolf"),
        *("erste", "zweite", "dritte", "vierte", "funfte", "erster", "zweiter", "dritter", "letzte", "letzter"),
    }
)
_MOST_WORDS, _ALIKE = 3, 0.9
# Two lengths mean the same film when they are this near: services round, and cut black frames.
_NEAR_SECONDS, _NEAR_SHARE = 3.0, 0.03


@dataclass(frozen=True, kw_only=True)
class FilmCandidate:
    """A film that a service has named. What cannot be used of it is left out when it is taken in."""

    title: str
    service: str
    """Who has named it: a short word such as `youtube`."""
    source_id: str
    """What the film is called there."""
    url: str = ""
    """Where it can be fetched or seen; empty where that is not known."""
    year: int | None = None
    seconds: float | None = None
    kind: str = ""
    """A short word such as `music-video`, `live` or `interview`; empty where it is not known."""
    picture: str = ""
    """The URL of a picture."""
    confidence: float = 1.0
    """How sure it is that this is meant, from 0 to 1."""
    reason: str = ""
    """Why it is named, in words for people."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A film that is known of."""

    id: str
    artist_id: str | None
    title: str
    year: int | None
    seconds: float | None
    kind: str
    state: WantedState
    service: str
    source_id: str
    url: str
    picture: str
    confidence: float
    reason: str
    error: str | None = None
    """Why it could not be fetched."""
    video_id: str | None = None
    """The video of the library that it has become."""
    import_id: str | None = None
    found_at: datetime
    changed_at: datetime


def cleaned(candidate: FilmCandidate) -> FilmCandidate | None:
    """What can be kept of it; None where it has no title, no service or no id."""
    title = one_line(candidate.title)[:_LONGEST_TITLE].strip()
    source_id = one_line(candidate.source_id)
    if not title or not 0 < len(source_id) <= _LONGEST_ID or not _SLUG.fullmatch(candidate.service):
        return None
    year, seconds = candidate.year, candidate.seconds
    lasts = seconds is not None and math.isfinite(seconds) and 0 < seconds <= _LONGEST_SECONDS
    sure = candidate.confidence if math.isfinite(candidate.confidence) else 0.0
    return replace(
        candidate,
        title=title,
        source_id=source_id,
        url=clean_url(candidate.url),
        year=year if year in _YEARS else None,
        seconds=seconds if lasts else None,
        kind=candidate.kind if _SLUG.fullmatch(candidate.kind) else "",
        picture=clean_url(candidate.picture),
        confidence=min(1.0, max(0.0, sure)),
        reason=one_line(candidate.reason)[:_LONGEST_REASON].strip(),
    )


def clean_url(url: str) -> str:
    """The web address, as ASCII; empty where it is none."""
    try:
        spelt = quote(_with_ascii_host(one_line(url)), safe="%/:=&?~#+!$,;'@()*[]")
        parts = urlsplit(spelt)
    except ValueError:
        return ""
    has_host = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return spelt if has_host and parts.username is None and len(spelt) <= _LONGEST_URL else ""


def _with_ascii_host(url: str) -> str:
    """The same with its host as it is looked up: what is quoted in a host leads nowhere."""
    parts = urlsplit(url)
    if parts.netloc.isascii() or parts.username is not None:
        return url
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=in_ascii(parts.hostname or "") + port))


def match_key(title: str, artist: str = "") -> str:
    """A title as two are compared: folded, without the artist before it and without what services put behind it."""
    folded = _BRACKETED.sub(_without_noise, fold(title))
    before, dash, after = folded.partition(" - ")
    if dash and artist and _letters(before) == _letters(fold(artist)):
        folded = after
    return (_letters(folded) or _letters(fold(title)) or fold(title))[:LONGEST_KEY]


def same_length(one: float | None, other: float | None) -> bool:
    """Whether these can be lengths, in seconds, of the same film; an unknown one fits any."""
    if one is None or other is None:
        return True
    return abs(one - other) <= max(_NEAR_SECONDS, _NEAR_SHARE * max(one, other))


def is_same(one: FilmCandidate | Wanted, other: FilmCandidate | Wanted) -> bool:
    """Whether two films of one artist and title are the same."""
    if one.kind and other.kind and one.kind != other.kind:
        return False
    if one.seconds is not None and other.seconds is not None:
        return same_length(one.seconds, other.seconds)
    return one.year is None or other.year is None or one.year == other.year


def may_be_named_so(one: str, other: str, *, artist: str) -> bool:
    """Whether two titles of an artist differ in nothing that tells films apart: a spelling, or words of no weight."""
    titles = [_BRACKETED.sub(_without_noise, fold(each)) for each in (one, other)]
    if match_key(one, artist) == match_key(other, artist):
        return True
    told = [set(_WORDS.findall(title)) for title in titles]
    of_artist = set(_WORDS.findall(fold(artist)))
    left, right = (words - of_artist - _NOISE for words in told)
    differing = left ^ right
    if differing & _OTHER_FILMS or any(letter.isdigit() for each in differing for letter in each):
        return False
    # Side A and side B; an article that one of them lacks is no such letter.
    if all(any(len(each) == 1 for each in words) for words in (left - right, right - left)):
        return False
    if left and right and (left <= right or right <= left):
        return len(differing) <= _MOST_WORDS
    return SequenceMatcher(None, match_key(one, artist), match_key(other, artist)).ratio() >= _ALIKE


def _without_noise(match: re.Match[str]) -> str:
    words = match[1].split()
    return " " if words and _NOISE.issuperset(words) else match[0]


def _letters(folded: str) -> str:
    return "".join(each for each in folded if each.isalnum())
