"""What has changed is found once, in its order, and nobody is told of what they may not see."""

import pytest
from sqlalchemy import delete, func, insert, select, update

from services.actors.actor import ANYONE, NOBODY, SYSTEM, Actor, ActorKind, LinkKind, LinkRight, Role, Scope
from services.actors.policy import Visibility
from services.database.engine import Database
from services.events.catalogue import EVENTS
from services.events.envelope import said_by, to_message
from services.events.events import Events
from services.events.feed import KEPT_SECONDS
from services.events.people import UserCreated
from services.events.tables import feed
from services.events.videos import (
    CaptionsChanged,
    ClipCreated,
    ProcessingStarted,
    VideoChanged,
    VideoTrashed,
    VideoUploaded,
    access_of,
)
from services.jobs.job import MOST_SILENCES, Lane
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from services.jobs.tables import jobs
from services.updates.change import Position, position_of
from services.updates.finding import HIDDEN, JOB_CHANGED, PROCESSING, TOLD, ChangeFinder, FoundChanges
from tests.services.updates.conftest import FILM, TEAM_FILM, Edited

POSTER = Kind(name="poster", lane=Lane.QUICK, recipe=1, run=lambda _: None)


def person(id_: str, role: Role = Role.USER, **more: object) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=id_, name=id_, role=role, **more)  # type: ignore[arg-type]


PEOPLE = {
    "nobody": NOBODY,
    "link": Actor(kind=ActorKind.LINK, id="l", name="l", link=LinkRight(kind=LinkKind.INBOX)),
    "stranger": person("stranger"),
    "reader": person("reader", Role.READONLY),
    "uploader": Actor(
        kind=ActorKind.TOKEN, id="owner", name="owner", role=Role.USER, scopes=frozenset[Scope](), link=None
    ),
    "owner": person("owner"),
    "viewer": person("viewer", Role.READONLY, views=frozenset({"series"})),
    "manager": person("manager", Role.MANAGER),
    "desk": ANYONE,
}
OWN = {"owner", "viewer", "manager", "desk"}
MEMBERS = OWN | {"stranger", "reader"}


def told(found: FoundChanges) -> list[tuple[str, str]]:
    return [(change.type, change.id) for change in found.changes]


def told_to(found: FoundChanges) -> dict[tuple[str, str], set[str]]:
    return {
        (change.type, change.id): {name for name, actor in PEOPLE.items() if change.seen_by(actor)}
        for change in found.changes
    }


def test_each_is_told_only_of_videos_that_it_may_see(events: Events, finding: ChangeFinder, edited: Edited) -> None:
    begun = finding.now()
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    events.say(VideoUploaded(video=TEAM_FILM), by=SYSTEM)
    events.say(VideoTrashed(video=edited()), by=SYSTEM)
    events.say(CaptionsChanged(video_id=FILM.id, language="en"), by=SYSTEM)
    events.say(ClipCreated(clip_id="clip.mp4", video_id=FILM.id, start=0, end=1), by=SYSTEM)
    events.say(ProcessingStarted(video_id=TEAM_FILM.id, kind="poster", job_id="j"), by=SYSTEM)
    assert told_to(finding.after(begun)) == {
        ("video.uploaded", FILM.id): OWN,
        ("video.uploaded", TEAM_FILM.id): MEMBERS,
        ("video.trashed", FILM.id): OWN,
        ("captions.changed", FILM.id): OWN,
        ("clip.created", FILM.id): OWN,
        ("video.processing.started", TEAM_FILM.id): MEMBERS,
    }


def test_who_may_see_it_no_longer_is_told_that_it_is_hidden_and_nobody_else(
    events: Events, finding: ChangeFinder, edited: Edited
) -> None:
    begun = finding.now()
    shown = edited(visibility=Visibility.TEAM)
    events.say(VideoChanged(video=edited(), before=access_of(shown)), by=SYSTEM)
    assert told_to(finding.after(begun)) == {
        ("video.changed", FILM.id): OWN,
        (HIDDEN, FILM.id): MEMBERS - OWN,
    }


def test_a_job_is_told_to_who_may_see_it_and_its_progress_to_who_may_see_the_video(
    store: JobStore, finding: ChangeFinder
) -> None:
    begun = finding.now()
    job = store.add(POSTER, by=PEOPLE["stranger"], video=FILM.id)
    store.add(POSTER, by=PEOPLE["stranger"], video="nowhere.mp4")
    found = finding.after(begun)
    by_type = [
        (change.type, change.id, {n for n, a in PEOPLE.items() if change.seen_by(a)}) for change in found.changes
    ]
    assert (JOB_CHANGED, job.id, {"stranger", "manager", "desk"}) in by_type
    assert (PROCESSING, FILM.id, OWN) in by_type
    assert len(by_type) == 3, "of a video that the index does not know nothing is told"


