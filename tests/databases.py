"""Databases with the durable tables: copies of one where that can be, because making the tables takes longer."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from config import Settings
from services.database.build import durable_database_url
from services.database.engine import sqlite_file
from services.database.migrations import run


def prepared(settings: Settings) -> Settings:
    """The settings of an app in this process, once its database has the tables; servers make theirs when they start."""
    prepare(durable_database_url(settings))
    return settings


def prepare(database_url: str) -> None:
    """Give the database, which may be there already, the durable tables."""
    file = sqlite_file(make_url(database_url))
    if file is None or file.exists():
        run.upgrade(database_url)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_new_file(), file)


def execute(server: URL, *statements: str) -> None:
    """Run statements that may stand in no transaction."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@cache
def _new_file() -> Path:
    folder = tempfile.mkdtemp(prefix="reelgate-new-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder, "reelgate.sqlite3")
    run.upgrade(f"sqlite:///{file}")
    return file
