"""Whatever happens at the very moment at which something else does, an import has one outcome, and it is true."""

from collections.abc import Callable
from typing import Any

import pytest

from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.actors.policy import Visibility
from services.assembly import Services
from services.events.event import Event
from services.events.events import Events
from services.events.sources import ImportStarted
from services.imports.errors import AlreadyHereError
from services.imports.record import Import, ImportKind, ImportQuery, ImportRequest
from services.imports.store import ImportStore
from services.jobs.errors import JobStateError
from services.jobs.job import Job, State
from services.jobs.jobs import Jobs
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.library.video_change import VideoChange
from services.uploads.uploads import Uploads
from tests.film_site import Site, Visit, file, in_turn, page
from tests.services.imports.conftest import Fetch
from tests.services.imports.test_files import Begin, count
from tests.services.imports.test_pages import RSS

pytestmark = pytest.mark.thorough


def person(name: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=name, name=name, role=Role.USER)


def test_a_film_that_has_come_in_when_it_is_cancelled_is_here(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/film.mp4"] = file(film)
    asked = begin(site.url("/film.mp4"))

    def complete(*rest: Any, **more: Any) -> Any:
        """Cancelled before the transaction that says it is done: SQLite writes one after the other."""
        store = services.imports.work.store
        services.jobs.store.cancel(asked.job_id or "")
        with store.writing() as other:
            assert store.give_up(asked.id, State.CANCELLED, None, on=other)
        return announce(*rest, **more)

    announce = Uploads.announce
    monkeypatch.setattr(Uploads, "announce", complete)
    done = fetch(asked)
    assert (done.state, done.error) == (State.DONE, None)
    assert count(services) == 1
    with pytest.raises(AlreadyHereError):
        begin(site.url("/film.mp4"))
    with pytest.raises(JobStateError):
        services.imports.imports.cancel(asked.id, by=SYSTEM)


def test_a_film_that_is_cancelled_before_its_last_byte_does_not_come_in(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    def cancelled(visit: Visit) -> None:
        visit.head(200, Content_Length=len(film), Content_Type="video/mp4")
        visit.send(film[:-1])
        services.imports.imports.cancel(asked.id, by=SYSTEM)
        visit.send(film[-1:])

    site.pages["/film.mp4"] = in_turn(file(film), cancelled)
    asked = begin(site.url("/film.mp4"))
    assert fetch(asked).state is State.CANCELLED
    assert count(services) == 0
    # And whoever asks for it again is given another.
    assert begin(site.url("/film.mp4")).id != asked.id


def test_a_film_whose_attempt_was_killed_and_that_was_cancelled_then_is_found_out(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> bool:
        raise RuntimeError("killed")

    site.pages["/film.mp4"] = file(film)
    asked = begin(site.url("/film.mp4"))
    with monkeypatch.context() as patched:
        patched.setattr(ImportStore, "finish", die)
        assert fetch(asked).state is State.QUEUED
    assert services.imports.imports.cancel(asked.id, by=SYSTEM).state is State.CANCELLED
    # While what worked on it may still be at it, it is left alone.
    assert services.imports.work.find_come_in(by=SYSTEM) == 0
    monkeypatch.setattr("services.imports.store._ATTEMPT_GONE", -1000)
    assert services.imports.work.find_come_in(by=SYSTEM) == 1
    assert services.imports.work.find_come_in(by=SYSTEM) == 0
    assert services.imports.imports.get(asked.id, by=SYSTEM).state is State.DONE
    assert count(services) == 1


def test_what_was_given_up_and_is_not_there_is_looked_for_once(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/film.mp4"] = file(film[: len(film) // 2])
    failed = fetch(begin(site.url("/film.mp4")))
    assert (failed.state, failed.draft is None) == (State.FAILED, False)
    monkeypatch.setattr("services.imports.store._ATTEMPT_GONE", -1000)
    assert services.imports.work.find_come_in(by=SYSTEM) == 0
    now = services.imports.imports.get(failed.id, by=SYSTEM)
    assert (now.state, now.draft) == (State.FAILED, None)


def test_a_last_attempt_that_does_not_learn_of_its_commit_is_done(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Uploads.commit

    def commit_and_forget(*rest: Any, **more: Any) -> None:
        commit(*rest, **more)
        raise ConnectionError("The answer was lost.")

    site.pages["/film.mp4"] = file(film)
    monkeypatch.setattr(Uploads, "commit", commit_and_forget)
    done = fetch(begin(site.url("/film.mp4")), last=True)
    assert (done.state, done.error) == (State.DONE, None)
    assert count(services) == 1


def test_that_it_was_begun_is_said_together_with_its_being_so(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    say: Callable[..., Any] = Events.say

    def lose(self: Events, event: Event, **more: Any) -> Any:
        if isinstance(event, ImportStarted):
            raise ConnectionError("lost")
        return say(self, event, **more)

    site.pages["/film.mp4"] = file(film)
    asked = begin(site.url("/film.mp4"))
    with monkeypatch.context() as patched:
        patched.setattr(Events, "say", lose)
        assert fetch(asked).started_at is None


def test_a_list_that_is_cancelled_while_its_films_are_begun_ends(
    services: Services, site: Site, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = "".join(f"<item><title>Part {n}</title><link>{site.url(f'/{n}.mp4')}</link></item>" for n in range(5))
    site.pages["/feed"] = page(RSS.format(items=items), "application/rss+xml")
    asked = begin(site.url("/feed"))
    add: Callable[..., Job] = Jobs.add
    added: list[Job] = []

    def cancel_after_two(self: Jobs, wish: Wish, *, by: Actor) -> Job:
        added.append(add(self, wish, by=by))
        if len(added) == 2:
            services.imports.imports.cancel(asked.id, by=SYSTEM)
        return added[-1]

    monkeypatch.setattr(Jobs, "add", cancel_after_two)
    found = fetch(asked)
    assert (found.kind, found.state) == (ImportKind.LIST, State.CANCELLED)
    entries = services.imports.imports.page(ImportQuery(limit=10, parent=found.id), by=SYSTEM).imports
    assert [each.state for each in entries] == [State.CANCELLED] * 2
    assert {job.state for job in services.jobs.store.these([each.id for each in added]).values()} == {State.CANCELLED}


def test_a_film_of_one_person_alone_stays_known_when_another_has_the_same_fetched(
    services: Services, site: Site, film: bytes, fetch: Fetch
) -> None:
    site.pages["/film.mp4"] = file(film)
    mira, noor = person("mira"), person("noor")

    def begun(by: Actor) -> Import:
        return services.imports.imports.begin(ImportRequest(url=site.url("/film.mp4")), by=by)[0]

    first = fetch(begun(mira))
    assert first.video is not None
    services.library.videos.edit(first.video, VideoChange(visibility=Visibility.PRIVATE), by=mira, if_match=None)
    second = fetch(begun(noor))
    assert second.state is State.DONE
    services.library.videos.edit(second.video or "", VideoChange(visibility=Visibility.PRIVATE), by=noor, if_match=None)
    for by, found in ((mira, first), (noor, second)):
        with pytest.raises(AlreadyHereError) as refused:
            begun(by)
        assert refused.value.video_id == found.video
    assert count(services) == 2


def test_an_import_that_fails_when_it_is_cancelled_has_failed(
    services: Services, site: Site, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = begin(site.url("/film.mp4"))
    cancel: Callable[..., Job | None] = JobStore.cancel

    def too_late(self: JobStore, job_id: str) -> Job | None:
        monkeypatch.undo()
        assert fetch(asked).state is State.FAILED
        return cancel(self, job_id)

    monkeypatch.setattr(JobStore, "cancel", too_late)
    with pytest.raises(JobStateError, match="failed"):
        services.imports.imports.cancel(asked.id, by=SYSTEM)
    now = services.imports.imports.get(asked.id, by=SYSTEM)
    assert (now.state, now.written_state, now.error) == (State.FAILED, State.FAILED, "It is not there.")


def test_an_import_that_is_lost_when_it_is_cancelled_has_failed(
    services: Services, site: Site, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = begin(site.url("/film.mp4"))
    cancel: Callable[..., Job | None] = JobStore.cancel

    def too_late(self: JobStore, job_id: str) -> Job | None:
        monkeypatch.undo()
        claim = self.claim_one(job_id, worker="a test")
        assert claim is not None
        self.fail(claim, "It was killed.", for_good=True)
        return cancel(self, job_id)

    monkeypatch.setattr(JobStore, "cancel", too_late)
    with pytest.raises(JobStateError, match="failed"):
        services.imports.imports.cancel(asked.id, by=SYSTEM)
    now = services.imports.imports.get(asked.id, by=SYSTEM)
    assert (now.written_state, now.error) == (State.FAILED, "It was killed.")


def test_an_import_that_is_about_to_be_queued_anew_is_not_given_up(
    services: Services, site: Site, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = begin(site.url("/film.mp4"))
    services.imports.imports.cancel(asked.id, by=SYSTEM)
    add: Callable[..., Job] = Jobs.add

    def settle_first(self: Jobs, wish: Wish, *, by: Actor) -> Job:
        assert services.imports.imports.settle(by=SYSTEM) == 0
        return add(self, wish, by=by)

    monkeypatch.setattr(Jobs, "add", settle_first)
    retried, job = services.imports.imports.retry(asked.id, by=SYSTEM)
    assert (retried.state, retried.written_state, job.id) == (State.QUEUED, State.QUEUED, asked.job_id)
