"""Settings of the databases."""

from dataclasses import dataclass

from utils.setting_values import Secret, database, number, setting, whole


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Where the data lie that are no videos, and how many connections to them there may be."""

    database_url: Secret | None = setting(
        None,
        database,
        "PostgreSQL for all data but the videos, as postgresql://name:password@host/db. Empty: SQLite in DATA_DIR.",
    )
    database_pool_size: int = setting(
        10, whole(1, 1000), "Connections to the database that each worker process keeps open."
    )
    database_max_overflow: int = setting(
        20, whole(0, 1000), "Further connections that it may open while all of those are in use."
    )
    database_pool_seconds: float = setting(
        30.0,
        number(lambda seconds: 0 < seconds <= 600, "above 0, at most 600"),
        "Seconds to wait for a connection when none is free.",
    )
    database_recycle_seconds: int = setting(
        3600, whole(1, 7 * 24 * 3600), "Seconds after which a connection is replaced before its next use."
    )
