"""What has been set while the server ran; what is not here has its default."""

from sqlalchemy import BigInteger, Column, Table, Text

from services.database.tables import PREFIX, Key, metadata

live_settings = Table(
    f"{PREFIX}live_settings",
    metadata,
    Column("key", Key, primary_key=True),
    # JSON, or what it is encrypted to where the setting is a secret.
    Column("value", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
