"""The rules in the database. Every method raises `DatabaseUnavailableError` when the database fails."""

import msgspec
from sqlalchemy import select

from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.rules.rule import RuleSet
from services.rules.tables import rules

_ALL = "all"
_NONE = RuleSet(rules=())


class RuleStore:
    """One set of rules, for all instances."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def get(self) -> RuleSet:
        """The rules; none before there were any."""
        with self._database.reading() as connection:
            text = connection.scalar(select(rules.c.rules).where(rules.c.name == _ALL))
        return _NONE if text is None else msgspec.json.decode(text, type=RuleSet)

    def locked(self, on: Transaction) -> RuleSet:
        """The rules, which nobody else changes until the transaction ends."""
        row = self._insert(rules).values(
            name=_ALL, rules=msgspec.json.encode(_NONE).decode(), changed_by="", changed_at=self._now
        )
        # Whoever else changes them waits at this row, whether it was there or not.
        same = row.on_conflict_do_update(index_elements=["name"], set_={"rules": rules.c.rules})
        return msgspec.json.decode(on.scalar(same.returning(rules.c.rules)) or "", type=RuleSet)

    def put(self, found: RuleSet, *, changed_by: str, on: Transaction) -> None:
        """Keep these in the place of the earlier ones."""
        values = {
            "rules": msgspec.json.encode(found).decode(),
            "changed_by": changed_by,
            "changed_at": self._now,
        }
        row = self._insert(rules).values(name=_ALL, **values)
        on.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))
