"""What is due is begun once, survives whatever clocks and processes do, and brings no more than it may."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM
from services.artists.artist import WantedState
from services.artists.change import ArtistChange
from services.artists.store.pages import WantedQuery
from services.assembly import Services
from services.database.engine import Database
from services.jobs.job import Lane
from services.jobs.kinds import Work
from services.subscriptions.errors import InvalidSubscriptionError, SubscriptionExistsError, SubscriptionNotFoundError
from services.subscriptions.subscription import Subscription, SubscriptionChange, SubscriptionKind
from services.subscriptions.subscriptions import NewSubscription
from services.subscriptions.tables import finds, subscriptions
from tests.accounts import Build
from tests.outside_services import Answered, OutsideService, running_outside_service, said

HOUR = 3_600_000


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture
def services(build: Build, outside: OutsideService) -> Services:
    outside.first, outside.asked = [], []
    outside.answer = lambda _: feed(range(5))
    where: dict[str, Any] = {"musicbrainz_url": outside.url}
    return build(egress_allow_hosts=(outside.host,), **where)


def feed(numbers: Any) -> Answered:
    """A feed whose newest entry has the highest number."""
    items = [{"id": f"item-{n}", "title": f"Film {n}", "url": f"/{n}.mp4"} for n in reversed(numbers)]
    return said({"version": "https://jsonfeed.org/version/1.1", "title": "Films", "items": items})


def subscribed(services: Services, outside: OutsideService, **more: Any) -> Subscription:
    asked = NewSubscription(kind=SubscriptionKind.FEED, url=f"{outside.url}/feed.json", **more)
    return services.subscriptions.subscriptions.add(asked, by=SYSTEM)


def begin(services: Services) -> int:
    return services.subscriptions.subscriptions.begin_due(lambda _: None, by=SYSTEM)


def waiting(services: Services) -> list[str]:
    """The subscriptions that jobs wait for."""
    found = []
    while (claim := services.jobs.store.claim(Lane.QUICK, worker="test")) is not None:
        found.append(str(claim.job.arguments["subscription"]))
        services.jobs.store.finish(claim)
    return found


def look(services: Services, each: Subscription) -> Any:
    """Look at it in this process."""
    job = services.subscriptions.subscriptions.run(each.id, by=SYSTEM)
    kind = services.jobs.kinds.get("subscription")
    assert kind is not None
    return kind.run(Work(job=job, tell_progress=lambda _: None))


def titles(services: Services, state: WantedState | None = WantedState.WANTED) -> list[str]:
    found = services.artists.wanted.page(WantedQuery(), by=SYSTEM).wanted
    return sorted(each.title for each in found if state is None or each.state is state)


def let(services: Services, **values: Any) -> None:
    durable: Database = services.platform.databases.durable
    with durable.writing() as connection:
        connection.execute(update(subscriptions).values(**values))


def known(services: Services, each: Subscription) -> Subscription:
    return services.subscriptions.subscriptions.get(each.id, by=SYSTEM)


def test_what_is_due_is_begun_once_by_whoever_comes_first(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside, interval_minutes=60)
    assert begin(services) == 1
    assert begin(services) == 0
    assert waiting(services) == [each.id]
    now = services.platform.databases.notes.clock()
    assert abs(known(services, each).next_run_at - now - HOUR) < 5 * 60_000
    let(services, next_run_at=1)
    assert begin(services) == 1
    assert waiting(services) == [each.id]


def test_what_a_wrong_clock_has_put_off_is_due(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside, interval_minutes=60)
    let(services, next_run_at=9_000_000_000_000)
    assert begin(services) == 1
    assert known(services, each).next_run_at < 9_000_000_000_000


def test_what_was_missed_is_looked_at_once(services: Services, outside: OutsideService) -> None:
    subscribed(services, outside, interval_minutes=5)
    let(services, next_run_at=1)
    assert (begin(services), begin(services)) == (1, 0)


def test_a_paused_one_is_not_looked_at_and_goes_on(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside, paused=True)
    assert begin(services) == 0
    services.subscriptions.subscriptions.change(each.id, SubscriptionChange(paused=False), by=SYSTEM)
    assert begin(services) == 1


def test_nothing_is_looked_at_while_it_is_quiet(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside)
    # All of the day but a minute, in one of two halves of it.
    now = services.platform.databases.notes.clock()
    minute = now // 60_000 % 1440
    quiet = "12:01-12:00" if not 719 <= minute <= 721 else "00:01-00:00"
    services.subscriptions.subscriptions.change(each.id, SubscriptionChange(quiet_hours=quiet), by=SYSTEM)
    assert known(services, each).next_run_at > now
    let(services, next_run_at=1)
    assert begin(services) == 0
    assert known(services, each).next_run_at > now
    assert waiting(services) == []


def test_a_feed_is_wanted_once(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside)
    assert len(look(services, each)) == 5
    assert look(services, each) == []
    outside.answer = lambda _: feed(range(7))
    assert [result["detail"] for result in look(services, each)] == ["Film 6", "Film 5"]
    assert titles(services) == [f"Film {n}" for n in range(7)]
    now = known(services, each)
    assert (now.last_found, now.last_error) == (2, None)
    assert now.last_run_at is not None


def test_no_more_is_brought_in_a_day_than_it_may(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside, max_per_day=2)
    assert len(look(services, each)) == 2
    assert look(services, each) == []
    assert titles(services) == ["Film 3", "Film 4"]
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(finds).values(found_at=1))
    assert len(look(services, each)) == 2
    assert titles(services) == [f"Film {n}" for n in (1, 2, 3, 4)]


def test_the_newest_are_kept_and_older_ones_let_go(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside, keep=2)
    assert len(look(services, each)) == 2
    assert titles(services) == ["Film 3", "Film 4"]
    outside.answer = lambda _: feed(range(6))
    look(services, each)
    assert titles(services) == ["Film 4", "Film 5"]
    assert titles(services, WantedState.IGNORED) == ["Film 3"]
    assert look(services, each) == []


def test_a_feed_that_fails_says_why_and_is_looked_at_again(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside)
    outside.answer = lambda _: said({}, status=404)
    with pytest.raises(Exception, match="404"):
        look(services, each)
    assert "404" in (known(services, each).last_error or "")
    outside.answer = lambda _: feed(range(1))
    look(services, each)
    assert known(services, each).last_error is None


def test_a_channel_is_read_by_the_feed_that_its_page_names(services: Services, outside: OutsideService) -> None:
    page = b'<html><head><link rel="alternate" type="application/feed+json" href="/feed.json"></head></html>'
    outside.answer = lambda asked: Answered(body=page) if asked.path == "/channel" else feed(range(3))
    asked = NewSubscription(kind=SubscriptionKind.CHANNEL, url=f"{outside.url}/channel")
    each = services.subscriptions.subscriptions.add(asked, by=SYSTEM)
    assert len(look(services, each)) == 3


def test_an_artist_and_a_search_are_looked_up_at_all_services(services: Services, outside: OutsideService) -> None:
    credit = [{"name": "Hollow Tide", "artist": {"id": "x", "name": "Hollow Tide"}}]
    deep = {"id": "r", "title": "Deep", "video": True, "artist-credit": credit}
    outside.answer = lambda _: said({"count": 1, "recordings": [deep]})
    artist = services.artists.artists.create(ArtistChange(name="Hollow Tide"), by=SYSTEM)
    for asked in (
        NewSubscription(kind=SubscriptionKind.ARTIST, artist=artist.id),
        NewSubscription(kind=SubscriptionKind.SEARCH, query="Hollow  Tide", artist=artist.id),
    ):
        look(services, services.subscriptions.subscriptions.add(asked, by=SYSTEM))
    [wanted] = services.artists.wanted.page(WantedQuery(), by=SYSTEM).wanted
    assert (wanted.title, wanted.service, wanted.artist_id) == ("Deep", "musicbrainz", artist.id)
    assert 0.8 < wanted.confidence < 0.9
    assert "MusicBrainz" in wanted.reason


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("interval_minutes", {"interval_minutes": 4}),
        ("interval_minutes", {"interval_minutes": 10**9}),
        ("max_per_day", {"max_per_day": -1}),
        ("keep", {"keep": 10**6}),
        ("quiet_hours", {"quiet_hours": "at night"}),
        ("time_zone", {"time_zone": "Nowhere"}),
        ("artist", {"artist": "nobody"}),
    ],
)
def test_what_makes_no_sense_is_refused(
    services: Services, outside: OutsideService, field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(InvalidSubscriptionError) as refused:
        subscribed(services, outside, **change)
    assert refused.value.errors[0]["field"] == field


def test_the_same_is_looked_at_once_and_gone_is_gone(services: Services, outside: OutsideService) -> None:
    each = subscribed(services, outside)
    with pytest.raises(SubscriptionExistsError) as refused:
        subscribed(services, outside)
    assert refused.value.id == each.id
    look(services, each)
    services.subscriptions.subscriptions.remove(each.id, by=SYSTEM)
    with pytest.raises(SubscriptionNotFoundError):
        services.subscriptions.subscriptions.remove(each.id, by=SYSTEM)
    assert len(titles(services)) == 5
    again = subscribed(services, outside)
    assert look(services, again) == []
