"""Collections as people meet them: made, found, changed, shared, put into the trash and brought back.

Whoever may bring videos in makes collections. Its owner, its editors and managers change one and what is in it; its
owner and managers share, hide and delete it. It is seen by all of these, by its viewers, and, unless it is private, by
everybody who is signed in.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from services.accounts.credentials import Credentials
from services.accounts.people import People
from services.actors.actor import PRINCIPAL, Actor
from services.actors.errors import ForbiddenError
from services.actors.policy import Act, may, owner_of_new, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.collections.change import CollectionChange
from services.collections.collection import (
    CollectionMember,
    MemberRole,
    Openness,
    Standing,
    VideoCollection,
    new_id,
)
from services.collections.errors import CollectionNotFoundError, invalid
from services.collections.store import CollectionPage, CollectionQuery, CollectionStore
from services.database.engine import Database, Transaction
from services.events.collections import CollectionChanged, CollectionCreated, CollectionDeleted, CollectionRestored
from services.events.event import Event, name_of

MOST_MEMBERS = 500
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


class Collections:
    """Every method raises `DatabaseUnavailableError`, and what the policy says to who may not."""

    def __init__(
        self, database: Database, store: CollectionStore, *, people: People, credentials: Credentials, audit: Audit
    ) -> None:
        """`database` is the durable one."""
        self._database = database
        self._store = store
        self._people = people
        self._credentials = credentials
        self._audit = audit

    def get(self, id_: str, *, by: Actor) -> VideoCollection:
        """The collection of that id; raises `CollectionNotFoundError`."""
        require(by, Act.LIST)
        return _there(self._store.get(id_, person=by.id), by=by)

    def page(self, query: CollectionQuery, *, by: Actor) -> CollectionPage:
        """A part of the list, or of the trash: what the actor may see, may change, or may bring back."""
        require(by, Act.COLLECT if query.trash else Act.LIST)
        return self._store.page(query, person=by.id, all_=may(by, Act.MANAGE))

    def these(self, ids: Collection[str], *, by: Actor) -> Mapping[str, VideoCollection]:
        """Those of these that the actor sees, by id."""
        require(by, Act.LIST)
        known = self._store.these(ids, person=by.id)
        return {id_: each for id_, each in known.items() if _sees(by, each)}

    def gone(self, ids: Collection[str], *, by: Actor) -> frozenset[str]:
        """Those of these that are gone for good, and can never be brought back; for those who manage."""
        require(by, Act.MANAGE)
        return self._store.gone(ids)

    def titles(self, *, by: Actor) -> Mapping[str, str]:
        """What all collections are called, by id; for those who manage."""
        require(by, Act.MANAGE)
        return dict(self._store.all_ids())

    def ids_of(self, id_: str, *, by: Actor) -> tuple[str, ...]:
        """The id by which videos are in a collection; none where the actor sees no such collection."""
        return tuple(self.these([id_], by=by))

    def changeable(self, id_: str, *, by: Actor) -> VideoCollection:
        """The collection, for an actor who may change it; raises `CollectionNotFoundError` and `ForbiddenError`."""
        found = self.get(id_, by=by)
        require(by, Act.COLLECT)
        if not may_change(found, by=by):
            raise _refused()
        return found

    def create(self, change: CollectionChange, *, by: Actor) -> VideoCollection:
        """Make one; raises `InvalidCollectionError`."""
        require(by, Act.COLLECT)
        empty = VideoCollection(
            id=new_id(), title="", owner=owner_of_new(by), created_at=_FIRST_MOMENT, changed_at=_FIRST_MOMENT
        )
        new = change.applied(empty)
        if not new.title:
            raise invalid("title", "A collection needs a title.")

        def write(on: Transaction) -> Event:
            self._store.add(new, on=on)
            return CollectionCreated(collection_id=new.id, title=new.title)

        self._write(new, write, by=by)
        return self.get(new.id, by=by)

    def edit(self, id_: str, change: CollectionChange, *, by: Actor) -> VideoCollection:
        """Write down what people say of one; raises `InvalidCollectionError` and `CollectionNotFoundError`."""
        known = self.changeable(id_, by=by)
        changed = change.applied(known)
        if changed.visibility is not known.visibility and not may_share(known, by=by):
            raise _refused()

        def write(on: Transaction) -> Event:
            self._store.put(change.applied(_there(self._store.get(id_, person=by.id, on=on), by=by)), on=on)
            return CollectionChanged(collection_id=id_, title=changed.title)

        self._write(changed, write, by=by)
        return self.get(id_, by=by)

    def delete(self, id_: str, *, by: Actor) -> None:
        """Put one into the trash: no video is shared by it any more, and none is deleted."""
        known = self._shareable(id_, by=by)

        def write(on: Transaction) -> Event:
            _there(self._store.get(id_, person=by.id, on=on), by=by)
            self._store.hide(id_, hidden=True, on=on)
            return CollectionDeleted(collection_id=id_, title=known.title)

        self._write(known, write, by=by, rights=True)

    def restore(self, id_: str, *, by: Actor) -> VideoCollection:
        """Take one out of the trash, with its videos and members; one that is not in there stays as it is."""
        require(by, Act.LIST)
        known = _there(self._store.get(id_, person=by.id), by=by, trash=True)
        require(by, Act.COLLECT)
        if not may_share(known, by=by):
            raise _refused()
        if known.deleted_at is None:
            return known

        def write(on: Transaction) -> Event:
            _there(self._store.get(id_, person=by.id, on=on), by=by, trash=True)
            self._store.hide(id_, hidden=False, on=on)
            return CollectionRestored(collection_id=id_, title=known.title)

        self._write(known, write, by=by, rights=True)
        return self.get(id_, by=by)

    def members(self, id_: str, *, by: Actor) -> tuple[tuple[CollectionMember, str], ...]:
        """With whom one is shared, and what they are called; for those who may change it."""
        self.changeable(id_, by=by)
        return tuple((each, self._called(each.user, by=by)) for each in self._store.members(id_))

    def share(self, id_: str, named: str, role: MemberRole, *, by: Actor) -> tuple[CollectionMember, str]:
        """Share one with an account, by its id or name; returns the member, and what it is called.

        Raises `InvalidCollectionError` where there is no such account.
        """
        known = self._shareable(id_, by=by)
        member = CollectionMember(user=self._meant(named, by=by), role=role)
        if member.user == known.owner:
            raise invalid("user", "It belongs to this account already.")
        before = {each.user: each.role for each in self._store.members(id_)}
        name = self._called(member.user, by=by)
        if before.get(member.user) is role:
            return member, name
        if member.user not in before and len(before) >= MOST_MEMBERS:
            raise invalid("user", f"A collection can be shared with at most {MOST_MEMBERS} people.")

        def write(on: Transaction) -> Event:
            _there(self._store.get(id_, person=by.id, on=on), by=by)
            self._store.set_member(id_, member, on=on)
            details = {"user": member.user, "role": role.value, "title": known.title}
            self._audit.write(on, "collection.shared", by=by, target=_target(id_), details=details)
            return CollectionChanged(collection_id=id_, title=known.title)

        self._write(known, write, by=by, rights=True)
        return member, name

    def unshare(self, id_: str, user: str, *, by: Actor) -> None:
        """Share one with an account no longer; everybody may leave what is shared with them."""
        if user == by.id:
            known = self.get(id_, by=by)
            require(by, Act.MANAGE_ONESELF)
        else:
            known = self._shareable(id_, by=by)

        def write(on: Transaction) -> Event | None:
            _there(self._store.get(id_, person=by.id, on=on), by=by)
            if not self._store.drop_member(id_, user, on=on):
                return None
            details = {"user": user, "title": known.title}
            self._audit.write(on, "collection.unshared", by=by, target=_target(id_), details=details)
            return CollectionChanged(collection_id=id_, title=known.title)

        self._write(known, write, by=by, rights=True)

    def owner_of(self, collection: VideoCollection, *, by: Actor) -> str:
        """What its owner is called."""
        require(by, Act.LIST)
        return by.name if collection.owner == by.id else self._called(collection.owner, by=by)

    def _shareable(self, id_: str, *, by: Actor) -> VideoCollection:
        found = self.get(id_, by=by)
        require(by, Act.COLLECT)
        if not may_share(found, by=by):
            raise _refused()
        return found

    def _meant(self, named: str, *, by: Actor) -> str:
        """The id of the account that is named. Of whom App Service vouches for there is nothing but the id."""
        if named.startswith(PRINCIPAL):
            return named
        found = self._people.id_of(named, by=by)
        if found is None:
            raise invalid("user", "There is no such account.")
        return found

    def _called(self, user: str, *, by: Actor) -> str:
        return self._people.called(user, by=by) or user

    def _write(
        self,
        collection: VideoCollection,
        write: Callable[[Transaction], Event | None],
        *,
        by: Actor,
        rights: bool = False,
    ) -> None:
        """Do it in one transaction with its event and its line in the audit; with `rights`, people see other videos."""
        with self._database.writing() as on:
            event = write(on)
            if event is not None:
                details = {"title": collection.title}
                target, action = _target(collection.id), name_of(event)
                self._audit.write(on, action, by=by, target=target, details=details, event=event)
                if rights:
                    self._credentials.note_other_rights(on)
        self._credentials.forget_known()


def may_change(collection: VideoCollection, *, by: Actor) -> bool:
    """Whether the actor may change it, and what is in it."""
    if not may(by, Act.COLLECT):
        return False
    return may(by, Act.MANAGE) or collection.standing in {Standing.OWNER, Standing.EDITOR}


def may_share(collection: VideoCollection, *, by: Actor) -> bool:
    """Whether the actor may share, hide and delete it."""
    if not may(by, Act.COLLECT):
        return False
    return may(by, Act.MANAGE) or collection.standing is Standing.OWNER


def _sees(by: Actor, collection: VideoCollection) -> bool:
    is_open = collection.visibility is Openness.TEAM
    return is_open or collection.standing is not None or may(by, Act.MANAGE)


def _there(collection: VideoCollection | None, *, by: Actor, trash: bool = False) -> VideoCollection:
    if collection is None or not _sees(by, collection) or (collection.deleted_at is not None and not trash):
        raise CollectionNotFoundError("There is no such collection.")
    return collection


def _refused() -> ForbiddenError:
    return ForbiddenError("You may see this collection but not do this with it.")


def _target(id_: str) -> AuditTarget:
    return AuditTarget(kind="collection", id=id_)
