"""Pictures that outside services have named, by their addresses. `store.py` alone reads and writes them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

pictures = Table(
    f"{PREFIX}pictures",
    metadata,
    # Where it lies: what several artists or films have at one address is kept once.
    Column("url", Key, primary_key=True),
    # When it may be asked for, in milliseconds; less than that for what is new. None once it is kept, or given up.
    Column("next_at", BigInteger),
    Column("tries", Integer, nullable=False),
    # Names the bytes that are kept; none where there are none.
    Column("version", Key),
    # What it looks like (`services/videos/look.py`); empty where it shows too little.
    Column("look", Key),
    # Why it could not be kept the last time.
    Column("error", Text),
    Index(None, "next_at"),
)
