"""Who did what is kept with the change, found again, copied into storage, and deleted when its time is over."""

import json

import pytest

from services.accounts.people import AccountChange
from services.actors.actor import NOBODY, SYSTEM, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.assembly import Services
from services.audit import audit as audits
from services.audit.audit import FOLDER
from services.audit.entry import AuditOutcome, AuditQuery, AuditTarget
from tests.accounts import an_account, as_actor


def test_what_did_not_happen_is_not_in_it(services: Services) -> None:
    def fail() -> None:
        with services.platform.databases.durable.writing() as connection:
            services.audit.entries.write(connection, "video.purged", by=SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert services.audit.entries.read(AuditQuery(), limit=10, by=SYSTEM) == []


def test_entries_are_found_by_what_they_say(services: Services) -> None:
    audit = services.audit.entries
    audit.note("video.trashed", target=AuditTarget(kind="video", id="a_b"), details={"title": "größe"}, by=SYSTEM)
    audit.note("video.restored", target=AuditTarget(kind="video", id="a_b"), outcome=AuditOutcome.REFUSED, by=SYSTEM)
    audit.note("user.login", outcome=AuditOutcome.REFUSED, by=NOBODY)
    queries = {
        AuditQuery(): 3,
        AuditQuery(actor="nobody"): 1,
        AuditQuery(target="a_b"): 2,
        AuditQuery(action="video.*"): 2,
        AuditQuery(action="video._rashed"): 0,
        AuditQuery(action="*"): 3,
        AuditQuery(outcome=AuditOutcome.REFUSED): 2,
        AuditQuery(since=2**50): 0,
        AuditQuery(until=2**50): 3,
    }
    assert {query: len(audit.read(query, limit=10, by=SYSTEM)) for query in queries} == queries
    newest = audit.read(AuditQuery(), limit=1, by=SYSTEM)[0]
    assert newest.action == "user.login"
    assert [each.action for each in audit.read(AuditQuery(before=newest.id), limit=1, by=SYSTEM)] == ["video.restored"]
    assert next(each.action for each in audit.export(AuditQuery(), by=SYSTEM)) == "video.trashed"


def test_managers_read_it_and_others_do_not(services: Services) -> None:
    an_account(services)
    other = an_account(services, "noor")
    manager = services.accounts.people.change(other.id, AccountChange(role=Role.MANAGER), by=SYSTEM).user
    assert services.audit.entries.read(AuditQuery(), limit=10, by=as_actor(manager))
    with pytest.raises(ForbiddenError):
        services.audit.entries.export(AuditQuery(), by=as_actor(other))
    with pytest.raises(NotSignedInError):
        services.audit.entries.read(AuditQuery(), limit=10, by=NOBODY)


def test_it_is_copied_once_and_deleted_only_when_storage_has_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit, records = services.audit.entries, services.platform.record_store()
    for number in range(3):
        audit.note(f"test.{services.platform.databases.durable_url}.{number}", by=SYSTEM)
    monkeypatch.setattr(audits, "_DAY", 0)
    assert audit.purge(lambda _: None).startswith("0 ")
    assert audit.copy(lambda _: None).startswith("0 ")
    # As if a while had passed.
    monkeypatch.setattr(audits, "_SETTLING", -1000)
    assert audit.copy(lambda _: None).startswith("3 ")
    assert audit.copy(lambda _: None).startswith("0 ")
    copies = [records.read(each.name) for each in records.list(FOLDER)]
    actions = [json.loads(line)["action"] for copy in copies if copy for line in copy.content.splitlines()]
    mine = [each for each in actions if services.platform.databases.durable_url in each]
    assert len(mine) == 3
    assert audit.purge(lambda _: None).startswith("3 ")
