"""The durable tables for apps in this process; servers make theirs when they start."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from config import Settings
from services.database.build import durable_database_url
from services.database.engine import sqlite_file
from services.database.migrations import run


def prepared(settings: Settings) -> Settings:
    """The settings, once the database that they name has the durable tables."""
    url = durable_database_url(settings)
    file = sqlite_file(make_url(url))
    if file is None or file.exists():
        run.upgrade(url)
        return settings
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_new(), file)
    return settings


@cache
def _new() -> Path:
    """A new database, to be copied: making one takes longer."""
    folder = tempfile.mkdtemp(prefix="reelgate-new-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder, "reelgate.sqlite3")
    run.upgrade(f"sqlite:///{file}")
    return file
