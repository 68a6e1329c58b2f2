"""Who did what."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from services.database.tables import PREFIX, Key, Number, metadata

audit_entries = Table(
    f"{PREFIX}audit_entries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("actor_kind", Key, nullable=False),
    Column("actor_id", Key, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("action", Key, nullable=False),
    Column("target_kind", Key),
    Column("target_id", Key),
    Column("outcome", Key, nullable=False),
    Column("address", Text),
    Column("request_id", Text),
    Column("details", Text, nullable=False),
)
Index(None, audit_entries.c.actor_id, audit_entries.c.id)
Index(None, audit_entries.c.target_id, audit_entries.c.id)
Index(None, audit_entries.c.action, audit_entries.c.id)
