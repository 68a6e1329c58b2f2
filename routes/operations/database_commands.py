"""Commands for the durable database: `flask --app app database upgrade`, and its backups."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from routes.http.wiring import services
from services.actors.actor import SYSTEM
from services.errors import ReelgateError

database = AppGroup("database", help="The tables of people and agreements.")
backup = AppGroup("backup", help="Backups of these tables, in storage or in files.")

GROUPS = (database, backup)


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables to the revision that this version needs; servers do it when they start."""
    databases = services().platform.databases
    try:
        before = databases.upgrade()
        after = databases.revision()
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"Revision {after}, as before." if before == after else f"Revision {after}, from {before or 'nothing'}.")


@database.command("current")
def current() -> None:
    """Say which revision the tables have; the exit status is 1 when servers would not take it."""
    try:
        revision = services().platform.databases.revision()
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(revision)


@backup.command("create")
@click.argument("path", required=False, type=click.Path(path_type=Path))
def create(path: Path | None) -> None:
    """Write a backup into storage, or into a new file at PATH."""
    try:
        name, manifest = services().operations.backups.create(path, by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"{name}: {manifest.rows} rows of {len(manifest.tables)} tables, revision {manifest.revision}.")


@backup.command("list")
def list_() -> None:
    """Name the backups in storage, the oldest first."""
    try:
        names = services().operations.backups.names(by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    for name in names:
        click.echo(name)


@backup.command("verify")
@click.argument("source", required=False)
def verify(source: str | None) -> None:
    """Check a backup by restoring it into a database of its own: SOURCE, or the newest in storage."""
    try:
        name, manifest = services().operations.backups.verify(source, by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"{name} of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC is whole: {manifest.rows} rows.")


@backup.command("restore")
@click.argument("source", required=False)
@click.option("--replace", is_flag=True, help="Lose what is in the database now.")
def restore(source: str | None, *, replace: bool) -> None:
    """Restore SOURCE, or the newest backup in storage, into the database."""
    try:
        name, manifest = services().operations.backups.restore(source, by=SYSTEM, replace=replace)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"{manifest.rows} rows of {name} restored, from {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC.")
