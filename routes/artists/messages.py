"""Artists and wanted films as the API shows and takes them."""

from collections.abc import Container, Mapping
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from routes.library.messages import Time
from services.artists.artist import SERVICES, Artist, WantedState
from services.artists.candidate import Wanted
from services.artists.many import MOST_AT_ONCE, ArtistOutcome
from services.artists.pictures.store import KeptPicture
from services.artists.store.pages import ArtistPage, WantedPage
from utils.cursors import encode_cursor
from utils.patterns import PLAIN
from utils.timestamps import format_timestamp

AN_ARTIST = "5b0f3a1c9d2e4f6a8b7c0d1e"
A_WANTED = "9c1e7f20a4b35d68e0f1a2b3"
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=PLAIN)]

_Picture = Annotated[
    str | None,
    Meta(
        description="Where a picture is: the path at this server once it is kept here, which changes with the picture; "
        "`picture_source` until then. Null where none is known."
    ),
]
_PictureSource = Annotated[
    str | None, Meta(description="The URL at which the picture was found, or that somebody has given.")
]


class ArtistIdsMessage(Struct, frozen=True, kw_only=True):
    """What the artist is called at outside services; null where that is not known."""

    imvdb: str | None = None
    spotify: str | None = None
    musicbrainz: str | None = None
    lastfm: str | None = None
    youtube: str | None = None


class WantedCounts(Struct, frozen=True, kw_only=True):
    """How many films are in each state."""

    WANTED: int = 0
    DOWNLOADING: int = 0
    DOWNLOADED: int = 0
    FAILED: int = 0
    IGNORED: int = 0


class ArtistMessage(Struct, frozen=True, kw_only=True):
    """An artist, or maker, speaker, channel: whoever films are looked for of."""

    id: str
    name: str
    other_names: tuple[str, ...]
    text: str
    picture: _Picture
    picture_source: _PictureSource
    links: tuple[str, ...]
    ids: ArtistIdsMessage
    counts: WantedCounts
    created_at: Time
    changed_at: Time
    discovered_at: Annotated[Time | None, Meta(description="When it was looked up last.")]


class ArtistList(Struct, frozen=True, kw_only=True):
    """A page of artists."""

    artists: tuple[ArtistMessage, ...]
    next: str | None


class WantedSource(Struct, frozen=True, kw_only=True):
    """Who has named the film."""

    service: str
    id: Annotated[str, Meta(description="What the film is called there.")]
    url: Annotated[str | None, Meta(description="Where it can be fetched or seen.")]


class WantedMessage(Struct, frozen=True, kw_only=True):
    """A film that is known of, whether it is here or not."""

    id: str
    artist: Annotated[str | None, Meta(description="The artist's id; null where nobody knows whose it is.")]
    artist_name: str | None
    title: str
    year: int | None
    duration: Annotated[float | None, Meta(description="In seconds.")]
    kind: Annotated[str | None, Meta(description="A short word such as music-video, live or interview.")]
    state: WantedState
    video_id: Annotated[str | None, Meta(description="The video that it has become, for those who may see that.")]
    import_id: Annotated[str | None, Meta(description="The import that fetches it, or did last.")]
    error: Annotated[str | None, Meta(description="Why it could not be fetched.")]
    source: WantedSource
    picture: _Picture
    picture_source: _PictureSource
    confidence: Annotated[float, Meta(ge=0, le=1, description="How sure it is that this film is meant.")]
    reason: Annotated[str, Meta(description="Why it was found, in words.")]
    found_at: Time
    changed_at: Time


class WantedList(Struct, frozen=True, kw_only=True):
    """A page of wanted films."""

    wanted: tuple[WantedMessage, ...]
    next: str | None


class WantedChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody makes of a film."""

    state: Annotated[
        WantedState, Meta(description="WANTED, IGNORED, or DOWNLOADED with the `video_id` of what is here already.")
    ]
    video_id: Annotated[Id | UnsetType, Meta(description="Which video it is.")] = UNSET


class ArtistIdList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which artists are meant."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Merge(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Artists that are one."""

    into: Annotated[Id, Meta(description="The id of the one that stays.")]
    ids: Annotated[
        tuple[Id, ...], Meta(min_length=1, max_length=MOST_AT_ONCE, description="The ids of those that become it.")
    ]


class OutcomeMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of one of several things."""

    id: str
    status: Annotated[int, Meta(description="As HTTP has it: 204 where it was done.")]
    detail: Annotated[str | None, Meta(description="Why it was not done.")] = None


class OutcomeList(Struct, frozen=True, kw_only=True):
    """What came of each, in the order in which they were named."""

    results: tuple[OutcomeMessage, ...]


Kept = Mapping[str, KeptPicture]
"""Pictures that are kept here, by the addresses at which they were found."""


def _picture(path: str, source: str, kept: Kept) -> dict[str, str | None]:
    """What is said of the picture of what lies at that path."""
    here = kept.get(source)
    shown = source or None if here is None else f"{path}/picture?v={here.version}"
    return {"picture": shown, "picture_source": source or None}


def artist_message(artist: Artist, *, kept: Kept) -> ArtistMessage:
    """An artist as the API shows it."""
    return ArtistMessage(
        id=artist.id,
        name=artist.name,
        other_names=artist.other_names,
        text=artist.text,
        **_picture(f"/api/artists/{artist.id}", artist.picture, kept),
        links=artist.links,
        ids=ArtistIdsMessage(**{name: artist.ids.get(name) for name in SERVICES}),
        counts=WantedCounts(**{state.value: count for state, count in artist.counts.items()}),
        created_at=format_timestamp(artist.created_at),
        changed_at=format_timestamp(artist.changed_at),
        discovered_at=format_timestamp(artist.discovered_at) if artist.discovered_at else None,
    )


def artist_list(page: ArtistPage, *, kept: Kept) -> ArtistList:
    """A page of artists as the API shows it."""
    return ArtistList(
        artists=tuple(artist_message(each, kept=kept) for each in page.artists),
        next=encode_cursor(page.next) if page.next else None,
    )


def wanted_message(wanted: Wanted, *, artist: Artist | None, seen: Container[str], kept: Kept) -> WantedMessage:
    """A wanted film as the API shows it to somebody who sees these videos."""
    return WantedMessage(
        id=wanted.id,
        artist=wanted.artist_id,
        artist_name=None if artist is None else artist.name,
        title=wanted.title,
        year=wanted.year,
        duration=wanted.seconds,
        kind=wanted.kind or None,
        state=wanted.state,
        video_id=wanted.video_id if wanted.video_id in seen else None,
        import_id=wanted.import_id,
        error=wanted.error,
        source=WantedSource(service=wanted.service, id=wanted.source_id, url=wanted.url or None),
        **_picture(f"/api/wanted/{wanted.id}", wanted.picture, kept),
        confidence=wanted.confidence,
        reason=wanted.reason,
        found_at=format_timestamp(wanted.found_at),
        changed_at=format_timestamp(wanted.changed_at),
    )


def wanted_list(page: WantedPage, *, seen: Container[str], kept: Kept) -> WantedList:
    """A page of wanted films as the API shows it to somebody who sees these videos."""
    return WantedList(
        wanted=tuple(
            wanted_message(each, artist=page.artists.get(each.artist_id or ""), seen=seen, kept=kept)
            for each in page.wanted
        ),
        next=encode_cursor(page.next) if page.next else None,
    )


def outcome_list(outcomes: tuple[ArtistOutcome, ...]) -> OutcomeList:
    """What came of several things, as the API shows it."""
    return OutcomeList(
        results=tuple(OutcomeMessage(id=each.id, status=each.status, detail=each.detail) for each in outcomes)
    )


ARTIST = ArtistMessage(
    id=AN_ARTIST,
    name="Crane School",
    other_names=("Harbour Crane Academy",),
    text="Films for those who drive cranes.",
    picture=f"/api/artists/{AN_ARTIST}/picture?v=3f0c9d1e8a7b4c5d",
    picture_source="https://cranes.example/school.jpg",
    links=("https://cranes.example/",),
    ids=ArtistIdsMessage(youtube="UC0123456789"),
    counts=WantedCounts(WANTED=7, DOWNLOADED=31),
    created_at="2026-11-20T10:15:12.345Z",
    changed_at="2026-11-20T10:15:12.345Z",
    discovered_at="2026-11-21T12:00:00.000Z",
)
"""An example of one."""
WANTED = WantedMessage(
    id=A_WANTED,
    artist=AN_ARTIST,
    artist_name="Crane School",
    title="Slewing ring: how to read the wear",
    year=2026,
    duration=870.0,
    kind="talk",
    state=WantedState.WANTED,
    video_id=None,
    import_id=None,
    error=None,
    source=WantedSource(service="youtube", id="dQw4w9WgXcQ", url="https://video.example/watch?v=dQw4w9WgXcQ"),
    picture=f"/api/wanted/{A_WANTED}/picture?v=7b4c5d3f0c9d1e8a",
    picture_source="https://video.example/dQw4w9WgXcQ.jpg",
    confidence=0.98,
    reason="New on their channel.",
    found_at="2026-11-21T12:00:00.000Z",
    changed_at="2026-11-21T12:00:00.000Z",
)
"""An example of one."""
