"""Locks by name: whoever else asks for one waits until the transaction ends."""

from services.database.engine import Transaction
from services.database.insert import insert_on
from services.database.tables import notes


def lock(name: str, *, on: Transaction) -> None:
    """Let nobody else have what this name stands for until the transaction ends, on all instances."""
    row = insert_on(on)(notes).values(name=name, value="")
    on.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": notes.c.value}))
