"""A restore drill: backed up into real storage, destroyed, restored, and compared row by row."""

import stat
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.database.engine import sqlite_file
from services.database.schema import revisions
from tests.services.database.samples import filled, rows_of


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restore_drill(azurite: str, tmp_path: Path, new_database: Callable[[str], str], kind: str) -> None:
    url = f"sqlite:///{tmp_path}/reelgate.sqlite3" if kind == "sqlite" else new_database(kind)
    app = create_app(
        Settings(
            app_env=Environment.TESTING,
            azure_storage_connection_string=Secret(azurite),
            azure_storage_container_name=f"videos-{uuid.uuid4().hex[:12]}",
            data_dir=tmp_path,
            database_url=None if kind == "sqlite" else Secret(url),
        )
    )

    def ask(*arguments: str, status: int = 0) -> str:
        result = app.test_cli_runner().invoke(args=["backup", *arguments])
        assert result.exit_code == status, result.output
        return result.output

    assert "no backup in storage" in ask("verify", status=1)
    filled(url)
    before = rows_of(url)
    said = ask("create")
    name = said.partition(":")[0]
    assert said == f"{name}: 2 rows of 1 tables, revision {revisions()[-1]}.\n" or len(revisions()) > 1
    assert ask("list").split() == [name]
    assert "is whole" in ask("verify")
    file = tmp_path / "by-hand.zip"
    ask("create", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "cannot be written" in ask("create", str(file), status=1)

    assert "--replace" in ask("restore", status=1)
    destroy(url)
    assert name in ask("restore")
    assert rows_of(url) == before
    destroy(url)
    ask("restore", str(file))
    assert rows_of(url) == before
    ask("restore", name, "--replace")
    assert rows_of(url) == before
    assert "cannot be read" in ask("restore", str(tmp_path / "none.zip"), status=1)
    app.extensions[SERVICES].platform.databases.close()


def destroy(url: str) -> None:
    """Lose everything: the file, or all that the database holds."""
    file = sqlite_file(sa.make_url(url))
    if file is not None:
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()
        return
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
