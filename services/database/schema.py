"""The revisions of the durable tables, without Alembic: all there are, the one of a database, the way to the newest.

The servers' workers look at a number; only a process of its own, which ends before they start, imports what migrates.
"""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, column, create_engine, inspect, make_url, select, table
from sqlalchemy.exc import SQLAlchemyError

from services.database.engine import sqlite_file, verifiable
from services.database.errors import DiskRefusesError, SchemaError
from services.database.tables import PREFIX

VERSION_TABLE = f"{PREFIX}schema"
VERSIONS = Path(__file__).with_name("migrations") / "versions"
UPGRADE = "flask --app app database upgrade"

_REVISION = re.compile(r'^(down_)?revision(?:: [^=]+)? = (?:"(\w+)"|None)$', re.MULTILINE)
_ROOT = Path(__file__).parents[2]
_LONGEST_SECONDS = 3600


@cache
def revisions(folder: Path = VERSIONS) -> tuple[str, ...]:
    """All revisions that this version knows, the oldest first; raises `SchemaError` when they are no single chain."""
    after: dict[str | None, list[str]] = {}
    for file in folder.glob("*.py"):
        found = dict(_REVISION.findall(file.read_text(encoding="utf-8")))
        if "" in found:
            after.setdefault(found.get("down_") or None, []).append(found[""])
    chain: list[str] = []
    while following := after.pop(chain[-1] if chain else None, None):
        if len(following) > 1:
            raise SchemaError(f"Two migrations follow one: {', '.join(sorted(following))}. Put one after the other.")
        chain += following
    if after:
        raise SchemaError(f"Migrations follow none: {after}.")
    return tuple(chain)


def revision_of(connection: Connection) -> str | None:
    """The revision that the database is of; None when it has no durable tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))


def check(engine: Engine) -> None:
    """Raise `SchemaError` unless the database is of the newest revision."""
    with engine.connect() as connection:
        found = revision_of(connection)
    refuse_newer(found)
    if found != revisions()[-1]:
        raise SchemaError(f"The database is of an older version ({found or 'empty'}). Run `{UPGRADE}`.")


def refuse_newer(revision: str | None, *, what: str = "The database") -> None:
    """Raise `SchemaError` when only a newer version of Reelgate knows that revision."""
    if revision is not None and revision not in revisions():
        raise SchemaError(
            f"{what} was made by a newer Reelgate (revision {revision}); this one knows none after {revisions()[-1]}. "
            "Start that version, or restore a backup that this one can read."
        )


def upgrade(url: str) -> str:
    """Bring the database to the newest revision, in a process of its own where there is something to do.

    Raises `SchemaError` that says what failed, and `DiskRefusesError` where the same may succeed later. Returns the
    revision that it had before, or an empty text. Any number may try at once.
    """
    if _is_current(url):
        return revisions()[-1]
    # The URL has a password in it: it goes in by a pipe, which nobody else can read.
    done = subprocess.run(
        [sys.executable, "-m", "services.database.migrations.run"],
        input=json.dumps({"url": url}),
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        kind = DiskRefusesError if done.returncode == os.EX_TEMPFAIL else SchemaError
        raise kind(done.stderr.strip().rpartition("\n")[2] or "The database could not be prepared.")
    return done.stdout.strip()


def _is_current(url: str) -> bool:
    """Whether the database is there and of the newest revision; what cannot be told is left to the migrations."""
    address = make_url(url)
    file = sqlite_file(address)
    if file is not None and not file.is_file():
        return False
    engine = create_engine(address if file else verifiable(address), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return revision_of(connection) == revisions()[-1]
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
