"""Subtitles inside the files of videos, as the API shows them."""

from typing import Annotated

from msgspec import Meta, Struct

from services.media.job_kinds import SUBTITLES
from services.videos.made import Made


class SubtitleMessage(Struct, frozen=True, kw_only=True):
    """Subtitles that the file brings along."""

    language: Annotated[str, Meta(description="As the file has it, in three letters; may be empty.")]
    title: str
    pictures: Annotated[bool, Meta(description="Whether they are pictures of words, which browsers do not show.")]
    url: Annotated[str | None, Meta(description="As WebVTT; null where they cannot become that, or have not yet.")]


def subtitle_messages(made: Made, path: str) -> tuple[SubtitleMessage, ...]:
    """Those of a film, whose address is given, as the API shows them."""
    at, files = f"{path}/subtitles/{made.version(SUBTITLES)}", made.subtitle_files
    return tuple(
        SubtitleMessage(
            language=each.language,
            title=each.title,
            pictures=each.pictures,
            url=f"{at}/{files[each.index]}" if each.index in files else None,
        )
        for each in made.subtitles
    )
