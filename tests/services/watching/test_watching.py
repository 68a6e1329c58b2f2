"""When videos were watched last: noted seldom, kept for good, and never in the way."""

import pytest

from services.actors.actor import NOBODY, SYSTEM
from services.actors.errors import NotSignedInError
from services.assembly import Services
from services.database.errors import DatabaseUnavailableError
from tests.accounts import Build


def test_what_is_watched_is_noted_once_a_day(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    watching = services.watching.watching
    puts: list[str] = []
    monkeypatch.setattr(watching._store, "put", puts.append)
    for video in ("a", "a", "b", "a"):
        watching.note(video)
    assert puts == ["a", "b"]


def test_it_is_known_to_other_instances_and_after_a_new_index(build: Build) -> None:
    first, second = build(), build()
    before = first.platform.databases.notes.clock()
    first.watching.watching.note("film")
    assert second.watching.watching.watched(["film", "other"], by=SYSTEM)["film"] >= before
    began = second.watching.watching.last(["other"], by=SYSTEM)["other"]
    assert first.watching.watching.last(["other"], by=SYSTEM)["other"] == began >= before
    with pytest.raises(NotSignedInError):
        first.watching.watching.last(["film"], by=NOBODY)


def test_whoever_watches_is_not_stopped_by_a_database_that_is_away(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: str) -> None:
        raise DatabaseUnavailableError("It is away.")

    watching = services.watching.watching
    with monkeypatch.context() as patch:
        patch.setattr(watching._store, "put", away)
        watching.note("film")
    watching.note("film")
    assert "film" in watching.watched(["film"], by=SYSTEM)
