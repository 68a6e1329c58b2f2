"""What may be changed while the server runs: read by everybody from memory, at most a second old.

Each process reads the table again when what it knows is older than that, so a change is in force on all instances
within two seconds. Where the database is away, what was known last still holds.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import msgspec

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database
from services.database.errors import DatabaseUnavailableError, NoDatabaseError
from services.database.insert import insert_of
from services.events.people import SettingChanged
from services.live_settings import store
from services.live_settings.definition import Definition, SettingKind
from services.live_settings.errors import InvalidSettingError, SettingNotFoundError
from services.secrets import SecretBox

log = logging.getLogger(__name__)

T = TypeVar("T")

_FRESH_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class LiveSetting:
    """A live setting as it is now; the value of a secret is not shown."""

    definition: Definition[Any]
    value: object
    is_set: bool
    changed_by: str | None
    changed_at: int | None


class LiveSettings:
    """Reads and changes them. Changing raises `DatabaseUnavailableError`, and what the policy says."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        box: SecretBox,
        *,
        definitions: Iterable[Definition[Any]],
        production: bool,
    ) -> None:
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)
        self._audit = audit
        self._box = box
        self._definitions = {each.key: each for each in definitions}
        self._production = production
        self._lock = threading.Lock()
        self._rows: Mapping[str, store.Row] = {}
        self._values: dict[str, object] = {}
        self._read_at = float("-inf")
        self._has_been_read = False
        self._listeners: list[Callable[[], None]] = []

    def value(self, definition: Definition[T]) -> T:
        """What the setting is now."""
        self._refresh()
        return cast("T", self._values.get(definition.key, definition.default))

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have it called, in some thread, after this process has seen a change."""
        self._listeners.append(listener)

    def all(self, *, by: Actor) -> Sequence[LiveSetting]:
        """All of them, in the order in which they are stated."""
        require(by, Act.ADMINISTER)
        self._refresh()
        return [self._shown(each) for each in self._definitions.values()]

    def get(self, key: str, *, by: Actor) -> LiveSetting:
        """One of them; raises `SettingNotFoundError`."""
        require(by, Act.ADMINISTER)
        self._refresh()
        return self._shown(self._definition(key))

    def put(self, key: str, value: object, *, by: Actor) -> LiveSetting:
        """Change it; raises `InvalidSettingError` and `SettingNotFoundError`."""
        require(by, Act.ADMINISTER)
        definition = self._definition(key)
        checked = definition.checked(value)
        tightens = definition.only_tightens
        if self._production and tightens is not None and checked not in {tightens, definition.default}:
            raise InvalidSettingError("In production this can only be made stricter.")
        is_secret = definition.kind is SettingKind.SECRET
        text = self._box.seal(str(checked)) if is_secret else msgspec.json.encode(checked).decode()
        details = {} if is_secret else {"value": checked, "before": self.value(definition)}
        with self._database.writing() as connection:
            row = store.Row(value=text, changed_by=by.name, changed_at=self._clock.read_on(connection))
            store.put(connection, key, row, insert=self._insert)
            target = AuditTarget(kind="setting", id=key)
            event = SettingChanged(setting=key, value=None if is_secret else checked, is_secret=is_secret)
            self._audit.write(connection, "setting.changed", by=by, target=target, details=details, event=event)
        self._refresh(at_once=True)
        return self._shown(definition)

    def reset(self, key: str, *, by: Actor) -> None:
        """Go back to the default."""
        require(by, Act.ADMINISTER)
        definition = self._definition(key)
        with self._database.writing() as connection:
            store.remove(connection, definition.key)
            target = AuditTarget(kind="setting", id=key)
            details, event = {"default": True}, SettingChanged(setting=key)
            self._audit.write(connection, "setting.changed", by=by, target=target, details=details, event=event)
        self._refresh(at_once=True)

    def _definition(self, key: str) -> Definition[Any]:
        if key not in self._definitions:
            raise SettingNotFoundError("There is no live setting of that name.")
        return self._definitions[key]

    def _shown(self, definition: Definition[Any]) -> LiveSetting:
        row = self._rows.get(definition.key)
        value = self._values.get(definition.key, definition.default)
        return LiveSetting(
            definition=definition,
            value=None if definition.kind is SettingKind.SECRET else value,
            is_set=row is not None,
            changed_by=row.changed_by if row else None,
            changed_at=row.changed_at if row else None,
        )

    def _refresh(self, *, at_once: bool = False) -> None:
        if not at_once and time.monotonic() - self._read_at < _FRESH_SECONDS:
            return
        # Whoever comes while another reads goes on with what was known.
        if not self._lock.acquire(blocking=at_once or not self._has_been_read):
            return
        try:
            if at_once or time.monotonic() - self._read_at >= _FRESH_SECONDS:
                self._read()
        finally:
            self._lock.release()

    def _read(self) -> None:
        try:
            with self._database.reading() as connection:
                rows = store.all_rows(connection)
        except DatabaseUnavailableError as error:
            # Where there is none yet, nothing is set. In production it may be one that could not be restored.
            is_empty = isinstance(error, NoDatabaseError) and not self._production
            if not self._has_been_read and not is_empty:
                raise
            self._read_at = time.monotonic()
            return
        changed, self._rows = rows != self._rows, rows
        if changed:
            self._values = dict(self._decoded(rows))
        self._has_been_read = True
        self._read_at = time.monotonic()
        if changed:
            for listener in self._listeners:
                listener()

    def _decoded(self, rows: Mapping[str, store.Row]) -> Iterable[tuple[str, object]]:
        for key, row in rows.items():
            definition = self._definitions.get(key)
            if definition is None:  # Of a newer version, or of an older one.
                continue
            try:
                is_secret = definition.kind is SettingKind.SECRET
                value = self._box.open(row.value) if is_secret else msgspec.json.decode(row.value)
                yield key, definition.checked(value)
            except (InvalidSettingError, msgspec.DecodeError, ValueError):
                log.warning("the live setting %s has a value that cannot be read: its default holds", key)
