"""The kinds of things that one search finds, in their order, each as whoever asks may see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import url_for

from routes.http.feature import navigation_for
from routes.http.queries import invalid_query
from routes.http.wiring import services
from routes.search.messages import FoundGroup, FoundKind, FoundMessage
from routes.site.language import catalogue
from services.actors.actor import Actor
from services.actors.policy import Act, may
from services.artists.store.pages import DEFAULT_ARTIST_SORT, ArtistQuery
from services.captions.search import MOST_COUNTED, SpokenMoment
from services.collections.store import SORT as COLLECTIONS_SORT
from services.collections.store import CollectionQuery
from services.library.catalogue import PageQuery
from services.library.catalogue.pages import DEFAULT_SORT
from services.videos.video import Video
from utils.cursors import Cursor, encode_cursor
from utils.search_words import searchable, words

_EXCERPT = 300


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is searched for, and how much of it is wanted."""

    text: str
    limit: int
    by: Actor
    after: Cursor | None = None
    """Where one kind goes on."""


Find = Callable[[Asked], FoundGroup]


def found_groups(asked: Asked, *, kind: str | None = None) -> tuple[FoundGroup, ...]:
    """All kinds that whoever asks may search, or that one; raises `InvalidQueryError` for a cursor of another."""
    shown = [kind] if kind else [each for each in KINDS if each != "people" or may(asked.by, Act.ADMINISTER)]
    return tuple(KINDS[each](asked) for each in shown)


def _videos(asked: Asked) -> FoundGroup:
    if not words(asked.text):
        return _none("videos")
    if asked.after is not None:
        _check(asked, asked.after, sort=DEFAULT_SORT)
    query = PageQuery(q=asked.text, limit=asked.limit, after=asked.after)
    page = services().library.videos.page(query, by=asked.by)
    total = len(services().library.selection.ids(PageQuery(q=asked.text), most=MOST_COUNTED, by=asked.by))
    following = encode_cursor(page.next) if page.next else None
    return FoundGroup(kind="videos", total=total, results=tuple(map(_video, page.videos)), next=following)


def _transcripts(asked: Asked) -> FoundGroup:
    after = _number(asked, "transcripts")
    search = services().captions.search
    found = search.find(asked.text, limit=asked.limit, after=after, by=asked.by)
    following = None if found.next is None else _cursor(asked, "transcripts", found.next)
    results = tuple(map(_moment, found.moments))
    return FoundGroup(kind="transcripts", total=search.count(asked.text, by=asked.by), results=results, next=following)


def _artists(asked: Asked) -> FoundGroup:
    if not words(asked.text):
        return _none("artists")
    if asked.after is not None:
        _check(asked, asked.after, sort=DEFAULT_ARTIST_SORT, is_text=True)
    query = ArtistQuery(q=asked.text, limit=asked.limit, after=asked.after)
    page = services().artists.artists.page(query, by=asked.by)
    return FoundGroup(
        kind="artists",
        total=len(page.artists) + (page.next is not None),
        results=tuple(
            FoundMessage(id=each.id, title=each.name, url=url_for("artist_pages.one", artist_id=each.id))
            for each in page.artists
        ),
        next=encode_cursor(page.next) if page.next else None,
    )


def _collections(asked: Asked) -> FoundGroup:
    if not words(asked.text):
        return _none("collections")
    if asked.after is not None:
        _check(asked, asked.after, sort=COLLECTIONS_SORT, is_text=True)
    query = CollectionQuery(q=asked.text, limit=asked.limit, after=asked.after)
    page = services().collections.collections.page(query, by=asked.by)
    return FoundGroup(
        kind="collections",
        total=len(page.collections) + (page.next is not None),
        results=tuple(
            FoundMessage(
                id=each.id,
                title=each.title,
                url=url_for("collection_pages.one", collection_id=each.id),
                excerpt=each.description[:_EXCERPT] or None,
            )
            for each in page.collections
        ),
        next=encode_cursor(page.next) if page.next else None,
    )


