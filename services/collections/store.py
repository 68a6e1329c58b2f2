"""Collections in the database, and with whom they are shared. Times are those of the database.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, delete, exists, insert, or_, select, tuple_, update

from services.actors.actor import Shares
from services.collections.collection import CollectionMember, MemberRole, Openness, Standing, VideoCollection
from services.collections.tables import collections, members, words
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_on
from utils.cursors import Cursor
from utils.search_words import fold, searchable
from utils.search_words import words as words_in

SORT = "title"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST = "\U0010ffff"
_LONGEST_KEY = 200
_THERE = collections.c.deleted_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class CollectionQuery:
    """A question to the list of collections, which is sorted by title."""

    q: str = ""
    editable: bool = False
    """Only those that whoever asks may change."""
    trash: bool = False
    limit: int = 50
    after: Cursor | None = None

    @property
    def filters(self) -> str:
        """What a cursor must have been given for besides."""
        return " ".join(name for name in ("editable", "trash") if getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class CollectionPage:
    """A part of the list, and the cursor for the next one when there is more."""

    collections: tuple[VideoCollection, ...]
    next: Cursor | None


class CollectionStore:
    """The tables of collections."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now

    def get(self, id_: str, *, person: str, on: Transaction | None = None) -> VideoCollection | None:
        """The collection of that id, in the trash too, as it stands to a person; on a transaction it is locked."""
        wanted = _told_to(person).where(collections.c.id == id_)
        if on is not None:
            row = on.execute(wanted.with_for_update(of=collections)).mappings().one_or_none()
        else:
            with self._database.reading() as connection:
                row = connection.execute(wanted).mappings().one_or_none()
        return None if row is None else _collection(row)

    def these(self, ids: Collection[str], *, person: str) -> Mapping[str, VideoCollection]:
        """Those of these that are not in the trash, by id."""
        if not ids:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(_told_to(person).where(collections.c.id.in_(set(ids)), _THERE)).mappings()
            return {row["id"]: _collection(row) for row in rows}

    def gone(self, ids: Collection[str]) -> frozenset[str]:
        """Those of these of which nothing is kept any more, in the trash neither."""
        if not ids:
            return frozenset()
        with self._database.reading() as connection:
            return frozenset(ids) - set(
                connection.scalars(select(collections.c.id).where(collections.c.id.in_(set(ids))))
            )

    def page(self, query: CollectionQuery, *, person: str, all_: bool) -> CollectionPage:
        """A part of the list: of all collections, or of those that the person sees, or may change."""
        wanted = words_in(query.q)
        if query.q and not wanted:
            return CollectionPage(collections=(), next=None)
        where = [_has_word(word) for word in wanted]
        where.append(collections.c.deleted_at.is_not(None) if query.trash else _THERE)
        if not all_:
            where.append(_changed_by(person) if query.editable or query.trash else _seen_by(person))
        if query.after is not None:
            place = tuple_(collections.c.title_key, collections.c.id)
            where.append(place > (query.after.value, query.after.id))
        found = _told_to(person).where(*where).order_by(collections.c.title_key, collections.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(found.limit(query.limit + 1)).mappings().all()
        return CollectionPage(
            collections=tuple(map(_collection, rows[: query.limit])),
            next=_cursor(query, rows[query.limit - 1]) if len(rows) > query.limit else None,
        )

    def all_ids(self) -> Sequence[tuple[str, str]]:
        """The ids and titles of all that are not in the trash."""
        with self._database.reading() as connection:
            found = select(collections.c.id, collections.c.title).where(_THERE).order_by(collections.c.title_key)
            return [(row.id, row.title) for row in connection.execute(found)]

    def add(self, new: VideoCollection, *, on: Transaction) -> None:
        """Keep a new collection."""
        times = {"created_at": self._now, "changed_at": self._now}
        on.execute(insert(collections).values(id=new.id, owner=new.owner, **_said(new), **times))
        self._keep_words(new, on)

    def put(self, collection: VideoCollection, *, on: Transaction) -> None:
        """Write down what is said of a collection."""
        values = _said(collection) | {"changed_at": self._now}
        on.execute(update(collections).where(collections.c.id == collection.id).values(**values))
        on.execute(delete(words).where(words.c.collection == collection.id))
        self._keep_words(collection, on)

    def hide(self, id_: str, *, hidden: bool, on: Transaction) -> None:
        """Put a collection into the trash, or take it out."""
        on.execute(update(collections).where(collections.c.id == id_).values(deleted_at=self._now if hidden else None))

    def members(self, id_: str) -> Sequence[CollectionMember]:
        """With whom a collection is shared."""
        with self._database.reading() as connection:
            found = select(members).where(members.c.collection == id_).order_by(members.c.person)
            return [
                CollectionMember(user=row["person"], role=MemberRole(row["role"]))
                for row in connection.execute(found).mappings()
            ]

    def set_member(self, id_: str, member: CollectionMember, *, on: Transaction) -> None:
        """Share a collection with somebody, or in another way than before."""
        row = insert_on(on)(members).values(collection=id_, person=member.user, role=member.role.value)
        on.execute(row.on_conflict_do_update(index_elements=["collection", "person"], set_={"role": row.excluded.role}))

    def drop_member(self, id_: str, person: str, *, on: Transaction) -> bool:
        """Share it with somebody no longer; False where it was not."""
        which = and_(members.c.collection == id_, members.c.person == person)
        return on.execute(delete(members).where(which)).rowcount > 0

    def shares_of(self, on: Transaction, person: str) -> Shares:
        """By which collections a person sees or changes videos."""
        shared = (
            select(members.c.collection, members.c.role)
            .join(collections, collections.c.id == members.c.collection)
            .where(members.c.person == person, _THERE)
        )
        found = [(row.collection, row.role) for row in on.execute(shared)]
        own = on.scalars(select(collections.c.id).where(collections.c.owner == person, _THERE))
        edits = {id_ for id_, role in found if role == MemberRole.EDITOR.value}
        return Shares(views=frozenset(id_ for id_, _ in found) - edits, edits=frozenset(edits | set(own)))

    def forget(self, *, deleted_before: int, most: int) -> Sequence[str]:
        """Let go of so many that have been in the trash since then, in milliseconds; returns their ids."""
        old = collections.c.deleted_at < deleted_before
        with self._database.writing() as connection:
            ids = list(connection.scalars(select(collections.c.id).where(old).limit(most)))
            if ids:
                for table in (words, members):
                    connection.execute(delete(table).where(table.c.collection.in_(ids)))
                connection.execute(delete(collections).where(collections.c.id.in_(ids)))
        return ids

    def _keep_words(self, collection: VideoCollection, on: Transaction) -> None:
        rows = [
            {"word": word, "collection": collection.id}
            for word in sorted(searchable(collection.title, collection.description))
        ]
        if rows:
            on.execute(insert(words), rows)


def _told_to(person: str) -> Select[Any]:
    """Collections, each with the role that the person has in it."""
    role = select(members.c.role).where(members.c.collection == collections.c.id, members.c.person == person)
    return select(collections, role.scalar_subquery().label("role"), (collections.c.owner == person).label("is_own"))


def _seen_by(person: str) -> ColumnElement[bool]:
    shared = exists().where(members.c.collection == collections.c.id, members.c.person == person)
    return or_(collections.c.visibility == Openness.TEAM.value, collections.c.owner == person, shared)


def _changed_by(person: str) -> ColumnElement[bool]:
    is_editor = and_(
        members.c.collection == collections.c.id,
        members.c.person == person,
        members.c.role == MemberRole.EDITOR.value,
    )
    return or_(collections.c.owner == person, exists().where(is_editor))


def _has_word(word: str) -> ColumnElement[bool]:
    return exists().where(words.c.collection == collections.c.id, words.c.word >= word, words.c.word < word + _LAST)


def _said(collection: VideoCollection) -> dict[str, Any]:
    return {
        "title": collection.title,
        "title_key": fold(collection.title)[:_LONGEST_KEY],
        "description": collection.description,
        "visibility": collection.visibility.value,
    }


def _collection(row: RowMapping) -> VideoCollection:
    standing = Standing.OWNER if row["is_own"] else Standing(row["role"]) if row["role"] else None
    return VideoCollection(
        id=row["id"],
        title=row["title"],
        description=row["description"],
        visibility=Openness(row["visibility"]),
        owner=row["owner"],
        created_at=_moment(row["created_at"]),
        changed_at=_moment(row["changed_at"]),
        deleted_at=None if row["deleted_at"] is None else _moment(row["deleted_at"]),
        standing=standing,
    )


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


def _cursor(query: CollectionQuery, row: RowMapping) -> Cursor:
    return Cursor(sort=SORT, q=query.q, tag="", value=row["title_key"], id=row["id"], filters=query.filters)
