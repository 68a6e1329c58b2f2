"""What a source says of a film can be kept, or is left out; the film is here in any case."""

import pytest

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.imports.film_info import film_in
from services.jobs.job import State
from services.library.library import Library
from tests.film_site import Site, file, page
from tests.services.imports.conftest import Fetch
from tests.services.imports.test_files import Begin, count
from tests.services.imports.test_pages import PAGE

SAID = {"title": "The\0 sea", "description": "It is\0 deep\ud800.", "format_id": "1", "url": "https://films.example/a"}


def test_texts_are_such_as_every_database_keeps() -> None:
    film = film_in(SAID)
    assert (film.title, film.description) == ("The sea", "It is deep.")


def test_words_that_nobody_has_foreseen_cost_no_film(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise KeyError("words")

    text = PAGE.format(title="The sea", src="/film.mp4").replace(
        "<head>", '<head><meta name="description" content="S">'
    )
    site.pages["/watch"] = page(text)
    site.pages["/film.mp4"] = file(film)
    monkeypatch.setattr(Library, "edit", stumble)
    monkeypatch.setattr(
        "services.imports.page_films.film_in", lambda info: film_in(info | {"description": "It is deep."})
    )
    done = fetch(begin(site.url("/watch")))
    assert (done.state, done.error) == (State.DONE, None)
    assert count(services) == 1
    assert services.library.videos.get(done.video or "", by=SYSTEM).title == "The sea"