def _tags(asked: Asked) -> FoundGroup:
    if not words(asked.text):
        return _none("tags")
    after = ""
    if asked.after is not None:
        _check(asked, asked.after, sort="tags")
        after = asked.after.id
    found = services().library.tags.beginning(asked.text, most=asked.limit + 1, after=after, by=asked.by)
    shown = found[: asked.limit]
    return FoundGroup(
        kind="tags",
        total=len(found),
        results=tuple(
            FoundMessage(id=each.tag, title=each.tag, url=url_for("library.home", tag=each.tag)) for each in shown
        ),
        next=_cursor(asked, "tags", 0, shown[-1].word) if len(found) > len(shown) else None,
    )


def _people(asked: Asked) -> FoundGroup:
    if not words(asked.text):
        return _none("people")
    after = None
    if asked.after is not None:
        _check(asked, asked.after, sort="people")
        after = (int(asked.after.value), asked.after.id)
    people = services().accounts.people
    found = list(people.page(words=asked.text, after=after, limit=asked.limit + 1, by=asked.by))
    shown = [each.user for each in found[: asked.limit]]
    return FoundGroup(
        kind="people",
        total=len(found),
        results=tuple(
            FoundMessage(
                id=user.id, title=user.name, url=url_for("people.people", q=user.name), excerpt=user.email or None
            )
            for user in shown
        ),
        next=_cursor(asked, "people", shown[-1].created_at, shown[-1].id) if len(found) > len(shown) else None,
    )


def _settings(asked: Asked) -> FoundGroup:
    wanted = words(asked.text)
    if not wanted:
        return _none("settings")
    say = catalogue().text
    pages = [
        FoundMessage(id=item.endpoint, title=say(item.text), url=url_for(item.endpoint))
        for item in navigation_for(asked.by)
        if _has(wanted, say(item.text))
    ]
    if may(asked.by, Act.ADMINISTER):
        pages += [
            FoundMessage(
                id=each.definition.key,
                title=each.definition.description,
                url=url_for("settings_pages.settings", _anchor=each.definition.key),
                excerpt=each.definition.effect,
            )
            for each in services().live_settings.all(by=asked.by)
            if _has(wanted, each.definition.key, each.definition.description, each.definition.effect)
        ]
    begin = _number(asked, "settings") or 0
    end = begin + asked.limit
    following = _cursor(asked, "settings", end) if len(pages) > end else None
    return FoundGroup(kind="settings", total=len(pages), results=tuple(pages[begin:end]), next=following)


KINDS: Mapping[str, Find] = {
    "videos": _videos,
    "transcripts": _transcripts,
    "artists": _artists,
    "collections": _collections,
    "tags": _tags,
    "people": _people,
    "settings": _settings,
}
"""What finds each kind, in the order in which they are shown."""


def _has(wanted: list[str], *texts: str) -> bool:
    """Whether all of these folded words are beginnings of words of the texts."""
    there = searchable(*(text.replace("_", " ") for text in texts))
    return all(any(word.startswith(each) for word in there) for each in wanted)


def _none(kind: FoundKind) -> FoundGroup:
    return FoundGroup(kind=kind, total=0, results=())


def _number(asked: Asked, sort: str) -> int | None:
    if asked.after is None:
        return None
    _check(asked, asked.after, sort=sort)
    return int(asked.after.value)


def _check(asked: Asked, after: Cursor, *, sort: str, is_text: bool = False) -> None:
    if (after.sort, after.q, after.filters) != (sort, asked.text, "") or isinstance(after.value, str) != is_text:
        raise invalid_query("cursor", "This cursor belongs to another search. Begin without a cursor.")


def _cursor(asked: Asked, sort: str, value: int, id_: str = "") -> str:
    return encode_cursor(Cursor(sort=sort, q=asked.text, tag="", value=value, id=id_))


def _video(video: Video) -> FoundMessage:
    return FoundMessage(id=video.id, title=video.title, url=f"/videos/{quote(video.id)}")


def _moment(found: SpokenMoment) -> FoundMessage:
    at, video = found.line.start / 1000, found.video
    return FoundMessage(
        id=video.id,
        title=video.title,
        url=f"/videos/{quote(video.id)}?t={at}#t={at}",
        excerpt=found.line.text[:_EXCERPT],
        at=at,
        language=found.line.language or None,
    )
