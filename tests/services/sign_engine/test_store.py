"""The films that are on their way to a track, in each kind of database."""

from dataclasses import replace

from services.database.engine import Database
from services.sign_engine.store import SignFilm, SignFilmStore

MADE = SignFilm(video_id="signs.mp4", film_id="größe.mp4", language="gsg", job_id="5f2b", request="9f86")


def test_what_is_noted_is_found_by_its_job_until_it_is_forgotten(durable: Database) -> None:
    store = SignFilmStore(durable)
    before = replace(MADE, video_id="before.mp4", request=None)
    other = replace(MADE, video_id="other.mp4", job_id="6a3c")
    for each in (MADE, before, other):
        store.note(each)
    assert set(store.of_job("5f2b")) == {MADE, before}
    assert set(store.all()) == {MADE, before, other}
    # Another job has made a newer one of it, so that this one is to go.
    replaced = replace(MADE, job_id="6a3c", request=None)
    store.note(replaced)
    assert set(store.of_job("6a3c")) == {other, replaced}
    store.forget(replaced)
    store.forget(replaced)
    assert set(store.all()) == {before, other}
