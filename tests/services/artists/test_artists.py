"""Artists in both databases: kept, found, changed, deleted and brought back."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from services.actors.actor import NOBODY, SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.artists.artist import Artist, name_key
from services.artists.change import ArtistChange
from services.artists.errors import ArtistExistsError, ArtistNotFoundError, InvalidArtistError
from services.artists.store.pages import ArtistQuery
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.sources import ArtistCreated, ArtistDeleted
from tests.accounts import Build

MIRA = Actor(kind=ActorKind.PERSON, id="mira", name="Mira", role=Role.MANAGER)
USER = Actor(kind=ActorKind.PERSON, id="u", name="Ugo", role=Role.USER)


def change(**said: object) -> ArtistChange:
    return msgspec.convert(said, type=ArtistChange)


def create(services: Services, name: str, **said: object) -> Artist:
    return services.artists.artists.create(change(name=name, **said), by=MIRA)


def names(services: Services, **query: object) -> list[str]:
    found = services.artists.artists.page(ArtistQuery(**query), by=USER)  # type: ignore[arg-type]
    return [each.name for each in found.artists]


def test_an_artist_is_kept_as_it_is_said(services: Services) -> None:
    said = {
        "other_names": ["Björk Guðmundsdóttir"],
        "text": "From Reykjavík.\nSings.",
        "picture": "https://example.org/björk.jpg",
        "links": ["https://example.org/"],
        "ids": {"spotify": "7w29", "imvdb": "55"},
    }
    artist = create(services, "  Björk ", **said)
    assert (artist.name, artist.other_names, artist.text) == ("Björk", ("Björk Guðmundsdóttir",), said["text"])
    assert artist.picture == "https://example.org/bj%C3%B6rk.jpg"
    assert (artist.links, dict(artist.ids)) == (("https://example.org/",), {"spotify": "7w29", "imvdb": "55"})
    assert set(artist.counts.values()) == {0}
    assert services.artists.artists.get(artist.id, by=USER) == artist


def test_a_change_leaves_what_it_does_not_name(services: Services) -> None:
    artist = create(services, "Air", text="French.", ids={"spotify": "1", "imvdb": "2"})
    changed = services.artists.artists.edit(artist.id, change(ids={"spotify": None, "youtube": "UC"}), by=MIRA)
    assert (changed.name, changed.text, dict(changed.ids)) == ("Air", "French.", {"imvdb": "2", "youtube": "UC"})
    assert services.artists.artists.get(artist.id, by=USER) == changed


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " \n"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"text": "no name"}, "name"),
        ({"name": "A", "picture": "javascript:alert(1)"}, "picture"),
        ({"name": "A", "links": ["//example.org"]}, "links"),
        ({"name": "A", "links": ["https://me:secret@example.org"]}, "links"),
        ({"name": "A", "ids": {"spotify": "a b"}}, "ids.spotify"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_name(services: Services, said: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidArtistError) as refused:
        services.artists.artists.create(change(**said), by=MIRA)
    assert [each["field"] for each in refused.value.errors] == [field]


def test_a_name_is_there_once_in_any_spelling(services: Services) -> None:
    first = create(services, "Sigur Rós")
    with pytest.raises(ArtistExistsError) as refused:
        create(services, "SIGUR  ROS!")
    assert refused.value.id == first.id
    other = create(services, "Air")
    with pytest.raises(ArtistExistsError):
        services.artists.artists.edit(other.id, change(name="sigur ros"), by=MIRA)
    assert services.artists.artists.edit(first.id, change(name="SIGUR RÓS"), by=MIRA).name == "SIGUR RÓS"


def test_an_id_at_a_service_is_one_artists(services: Services) -> None:
    first = create(services, "Air", ids={"spotify": "1"})
    with pytest.raises(ArtistExistsError) as refused:
        create(services, "Other", ids={"spotify": "1"})
    assert refused.value.id == first.id


def test_of_two_who_add_a_name_at_once_one_is_told(services: Services, build: Build) -> None:
    both = [services, build()]

    def attempt(each: Services) -> str:
        try:
            return create(each, "Air").id
        except ArtistExistsError as error:
            return error.id or ""

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(attempt, both)
    assert first == second
    assert names(services) == ["Air"]


def test_the_list_goes_by_name_and_on_where_it_ended(services: Services) -> None:
    for name in ("Édith", "air", "Zoë", "Björk", "!!!"):
        create(services, name)
    first = services.artists.artists.page(ArtistQuery(limit=3), by=USER)
    second = services.artists.artists.page(ArtistQuery(limit=3, after=first.next), by=USER)
    assert [each.name for each in first.artists] == ["!!!", "air", "Björk"]
    assert [each.name for each in second.artists] == ["Édith", "Zoë"]
    assert second.next is None
    assert names(services, sort="-name") == ["Zoë", "Édith", "Björk", "air", "!!!"]


def test_an_artist_is_found_by_the_beginning_of_any_of_its_words(services: Services) -> None:
    create(services, "The Rolling Stones", other_names=["Glimmer Twins"])
    create(services, "Rolf")
    assert names(services, q="rol") == ["Rolf", "The Rolling Stones"]
    assert names(services, q="ROLL stó") == ["The Rolling Stones"]
    assert names(services, q="glimm") == ["The Rolling Stones"]
    assert names(services, q="tones") == []
    assert names(services, q="=") == []


def test_names_are_found_by_other_names_too(services: Services) -> None:
    first = create(services, "Prince", other_names=["The Artist"])
    second = create(services, "The Artist")
    found = services.artists.artists.by_names(["PRINCE", "the artist", "nobody"], by=USER)
    assert {key: each.id for key, each in found.items()} == {"prince": first.id, "the artist": second.id}


def test_what_is_deleted_can_be_brought_back(services: Services) -> None:
    artist = create(services, "Air", ids={"spotify": "1"})
    services.artists.artists.delete(artist.id, by=MIRA)
    assert names(services) == []
    with pytest.raises(ArtistNotFoundError):
        services.artists.artists.get(artist.id, by=USER)
    with pytest.raises(ArtistNotFoundError):
        services.artists.artists.delete(artist.id, by=MIRA)
    trash = services.artists.artists.page(ArtistQuery(trash=True), by=MIRA)
    assert [each.id for each in trash.artists] == [artist.id]
    back = services.artists.artists.restore(artist.id, by=MIRA)
    assert (back.name, dict(back.ids), back.deleted_at) == ("Air", {"spotify": "1"}, None)
    assert names(services, q="air") == ["Air"]
    assert services.artists.artists.restore(artist.id, by=MIRA) == back


def test_a_name_that_was_given_away_meanwhile_is_not_taken_back(services: Services) -> None:
    artist = create(services, "Air")
    services.artists.artists.delete(artist.id, by=MIRA)
    other = create(services, "AIR")
    with pytest.raises(ArtistExistsError) as refused:
        services.artists.artists.restore(artist.id, by=MIRA)
    assert refused.value.id == other.id


def test_the_trash_is_emptied_when_its_time_is_over(build: Build) -> None:
    services = build(trash_days=0)
    artist, kept = create(services, "Air"), create(services, "Kept")
    services.artists.artists.delete(artist.id, by=MIRA)
    notes = services.platform.databases.notes
    deleted = services.artists.artists.page(ArtistQuery(trash=True), by=MIRA).artists[0].deleted_at
    assert deleted is not None
    while notes.clock() <= deleted.timestamp() * 1000:
        pass  # The next millisecond.
    assert services.artists.trash.purge(lambda _: None) == 1
    with pytest.raises(ArtistNotFoundError):
        services.artists.artists.restore(artist.id, by=MIRA)
    assert services.artists.artists.get(kept.id, by=USER) == kept


def test_a_user_reads_and_nobody_has_to_sign_in(services: Services) -> None:
    artist = create(services, "Air")
    artists = services.artists.artists
    for attempt in (
        lambda: artists.create(change(name="B"), by=USER),
        lambda: artists.edit(artist.id, change(name="B"), by=USER),
        lambda: artists.delete(artist.id, by=USER),
        lambda: artists.restore(artist.id, by=USER),
        lambda: artists.page(ArtistQuery(trash=True), by=USER),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
    for attempt in (lambda: artists.get(artist.id, by=NOBODY), lambda: artists.page(ArtistQuery(), by=NOBODY)):
        with pytest.raises(NotSignedInError):
            attempt()


def test_what_happened_is_said_and_written_down(services: Services) -> None:
    heard: list[Said] = []
    services.platform.events.listen(
        Listener(name="test", wants=(ArtistCreated, ArtistDeleted), take=heard.append, at_once=True)
    )
    artist = create(services, "Air")
    services.artists.artists.delete(artist.id, by=MIRA)
    assert [(each.type, each.subject, each.actor.id) for each in heard] == [
        ("artist.created", artist.id, "mira"),
        ("artist.deleted", artist.id, "mira"),
    ]
    entries = services.audit.entries.read(AuditQuery(target=artist.id), limit=10, by=SYSTEM)
    assert [each.action for each in entries] == ["artist.deleted", "artist.created"]


def test_names_are_compared_without_marks() -> None:
    assert [name_key(each) for each in ("AC/DC", "P!nk", "!!!", "Ø  (Band)")] == ["ac dc", "p nk", "!!!", "o band"]
