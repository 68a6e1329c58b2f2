"""IMVDb: music videos, by the search of its data API, version 1."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import msgspec

from services.egress.guard import Question
from services.sources.adapter import (
    MOST_PAGES,
    FilmAtService,
    MatchedBy,
    Secret,
    Sought,
    decoded,
    each_of,
    key_of,
    web_address,
)
from services.sources.asking import ServiceClient
from services.sources.service import Service

_PAGE = 50
_RELEASED = "r"


class _ImvdbArtist(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""
    slug: str = ""


class _ImvdbPicture(msgspec.Struct, frozen=True, kw_only=True):
    l: str | None = None  # noqa: E741 - as the answer calls the large one
    b: str | None = None
    o: str | None = None


class _ImvdbVideo(msgspec.Struct, frozen=True, kw_only=True):
    id: int | str
    song_title: str
    version_name: str | None = None
    production_status: str = _RELEASED
    url: str | None = None
    year: int | None = None
    image: msgspec.Raw = msgspec.Raw(b"null")
    """An empty list where there is none."""
    artists: list[_ImvdbArtist] = []


class _ImvdbPage(msgspec.Struct, frozen=True, kw_only=True):
    total_pages: int = 1
    results: list[msgspec.Raw] = []


class Imvdb:
    """The adapter."""

    service = Service(name="imvdb", title="IMVDb", per_minute=60, at_once=5)
    needs_key = True

    def __init__(self, base: str, key: Secret) -> None:
        self._base = base
        self._key = key

    def require(self) -> None:
        """It needs its key."""
        key_of(self.service, self._key)

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """Films that have come out."""
        return list(self._found(sought, client))

    def ping(self, client: ServiceClient) -> None:
        """Ask for one video."""
        client.ask(self.service, self._question("a", page=1, size=1), decoded(_ImvdbPage), fresh=True)

    def _found(self, sought: Sought, client: ServiceClient) -> Iterator[FilmAtService]:
        own = sought.ids.get("imvdb")
        for number in range(1, MOST_PAGES + 1):
            page = client.ask(self.service, self._question(sought.name, page=number), decoded(_ImvdbPage))
            for each in each_of(page.results, _ImvdbVideo):
                by_id = own is not None and any(artist.slug == own for artist in each.artists)
                by_name = sought.is_called(*(artist.name for artist in each.artists))
                if each.production_status == _RELEASED and (by_id or by_name):
                    yield _film(each, MatchedBy.ID if by_id else MatchedBy.NAME)
            if number >= page.total_pages or not page.results:
                return

    def _question(self, words: str, *, page: int, size: int = _PAGE) -> Question:
        said = urlencode({"q": words, "per_page": size, "page": page})
        return Question(
            url=f"{self._base}/api/v1/search/videos?{said}",
            credentials={"IMVDB-APP-KEY": key_of(self.service, self._key)},
        )


def _film(each: _ImvdbVideo, match: MatchedBy) -> FilmAtService:
    pictures = list(each_of([each.image], _ImvdbPicture))
    shown = (pictures[0].l or pictures[0].b or pictures[0].o) if pictures else None
    return FilmAtService(
        id=str(each.id),
        title=f"{each.song_title} ({each.version_name})" if each.version_name else each.song_title,
        url=web_address(each.url),
        year=each.year,
        kind="music-video",
        picture=web_address(shown),
        match=match,
    )
