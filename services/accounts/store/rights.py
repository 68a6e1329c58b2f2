"""A mark that changes with every right that somebody loses or gets: another one says that it is time to ask.

It is written in the transaction of the change itself, so nobody sees the one without the other.
"""

import secrets

from sqlalchemy import Connection, select

from services.database.insert import insert_on
from services.database.tables import notes

_NAME = "accounts.rights"
_BITS = 62


def changed(connection: Connection) -> None:
    """Say that a session has ended, or that an account may do something else than before."""
    row = insert_on(connection)(notes).values(name=_NAME, value=str(secrets.randbits(_BITS)))
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))


def mark(connection: Connection) -> str | None:
    """The mark as it is now; it tells nothing but whether it is another one."""
    return connection.scalar(select(notes.c.value).where(notes.c.name == _NAME))
