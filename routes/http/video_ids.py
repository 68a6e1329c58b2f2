"""Ids of videos in addresses: they may hold slashes, but never end like an address below a video or beside one."""

import re

from werkzeug.routing import BaseConverter, Map, PathConverter

from services.videos.blob_names import ReservedEndings

_NOT_A_VIDEO = re.compile(r"/videos/(?:<[^<>]+>/(?P<below>.+)|(?P<beside>[^<>]+))")
_VARIABLE = re.compile(r"<[^<>]+>")


def reserved_endings(rules: Map) -> ReservedEndings:
    """What follows an id, or stands in its place, in any address of the route table."""
    found = (_NOT_A_VIDEO.search(rule.rule) for rule in rules.iter_rules())
    endings = ((match["below"] or match["beside"]).rstrip("/").split("/") for match in found if match)
    return ReservedEndings(
        frozenset(tuple(None if _VARIABLE.fullmatch(part) else part for part in parts) for parts in endings)
    )


class VideoIdConverter(PathConverter):
    """An id at the end of an address.

    It knows the endings of the rules that are in the map when its own rule is added, so that one comes last. Without it
    `PATCH …/<id>/content`, a method that does not exist, would edit a video named `<id>/content`, and
    `PATCH …/generate-upload-url` one of that name.
    """

    part_isolating = False

    def __init__(self, map: Map) -> None:  # noqa: A002 - Werkzeug's name for it.
        super().__init__(map)
        endings = "|".join(
            "/".join("[^/]+" if part is None else re.escape(part) for part in ending)
            for ending in sorted(reserved_endings(map).patterns, key=str)
        )
        self.regex = rf"(?!(?:.*/)?(?:{endings})/?\Z){PathConverter.regex}" if endings else PathConverter.regex


class ClipIdConverter(BaseConverter):
    """An id of a clip: a file name, which no word that stands beside it is."""

    regex = r"[^/]+\.[^/.]+"
