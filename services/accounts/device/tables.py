"""Devices that wait for somebody to approve them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text

from services.accounts.tables import users
from services.database.tables import PREFIX, Key, metadata

device_codes = Table(
    f"{PREFIX}device_codes",
    metadata,
    Column("device_hash", Key, primary_key=True),
    Column("user_code_hash", Key, nullable=False, unique=True),
    Column("client", Text, nullable=False),
    Column("scopes", Text),
    Column("address", Key),
    Column("device", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    # Seconds that must lie between two questions, and when the last one came.
    Column("pause", BigInteger, nullable=False),
    Column("asked_at", BigInteger),
    # `approved` or `denied`, and by whom.
    Column("answer", Key),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), index=True),
)
