"""What an administrator sets holds everywhere within moments, is kept as it is meant, and nothing else is taken."""

from pathlib import Path

import pytest

from services.accounts import live_settings
from services.accounts.people import AccountChange
from services.actors.actor import NOBODY, SYSTEM, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.assembly import Services
from services.audit.audit import Audit
from services.audit.entry import AuditQuery
from services.database import schema
from services.database.engine import Connections, Database
from services.database.errors import NoDatabaseError
from services.live_settings import definition
from services.live_settings.errors import InvalidSettingError, SettingNotFoundError
from services.live_settings.live_settings import LiveSettings
from services.secrets import SecretBox, SecretKeys
from tests.accounts import Build, an_account, as_actor
from tests.server import eventually
from tests.services.database.samples import rows_of

PHRASE = definition.secret("service_key", description="The key of a service.", effect="None.")


def with_a_secret(services: Services, *, production: bool = False) -> LiveSettings:
    databases = services.platform.databases
    audit: Audit = services.audit.entries
    box = SecretBox(SecretKeys(services.platform.key), use="live settings")
    tightened = live_settings.require_authentication(default=True)
    return LiveSettings(databases.durable, audit, box, definitions=(PHRASE, tightened), production=production)


def test_a_change_soon_holds_in_every_process(build: Build) -> None:
    here, there = build(), build()
    assert there.live_settings.value(live_settings.LOCKOUT_TRIES) == 5
    here.live_settings.put("lockout_tries", 3, by=SYSTEM)
    assert here.live_settings.value(live_settings.LOCKOUT_TRIES) == 3
    eventually(lambda: there.live_settings.value(live_settings.LOCKOUT_TRIES) == 3, patience=5)
    here.live_settings.reset("lockout_tries", by=SYSTEM)
    eventually(lambda: there.live_settings.value(live_settings.LOCKOUT_TRIES) == 5, patience=5)


def test_it_says_who_has_changed_it_and_to_what(services: Services) -> None:
    admin = as_actor(an_account(services))
    shown = services.live_settings.put("registration", "open", by=admin)
    assert (shown.value, shown.definition.default, shown.changed_by) == ("open", "invitation", "mira")
    [entry] = services.audit.entries.read(AuditQuery(action="setting.changed"), limit=10, by=admin)
    assert entry.details == {"value": "open", "before": "invitation"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("registration", "perhaps"),
        ("registration", None),
        ("lockout_tries", 0),
        ("lockout_tries", True),
        ("lockout_tries", "5"),
        ("list_public", 1),
        ("registration_domains", ["a b"]),
        ("registration_domains", "harbour.example"),
        ("log_level", "LOUD"),
    ],
)
def test_what_a_setting_cannot_be_is_refused(services: Services, key: str, value: object) -> None:
    with pytest.raises(InvalidSettingError):
        services.live_settings.put(key, value, by=SYSTEM)


def test_what_is_no_setting_is_not_there(services: Services) -> None:
    with pytest.raises(SettingNotFoundError):
        services.live_settings.put("secret_key", "x", by=SYSTEM)


def test_a_secret_is_never_shown_and_lies_sealed(services: Services) -> None:
    live = with_a_secret(services)
    shown = live.put(PHRASE.key, "a phrase of theirs", by=SYSTEM)
    assert (shown.value, shown.is_set) == (None, True)
    assert live.value(PHRASE) == "a phrase of theirs"
    assert with_a_secret(services).value(PHRASE) == "a phrase of theirs"
    assert "a phrase of theirs" not in str(rows_of(services.platform.databases.durable_url))


def test_in_production_people_can_only_be_asked_more(services: Services) -> None:
    live = with_a_secret(services, production=True)
    with pytest.raises(InvalidSettingError):
        live.put("require_authentication", False, by=SYSTEM)
    live.put("require_authentication", True, by=SYSTEM)


def test_administrators_alone_see_and_change_them(services: Services) -> None:
    an_account(services)
    other = an_account(services, "noor")
    manager = services.accounts.people.change(other.id, AccountChange(role=Role.MANAGER), by=SYSTEM).user
    with pytest.raises(ForbiddenError):
        services.live_settings.all(by=as_actor(manager))
    with pytest.raises(NotSignedInError):
        services.live_settings.put("registration", "open", by=NOBODY)


@pytest.mark.parametrize("production", [True, False])
def test_where_there_is_no_database_yet_the_defaults_hold_but_not_in_production(
    tmp_path: Path, services: Services, *, production: bool
) -> None:
    durable = Database(
        Connections(f"sqlite:///{tmp_path / 'missing' / 'reelgate.sqlite3'}", precious=True), prepare=schema.check
    )
    box = SecretBox(SecretKeys(services.platform.key), use="live settings")
    wanted = live_settings.require_authentication(default=False)
    live = LiveSettings(durable, services.audit.entries, box, definitions=(wanted,), production=production)
    if not production:
        assert live.value(wanted) is False
        return
    # A copy in storage may say otherwise, which could not be brought back.
    with pytest.raises(NoDatabaseError):
        live.value(wanted)
