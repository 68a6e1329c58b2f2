"""Preferences of another version are neither lost nor in the way."""

import msgspec
import pytest
from sqlalchemy import select, update

from services.accounts.kept_preferences import preferences_in, with_preferences
from services.accounts.tables import users
from services.accounts.user import Preferences
from services.actors.actor import SYSTEM
from tests.accounts import Build, an_account, as_actor


def test_what_another_version_has_written_stays(build: Build) -> None:
    services = build()
    mira = an_account(services)
    newer = '{"theme":"sepia","moon":true,"spacing":5}'
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(users).where(users.c.id == mira.id).values(preferences=newer))
    found = services.accounts.people.get(mira.id, by=SYSTEM).user
    assert (found.preferences.theme, found.preferences.spacing) == ("system", 5)
    wanted = msgspec.structs.replace(found.preferences, reading_level=1)
    changed = services.accounts.own.prefer(found, wanted, by=as_actor(found))
    assert changed.preferences == wanted
    with services.platform.databases.durable.reading() as connection:
        kept = msgspec.json.decode(connection.scalar(select(users.c.preferences)) or "")
    assert kept == {"theme": "sepia", "moon": True, "spacing": 5, "reading_level": 1}
    dark = msgspec.structs.replace(wanted, theme="dark")
    assert services.accounts.own.prefer(found, dark, by=as_actor(found)).preferences.theme == "dark"


@pytest.mark.parametrize("text", ["{}", '{"moon":{"a":[1]}}', '{"accent":7}'])
def test_what_is_not_known_is_the_default(text: str) -> None:
    assert preferences_in(text) == Preferences()
    assert msgspec.json.decode(with_preferences(text, Preferences())) == msgspec.json.decode(text)
