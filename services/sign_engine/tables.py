"""The films of sign tracks that a machine makes, while it is not certain that a track names them."""

from sqlalchemy import Column, Index, Table, Text

from services.database.tables import PREFIX, Key, metadata

sign_films = Table(
    f"{PREFIX}sign_films",
    metadata,
    Column("video", Key, primary_key=True),
    Column("film", Key, nullable=False),
    Column("language", Key, nullable=False),
    Column("job", Key, nullable=False),
    # Of what the engine was asked; none where the film was there before.
    Column("request", Text),
    Index(None, "job"),
)
