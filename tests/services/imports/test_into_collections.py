"""Films come into collections that whoever asks may change, and for artists that are here."""

from collections.abc import Callable

import pytest

from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.artists.change import ArtistChange
from services.assembly import Services
from services.collections.change import CollectionChange
from services.imports.errors import InvalidImportError
from services.imports.into_collections import GONE
from services.imports.record import Import, ImportQuery, ImportRequest
from services.jobs.job import State
from services.library.catalogue import PageQuery
from services.videos.video import Video
from tests.ageing import age_collection
from tests.film_site import Site, Visit, file, in_turn, page
from tests.services.imports.conftest import Fetch, do
from tests.services.imports.test_files import Begin
from tests.services.imports.test_pages import RSS

MIRA = Actor(kind=ActorKind.PERSON, id="mira", name="Mira", role=Role.MANAGER)
BELA = Actor(kind=ActorKind.PERSON, id="bela", name="Bela", role=Role.USER)
NOOR = Actor(kind=ActorKind.PERSON, id="noor", name="Noor", role=Role.USER)


@pytest.fixture
def made(services: Services) -> Callable[[Actor], str]:
    """Makes a collection of somebody's, which everybody sees."""
    return lambda by: services.collections.collections.create(CollectionChange(title="Series"), by=by).id


def delete(services: Services, id_: str, *, for_good: bool = False) -> None:
    services.collections.collections.delete(id_, by=SYSTEM)
    if for_good:
        age_collection(services, id_, days=400)
        assert services.collections.trash.purge(lambda _: None) == 1


def video_of(services: Services, found: Import) -> Video:
    assert found.video is not None
    return services.library.videos.stored(found.video, by=SYSTEM)


def test_a_film_comes_into_a_collection_of_those_who_may_change_it(
    services: Services, site: Site, film: bytes, made: Callable[[Actor], str]
) -> None:
    own = made(BELA)
    for by in (BELA, MIRA):
        site.pages[f"/{by.id}.mp4"] = file(film)
        asked = ImportRequest(url=site.url(f"/{by.id}.mp4"), collection=own)
        done = do(services, services.imports.imports.begin(asked, by=by)[0])
        assert (done.state, done.error, video_of(services, done).collections) == (State.DONE, None, (own,))


def test_a_collection_that_is_not_there_or_not_theirs_to_change_is_refused(
    services: Services, site: Site, made: Callable[[Actor], str]
) -> None:
    others, gone = made(BELA), made(NOOR)
    delete(services, gone)
    for by, id_ in ((NOOR, others), (NOOR, gone), (MIRA, gone), (MIRA, "0" * 24), (SYSTEM, "no id"), (SYSTEM, "")):
        with pytest.raises(InvalidImportError, match="no collection of that id that you may change") as refused:
            services.imports.imports.begin(ImportRequest(url=site.url("/film.mp4"), collection=id_), by=by)
        assert refused.value.errors[0]["field"] == "collection"
    assert not services.imports.imports.page(ImportQuery(limit=9), by=SYSTEM).imports


def test_an_artist_that_is_not_here_is_refused(services: Services, site: Site, begin: Begin) -> None:
    here, gone = (services.artists.artists.create(ArtistChange(name=name), by=SYSTEM).id for name in ("Air", "Beck"))
    services.artists.artists.delete(gone, by=SYSTEM)
    for id_ in (gone, "0" * 24, "no id"):
        with pytest.raises(InvalidImportError, match="no artist of that id"):
            begin(site.url("/film.mp4"), artist=id_)
    assert begin(site.url("/film.mp4"), artist=here).artist == here


@pytest.mark.parametrize("for_good", [False, True])
def test_a_film_comes_in_without_a_collection_that_went_before(
    services: Services,
    site: Site,
    film: bytes,
    made: Callable[[Actor], str],
    begin: Begin,
    fetch: Fetch,
    for_good: bool,
) -> None:
    site.pages["/film.mp4"] = file(film)
    collection = made(BELA)
    asked = begin(site.url("/film.mp4"), collection=collection)
    delete(services, collection, for_good=for_good)
    done = fetch(asked)
    assert (done.state, done.error, video_of(services, done).collections) == (State.DONE, GONE, ())
    assert services.imports.imports.get(done.id, by=SYSTEM).error == GONE


def test_a_film_comes_in_without_a_collection_that_went_while_it_came(
    services: Services, site: Site, film: bytes, made: Callable[[Actor], str], begin: Begin, fetch: Fetch
) -> None:
    def deleted(visit: Visit) -> None:
        visit.head(200, Content_Length=len(film), Content_Type="video/mp4")
        visit.send(film[:-1])
        delete(services, collection)
        visit.send(film[-1:])

    site.pages["/film.mp4"] = in_turn(file(film), deleted)
    collection = made(BELA)
    done = fetch(begin(site.url("/film.mp4"), collection=collection))
    assert (done.state, done.error, video_of(services, done).collections) == (State.DONE, GONE, ())
    # Brought back, it has not got it either, in the index as in storage.
    services.collections.collections.restore(collection, by=SYSTEM)
    query = PageQuery(collection=collection, collection_ids=(collection,))
    assert not services.library.videos.page(query, by=SYSTEM).videos


def test_the_films_of_a_list_do_likewise(
    services: Services, site: Site, film: bytes, made: Callable[[Actor], str], begin: Begin, fetch: Fetch
) -> None:
    site.pages["/1.mp4"] = file(film)
    item = f"<item><title>One</title><link>{site.url('/1.mp4')}</link></item>"
    site.pages["/feed"] = page(RSS.format(items=item), "application/rss+xml")
    collection = made(BELA)
    found = fetch(begin(site.url("/feed"), collection=collection))
    delete(services, collection)
    [entry] = services.imports.imports.page(ImportQuery(limit=9, parent=found.id), by=SYSTEM).imports
    done = fetch(entry)
    assert (done.state, done.error, video_of(services, done).collections) == (State.DONE, GONE, ())
