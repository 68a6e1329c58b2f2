"""Lists of films as imports leave them: yt-dlp, which finds them, is tried elsewhere."""

from services.imports.store import ImportStore


def make_list(store: ImportStore, import_id: str) -> None:
    """Let an import be a list, whose films have been added before or are none."""
    with store.writing() as connection:
        assert store.start(import_id, attempt=1, known_by="a list", on=connection)
    assert store.begin_list(import_id, None, attempt=1)
    assert store.finish_list(import_id, attempt=1)
