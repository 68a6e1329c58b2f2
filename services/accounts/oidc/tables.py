"""Who accounts are to OpenID providers, and sign-ins that have come back."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text, UniqueConstraint

from services.accounts.tables import users
from services.database.tables import PREFIX, Key, metadata

identities = Table(
    f"{PREFIX}identities",
    metadata,
    Column("id", Key, primary_key=True),
    Column("issuer", Key, nullable=False),
    Column("subject", Key, nullable=False),
    Column("user_id", Key, ForeignKey(users.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("email", Text),
    Column("role", Key),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    UniqueConstraint("issuer", "subject"),
)

finished_sign_ins = Table(
    f"{PREFIX}finished_sign_ins",
    metadata,
    Column("state_hash", Key, primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)
