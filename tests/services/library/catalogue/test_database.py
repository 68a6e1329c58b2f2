"""How the catalogue's database is opened, lost and found."""

from pathlib import Path

import pytest

from services.database.engine import Connections
from services.database.errors import CatalogueUnavailableError
from services.library.catalogue import Catalogue, PageQuery
from tests.records import video


def test_a_deleted_file_is_noticed_while_the_app_runs(tmp_path: Path) -> None:
    catalogue = Catalogue(Connections(f"sqlite:///{tmp_path / 'index.sqlite3'}"))
    catalogue.put(video(1))
    for file in tmp_path.glob("index.sqlite3*"):
        file.unlink()
    assert catalogue.page(PageQuery()).videos == ()
    catalogue.put(video(2))
    other = Catalogue(Connections(f"sqlite:///{tmp_path / 'index.sqlite3'}"))
    assert other.find(video(2).id) is not None
    other.close()
    catalogue.close()


def test_a_database_that_cannot_be_opened_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for path in (tmp_path / "file" / "index.sqlite3", tmp_path):
        catalogue = Catalogue(Connections(f"sqlite:///{path}"))
        with pytest.raises(CatalogueUnavailableError):
            catalogue.put(video(1))
        catalogue.close()


def test_a_hopeless_database_is_given_up_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.database.engine._LOCK_SECONDS", 3600)
    (tmp_path / "index.sqlite3").write_bytes(b"this is no database" * 1000)
    for path in (tmp_path / "index.sqlite3", tmp_path):
        catalogue = Catalogue(Connections(f"sqlite:///{path}"))
        with pytest.raises(CatalogueUnavailableError):
            catalogue.page(PageQuery())
        catalogue.close()
