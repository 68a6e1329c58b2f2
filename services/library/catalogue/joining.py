"""For indexes that lie beside the catalogue: their rows, joined with the videos that may be seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from services.actors.policy import Seen
from services.library.catalogue.models import videos
from services.library.catalogue.pages import shown
from services.library.catalogue.rows import LIBRARY, video_of
from services.videos.video import Video

_PREFIX = "video_"

Join = tuple[FromClause, ColumnElement[bool]]
"""What is joined, and on what condition."""


def in_library(id_: ColumnElement[str], seen: Seen) -> tuple[Join, Sequence[ColumnElement[bool]]]:
    """How rows that have a video's id are joined with it, and the conditions of what may be seen of the library."""
    return (videos, videos.c.id == id_), (videos.c.shelf == LIBRARY, *shown(seen))


def video_columns() -> Sequence[ColumnElement[Any]]:
    """The columns of a joined video, named so that none is like another's."""
    return [each.label(_PREFIX + each.name) for each in videos.c]


def video_of_row(row: Mapping[str, Any]) -> Video:
    """The video that these columns of a row tell of."""
    return video_of({name.removeprefix(_PREFIX): value for name, value in row.items() if name.startswith(_PREFIX)})
