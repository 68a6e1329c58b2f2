"""Lists of films after kills, cancelled, tried again, and where somebody else has one of their films."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM, ActorKind, Role
from services.actors.policy import Visibility
from services.assembly import Services
from services.imports.record import Import, ImportQuery, ImportRequest
from services.imports.tables import imports
from services.jobs.job import State
from services.jobs.tables import jobs
from services.library.video_change import VideoChange
from tests.film_site import Site, file, page, status
from tests.services.imports.conftest import Fetch, do
from tests.services.imports.test_files import Begin
from tests.services.imports.test_pages import RSS

pytestmark = pytest.mark.thorough


def feed(site: Site, film: bytes, *, parts: int) -> None:
    """A list at `/feed`, all of whose films are there."""
    items = "".join(f"<item><title>Part {n}</title><link>{site.url(f'/{n}.mp4')}</link></item>" for n in range(parts))
    site.pages["/feed"] = page(RSS.format(items=items), "application/rss+xml")
    site.pages |= {f"/{n}.mp4": file(film + bytes([0, 0, 0, 9]) + b"free" + bytes([n])) for n in range(parts)}


def entries_of(services: Services, found: Import) -> list[Import]:
    return list(services.imports.imports.page(ImportQuery(limit=10, parent=found.id), by=SYSTEM).imports)


def test_what_was_cancelled_of_a_list_stays_so_after_a_kill_and_until_the_list_is_retried(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    feed(site, film, parts=3)
    found = fetch(begin(site.url("/feed")))
    services.imports.imports.cancel(entries_of(services, found)[1].id, by=SYSTEM)
    # As it is where the worker was killed before it could say that it was done.
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(imports).where(imports.c.id == found.id).values(state="running"))
        connection.execute(update(jobs).where(jobs.c.id == found.job_id).values(state="queued", run_at=0))
    found = fetch(services.imports.imports.get(found.id, by=SYSTEM))
    states = [each.state for each in entries_of(services, found)]
    assert states == [State.QUEUED, State.CANCELLED, State.QUEUED]
    services.imports.imports.cancel(found.id, by=SYSTEM)
    assert {each.state for each in entries_of(services, found)} == {State.CANCELLED}


def test_a_list_that_is_tried_again_fetches_what_has_failed_in_its_place(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    feed(site, film, parts=2)
    site.pages["/1.mp4"], there = status(404), site.pages["/1.mp4"]
    found = fetch(begin(site.url("/feed")))
    for each in entries_of(services, found):
        do(services, each)
    site.pages["/1.mp4"] = there
    again, _ = services.imports.imports.retry(found.id, by=SYSTEM)
    found = fetch(again)
    entries = entries_of(services, found)
    assert [each.state for each in entries] == [State.DONE, State.QUEUED]
    do(services, entries[1])
    assert services.imports.imports.get(found.id, by=SYSTEM).error is None


def test_what_somebody_else_has_for_themselves_is_fetched_once_more(
    services: Services, site: Site, film: bytes
) -> None:
    feed(site, film, parts=2)
    mira, bela = (replace(SYSTEM, kind=ActorKind.PERSON, id=name, role=Role.USER) for name in ("mira", "bela"))
    own = do(services, services.imports.imports.begin(ImportRequest(url=site.url("/1.mp4")), by=mira)[0])
    private = VideoChange(visibility=Visibility.PRIVATE, title="Secret")
    services.library.videos.edit(own.video or "", private, by=SYSTEM, if_match=None)
    found = do(services, services.imports.imports.begin(ImportRequest(url=site.url("/feed")), by=bela)[0])
    entries = entries_of(services, found)
    assert [each.url for each in entries] == [site.url("/0.mp4"), site.url("/1.mp4")]
    done = do(services, entries[1])
    assert done.video not in {None, own.video}
    assert done.title != "Secret"
