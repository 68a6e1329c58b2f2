"""Films that were known before long lists had their indexes are found, put in order and narrowed as later ones are."""

from sqlalchemy import create_engine, text

from services.database.migrations import run
from tests.services.database.artist_samples import ARTISTS
from tests.services.database.samples import write_samples


def test_words_learn_what_their_films_are(database_url: str) -> None:
    run.upgrade(database_url, target="artists_1")
    write_samples(database_url, "artists_1")
    engine = create_engine(database_url)
    with engine.begin() as on:
        on.execute(text("UPDATE reelgate_wanted SET title = '“Jóga” (live)', title_key = '“joga” (live)'"))
    run.upgrade(database_url, target="artists_2")
    with engine.connect() as on:
        assert on.scalar(text("SELECT title_key FROM reelgate_wanted")) == "joga live"
        [row] = on.execute(text("SELECT * FROM reelgate_wanted_words")).mappings()
    film = ARTISTS["reelgate_wanted"][0]
    assert row["word"] == "joga"
    assert row["title_key"] == "joga live"
    assert all(row[name] == film[name] for name in row.keys() - {"word", "wanted_id", "title_key"})
    engine.dispose()
