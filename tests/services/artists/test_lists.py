"""Lists of artists in both databases: what a CSV says, and what comes of it."""

import pytest

from services.actors.errors import ForbiddenError
from services.artists.csv_lists import entries_of
from services.artists.errors import InvalidArtistError
from services.artists.lists import MOST_ENTRIES
from services.assembly import Services
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.sources import ArtistCreated
from tests.services.artists.test_artists import MIRA, USER, create, names


def outcomes(services: Services, text: str, *, preview: bool = False) -> list[tuple[int, str, str, str | None]]:
    lists = services.artists.lists
    found = (lists.preview if preview else lists.take_in)(entries_of(text), by=MIRA)
    return [(each.line, each.name, each.status.value, each.id) for each in found]


def test_a_preview_says_what_would_come_of_each_and_keeps_nothing(services: Services) -> None:
    air = create(services, "Air", ids={"spotify": "1"}, other_names=["French Band"])
    text = "Name,Spotify ID,text\nair,,\nOther,1,\nfrench  band,,\nBeck,2,Sings.\nBECK,,\nLow,2,\n,5,\n"
    would = [
        *((2, "air", "known", air.id), (3, "Other", "known", air.id), (4, "french band", "known", air.id)),
        *((5, "Beck", "new", None), (6, "BECK", "double", None), (7, "Low", "double", None), (8, "", "invalid", None)),
    ]
    assert outcomes(services, text, preview=True) == would
    assert names(services) == ["Air"]
    done = outcomes(services, text)
    beck = services.artists.artists.by_names(["beck"], by=USER)["beck"]
    assert done == [(line, name, status, beck.id if status == "new" else id_) for line, name, status, id_ in would]
    assert (beck.text, dict(beck.ids)) == ("Sings.", {"spotify": "2"})
    assert names(services) == ["Air", "Beck"]
    assert {status for _, _, status, _ in outcomes(services, text)} == {"known", "double", "invalid"}


def test_each_new_artist_is_told_of(services: Services) -> None:
    heard: list[Said] = []
    services.platform.events.listen(Listener(name="test", wants=(ArtistCreated,), take=heard.append, at_once=True))
    text = "\n".join(f"Artist {number}" for number in range(450))
    done = outcomes(services, text)
    assert {each.subject for each in heard} == {id_ for _, _, _, id_ in done}
    assert len(heard) == services.artists.artists.count(by=USER) == 450


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Air\nBeck", ["Air", "Beck"]),
        ("\ufeffname;links\r\nAir;https://a.example/|https://b.example/\r\n", ["Air"]),
        ('"Earth, Wind & Fire"\n\n"Two\nlines"', ["Earth, Wind & Fire", "Two\nlines"]),
        ("artist\tyoutube id\nAir\tUC1", ["Air"]),
        ("", []),
        ("\n,,\n", []),
    ],
)
def test_a_csv_is_read_as_spreadsheets_write_it(text: str, said: list[str]) -> None:
    assert [each.said.name for each in entries_of(text)] == said


def test_several_names_and_links_stand_in_a_cell() -> None:
    [entry] = entries_of("name;other names;links;imvdb\nAir; Air (band) |French Band;https://a.example/|;7")
    assert entry.said.other_names == ["Air (band)", "French Band"]
    assert entry.said.links == ["https://a.example/"]


def test_what_is_no_csv_or_too_long_is_refused(services: Services) -> None:
    for text in ('"Air', 'name\n"Air"x', "x" * 30_000, "a\n" * (MOST_ENTRIES + 1)):
        with pytest.raises(InvalidArtistError):
            entries_of(text)
    with pytest.raises(ForbiddenError):
        services.artists.lists.preview([], by=USER)
    [bad] = services.artists.lists.preview(entries_of("name,picture\nAir,javascript:alert(1)"), by=MIRA)
    assert (bad.status, bad.detail) == ("invalid", "A link must be a web address such as https://example.org.")
