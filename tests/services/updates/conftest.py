"""The feed, the jobs and what finds changes in them, on each kind of database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.actors.policy import Visibility
from services.database.engine import Database
from services.events.events import Events
from services.jobs.store import JobStore
from services.updates.finding import TOLD, ChangeFinder
from services.videos.video import Video

FILM = Video(
    id="film.mp4",
    title="A film",
    original_name="film.mp4",
    size=7,
    content_type="video/mp4",
    sha256=None,
    etag="0x1",
    content_etag="c1",
    uploaded_at=datetime(2026, 11, 20, 10, 15, 12, tzinfo=UTC),
    owner="owner",
    visibility=Visibility.PRIVATE,
    collections=("series",),
)
TEAM_FILM = replace(FILM, id="team.mp4", visibility=Visibility.TEAM)
SHELF = {video.id: video for video in (FILM, TEAM_FILM)}

Edited = Callable[..., Video]


@pytest.fixture
def events(durable: Database) -> Events:
    made = Events(durable)
    made.keep_in_feed(*TOLD)
    return made


@pytest.fixture
def store(durable: Database) -> JobStore:
    return JobStore(durable)


@pytest.fixture
def finding(durable: Database, events: Events, store: JobStore) -> ChangeFinder:
    return ChangeFinder(events.feed, store, SHELF.get, is_sqlite=durable.is_sqlite)


@pytest.fixture
def edited() -> Edited:
    """Makes a version of a video that there was not before."""
    versions = iter(range(100, 10_000))
    return lambda video=FILM, **values: replace(video, etag=f"0x{next(versions)}", **values)