def test_whatever_happens_to_a_job_is_found(store: JobStore, finding: ChangeFinder) -> None:
    def states() -> list[str]:
        return [str(change.job.state) for change in finding.after(begun).changes if change.job]

    begun = finding.now()
    job = store.add(POSTER, by=SYSTEM)
    assert states() == ["queued"]
    claim = store.claim(Lane.QUICK, worker="w")
    assert claim is not None
    assert store.beat(claim, progress=0.5)
    assert [change.job.progress for change in finding.after(begun).changes if change.job] == [0.5]
    store.fail(claim, "no film", for_good=True)
    assert states() == ["failed"]
    store.add(POSTER, by=SYSTEM, again=True)
    assert states() == ["queued"]
    store.cancel(job.id)
    assert states() == ["cancelled"]
    store.retry(job.id)
    assert states() == ["queued"]


def test_a_job_that_fell_silent_is_found(durable: Database, store: JobStore, finding: ChangeFinder) -> None:
    store.add(POSTER, by=SYSTEM)
    assert store.claim(Lane.QUICK, worker="w") is not None
    with durable.writing() as connection:
        connection.execute(update(jobs).values(lease_until=1, silences=MOST_SILENCES, changed_at=1))
    begun = finding.now()
    assert len(store.end_lost()) == 1
    assert [change.type for change in finding.after(begun).changes] == [JOB_CHANGED]


def test_events_that_are_not_of_videos_are_kept_nowhere(events: Events, finding: ChangeFinder) -> None:
    begun = finding.now()
    events.say(UserCreated(user_id="u", username="amina", role="USER"), by=SYSTEM)
    assert told(finding.after(begun)) == []
    assert finding.now().number == begun.number
    assert not {each for each in EVENTS if each not in TOLD} & set(TOLD)


def test_who_comes_again_is_told_exactly_what_it_missed_in_its_order(
    durable: Database, events: Events, finding: ChangeFinder, edited: Edited
) -> None:
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    reached = position_of(str(finding.after(Position(at=finding.now().at, number=0)).changes[-1].position))
    assert reached is not None
    events.say(VideoChanged(video=edited()), by=SYSTEM)
    events.say(VideoTrashed(video=edited()), by=SYSTEM)
    found = finding.after(reached)
    missed = [("video.changed", FILM.id), ("video.trashed", FILM.id)]
    # PostgreSQL may have been late with a lower number, and tells of it once more.
    assert told(found)[-2:] == missed
    if durable.is_sqlite:
        assert told(found) == missed
        assert told(finding.after(found.position)) == []


def test_a_page_goes_on_from_the_time_of_its_making(events: Events, finding: ChangeFinder) -> None:
    now = finding.now().at
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    assert told(finding.after(Position(at=now))) == [("video.uploaded", FILM.id)]
    assert told(finding.after(Position(at=now + 30_000))) == []


def test_a_number_that_is_seen_late_is_not_missed(
    durable: Database, events: Events, finding: ChangeFinder, edited: Edited
) -> None:
    if durable.is_sqlite:
        pytest.skip("SQLite has one writer at a time.")
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    late = said_by(SYSTEM, VideoChanged(video=edited()))
    with durable.writing() as connection:
        number = connection.scalar(select(func.max(feed.c.number))) or 0
        connection.execute(update(feed).values(number=number + 1))
    reached = finding.after(Position(at=finding.now().at, number=0)).position
    assert reached.number == number + 1
    row = {"number": number, "event_id": late.id, "type": late.type, "message": to_message(late)}
    with durable.writing() as connection:
        connection.execute(insert(feed).values(**row, kept_at=finding.now().at))
    assert ("video.changed", FILM.id) in told(finding.after(reached))


def test_what_can_no_longer_be_told_is_a_gap(durable: Database, events: Events, finding: ChangeFinder) -> None:
    now = finding.now()
    assert not finding.after(now).is_gap
    assert finding.after(Position(number=0, at=now.at - int(KEPT_SECONDS * 1000))).is_gap
    assert finding.after(Position(number=0, at=now.at + 3_600_000)).is_gap
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    with durable.writing() as connection:
        connection.execute(update(feed).values(kept_at=1))
    assert events.feed.forget_old() == 1


def test_numbers_are_not_given_twice(durable: Database, events: Events, finding: ChangeFinder, edited: Edited) -> None:
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    first = finding.now()
    with durable.writing() as connection:
        connection.execute(delete(feed))
    events.say(VideoChanged(video=edited()), by=SYSTEM)
    assert (finding.now().number or 0) > (first.number or 0)
    assert told(finding.after(first)) == [("video.changed", FILM.id)]


def test_what_only_a_newer_version_says_is_left_to_it(durable: Database, events: Events, finding: ChangeFinder) -> None:
    begun = finding.now()
    rows = [
        {"event_id": "a", "type": "video.dreamt", "message": "{}", "kept_at": begun.at},
        {"event_id": "b", "type": "video.changed", "message": "{}", "kept_at": begun.at},
    ]
    with durable.writing() as connection:
        connection.execute(insert(feed), rows)
    events.say(VideoUploaded(video=FILM), by=SYSTEM)
    assert told(finding.after(begun)) == [("video.uploaded", FILM.id)]


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "1-2-3", "٣", "1" * 40, " 1", "1-1\n"])
def test_a_position_that_nobody_has_given_out_is_none(text: str) -> None:
    assert position_of(text) is None


def test_a_position_is_read_as_it_was_given_out() -> None:
    for position in (Position(number=7, at=1795083312345), Position(at=5)):
        assert position_of(str(position)) == position
