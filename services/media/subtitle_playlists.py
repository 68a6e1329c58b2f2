"""Subtitles in HLS: a master playlist names them beside the sounds, each with a playlist of its one file.

They are put in when a playlist is asked for. So they need not be made in any order, and renditions stay as they are.
"""

import math
import re
from collections.abc import Mapping

from services.videos.made import Made, Subtitle

_PLAYLIST = re.compile(r"text-(\d+)\.m3u8")
_VARIANT = re.compile(r"^#EXT-X-STREAM-INF:.*$", re.MULTILINE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_UNQUOTED = re.compile(r'["\x00-\x1f\x7f\x85\u2028\u2029]+')
_GROUP = "text"


def with_subtitles(master: str, made: Made) -> str:
    """The master playlist with the film's subtitles, where it has any."""
    named = _named(made)
    if not named or _VARIANT.search(master) is None:
        return master
    lines = [_media(name, track) for name, track in named.items()]
    grouped = _VARIANT.sub(lambda match: f'{match[0]},SUBTITLES="{_GROUP}"', master)
    first = min(match.start() for match in re.finditer(r"^#EXT-X-(?:MEDIA|STREAM-INF):", grouped, re.MULTILINE))
    return grouped[:first] + "".join(f"{line}\n" for line in lines) + grouped[first:]


def subtitle_playlist(name: str, made: Made, *, version: str | None) -> str | None:
    """The playlist of that name; None when it is none of a subtitle of this film."""
    match = _PLAYLIST.fullmatch(name)
    file = made.subtitle_files.get(int(match[1][:9])) if match else None
    if file is None or version is None:
        return None
    # A film that does not say how long it is is taken for a day long.
    length = made.duration or 24 * 3600.0
    return "\n".join(
        [
            "#EXTM3U",
            "#EXT-X-VERSION:3",
            f"#EXT-X-TARGETDURATION:{math.ceil(length)}",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            f"#EXTINF:{length:.3f},",
            f"../subtitles/{version}/{file}",
            "#EXT-X-ENDLIST",
            "",
        ]
    )


def _named(made: Made) -> Mapping[str, Subtitle]:
    """By names that no other has, as HLS asks for."""
    found: dict[str, Subtitle] = {}
    for number, track in enumerate((each for each in made.subtitles if each.index in made.subtitle_files), start=1):
        name = " ".join(_UNQUOTED.sub(" ", track.title or track.language).split()) or f"Subtitles {number}"
        found[name if name not in found else f"{name} ({number})"] = track
    return found


def _media(name: str, track: Subtitle) -> str:
    language = f'LANGUAGE="{track.language}",' if _LANGUAGE.fullmatch(track.language) else ""
    how = "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO"
    return (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{_GROUP}",NAME="{name}",{language}{how},URI="text-{track.index}.m3u8"'
    )
