"""Wanted films are fetched from a real site, and are as far as their imports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.actors.actor import NOBODY, SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.actors.policy import Visibility
from services.artists.artist import WantedState
from services.artists.candidate import Wanted
from services.artists.errors import NoAddressError, WantedNotFoundError
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.egress.errors import AddressNotAllowedError
from services.imports.errors import AlreadyHereError
from services.imports.record import Import, ImportRequest
from services.library.video_change import VideoChange
from tests.accounts import Build
from tests.film_site import Site, file, running_site, status
from tests.media_films import make_film
from tests.services.artists.test_artists import MIRA, USER, create
from tests.services.artists.test_wanted import film as found_film
from tests.services.conftest import NewDatabase
from tests.services.imports.conftest import do

READER = Actor(kind=ActorKind.PERSON, id="r", name="Rita", role=Role.READONLY)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4").read_bytes()


@pytest.fixture
def site(content: bytes) -> Iterator[Site]:
    with running_site() as found:
        found.pages["/kelly.mp4"] = file(content)
        yield found


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """Of SQLite: what differs in PostgreSQL is tried beside."""
    return new_database("sqlite")


@pytest.fixture
def services(build: Build, site: Site, tmp_path: Path) -> Services:
    made = build(egress_allow_hosts=(site.host,), temp_dir=tmp_path / "scratch")
    made.platform.blob_storage().prepare()
    return made


@pytest.fixture
def kelly(services: Services, site: Site) -> Wanted:
    """A film of an artist that lies on the site."""
    artist = create(services, "Air")
    [new] = services.artists.wanted.found(artist.id, [found_film("Kelly", url=site.url("/kelly.mp4"))], by=SYSTEM)
    return new


def now(services: Services, film: Wanted) -> Wanted:
    services.platform.events.deliver()
    return services.artists.wanted.get(film.id, by=SYSTEM)


def download(services: Services, film: Wanted) -> Import:
    return services.artists.downloads.begin(film.id, by=USER)[0]


def test_a_wanted_film_becomes_a_video(services: Services, kelly: Wanted) -> None:
    begun = download(services, kelly)
    assert (begun.title, begun.artist, begun.owner) == ("Kelly", kelly.artist_id, USER.id)
    going = now(services, kelly)
    assert (going.state, going.import_id) == (WantedState.DOWNLOADING, begun.id)
    assert download(services, kelly).id == begun.id
    done = do(services, begun)
    here = now(services, kelly)
    assert (here.state, here.video_id, here.error) == (WantedState.DOWNLOADED, done.video, None)
    assert services.library.videos.get(done.video or "", by=SYSTEM).about.artists == (kelly.artist_id,)
    with pytest.raises(AlreadyHereError) as refused:
        download(services, kelly)
    assert refused.value.video_id == done.video
    entries = services.audit.entries.read(AuditQuery(action="import.asked"), limit=5, by=SYSTEM)
    assert {entry.details["wanted"] for entry in entries} == {kelly.id}


def test_what_cannot_be_fetched_says_why_and_can_be_tried_again(
    services: Services, site: Site, kelly: Wanted, content: bytes
) -> None:
    site.pages["/kelly.mp4"] = status(404)
    begun = do(services, download(services, kelly))
    failed = now(services, kelly)
    assert (failed.state, failed.error) == (WantedState.FAILED, begun.error)
    assert failed.error
    site.pages["/kelly.mp4"] = file(content)
    do(services, download(services, kelly))
    assert (now(services, kelly).state, now(services, kelly).error) == (WantedState.DOWNLOADED, None)


def test_a_cancelled_film_is_wanted_again(services: Services, kelly: Wanted) -> None:
    begun = download(services, kelly)
    services.imports.imports.cancel(begun.id, by=USER)
    assert now(services, kelly).state is WantedState.WANTED


def test_an_import_that_somebody_begins_elsewhere_is_followed(services: Services, site: Site, kelly: Wanted) -> None:
    begun, _ = services.imports.imports.begin(ImportRequest(url=site.url("/kelly.mp4")), by=USER)
    assert now(services, kelly).state is WantedState.WANTED
    done = do(services, begun)
    here = now(services, kelly)
    assert (here.state, here.video_id, here.import_id) == (WantedState.DOWNLOADED, done.video, begun.id)


def test_what_is_here_by_another_way_is_found_to_be(services: Services, site: Site, kelly: Wanted) -> None:
    done = do(services, services.imports.imports.begin(ImportRequest(url=site.url("/kelly.mp4")), by=USER)[0])
    with pytest.raises(AlreadyHereError):
        download(services, kelly)
    assert services.artists.wanted.get(kelly.id, by=SYSTEM).video_id == done.video
    assert done.video is not None
    services.library.videos.edit(done.video, VideoChange(title="Another"), by=SYSTEM, if_match=None)
    assert now(services, kelly).state is WantedState.DOWNLOADED


def test_a_film_that_was_deleted_for_good_is_not_wanted_by_itself(services: Services, kelly: Wanted) -> None:
    done = do(services, download(services, kelly))
    assert now(services, kelly).state is WantedState.DOWNLOADED
    assert done.video is not None
    services.library.videos.trash(done.video, by=SYSTEM)
    assert now(services, kelly).state is WantedState.DOWNLOADED
    services.library.trash.purge_one(done.video, by=SYSTEM)
    gone = now(services, kelly)
    assert (gone.state, gone.video_id) == (WantedState.IGNORED, None)


def test_what_cannot_be_begun_leaves_the_film_as_it_was(services: Services, kelly: Wanted) -> None:
    inward = found_film("Inward", url="http://127.0.0.1:1/film.mp4")
    [nowhere, hidden] = services.artists.wanted.found(kelly.artist_id, [found_film("Nowhere"), inward], by=SYSTEM)
    for film, refusal in ((nowhere, NoAddressError), (hidden, AddressNotAllowedError)):
        with pytest.raises(refusal):
            download(services, film)
        assert now(services, film).state is WantedState.WANTED
    with pytest.raises(WantedNotFoundError):
        services.artists.downloads.begin("none", by=USER)
    for by, refused in ((READER, ForbiddenError), (NOBODY, NotSignedInError)):
        with pytest.raises(refused):
            services.artists.downloads.begin(kelly.id, by=by)
    assert now(services, kelly).state is WantedState.WANTED


def test_an_ignored_film_is_fetched_for_those_who_may_want_it_again(services: Services, kelly: Wanted) -> None:
    services.artists.deciding.decide(kelly.id, WantedState.IGNORED, by=MIRA)
    with pytest.raises(ForbiddenError, match="ignored"):
        download(services, kelly)
    assert now(services, kelly).state is WantedState.IGNORED
    services.artists.downloads.begin(kelly.id, by=MIRA)
    assert now(services, kelly).state is WantedState.DOWNLOADING


def test_films_of_an_artist_in_the_trash_are_not_fetched(services: Services, kelly: Wanted) -> None:
    assert kelly.artist_id is not None
    services.artists.artists.delete(kelly.artist_id, by=MIRA)
    for by in (USER, MIRA):
        with pytest.raises(WantedNotFoundError, match="trash"):
            services.artists.downloads.begin(kelly.id, by=by)
    services.artists.artists.restore(kelly.artist_id, by=MIRA)
    assert download(services, kelly).url == kelly.url


def test_a_film_is_not_here_for_who_may_not_see_it_or_while_it_is_in_the_trash(
    services: Services, kelly: Wanted
) -> None:
    own = do(services, services.artists.downloads.begin(kelly.id, by=MIRA)[0])
    assert own.video is not None
    private = VideoChange(visibility=Visibility.PRIVATE)
    services.library.videos.edit(own.video, private, by=SYSTEM, if_match=None)
    assert now(services, kelly).video_id == own.video
    other = do(services, download(services, kelly))
    assert other.video not in {None, own.video}
    assert now(services, kelly).video_id == other.video
    with pytest.raises(AlreadyHereError):
        download(services, kelly)
    assert other.video is not None
    services.library.videos.trash(other.video, by=SYSTEM)
    assert do(services, download(services, kelly)).video not in {None, own.video, other.video}
