"""The index of documents, in each kind of database, made again from storage."""

from collections.abc import Iterator

import pytest

from services.database.engine import Connections
from services.documents.names import blob_name, document_of
from services.documents.store import DocumentStore
from services.storage.records import ListedRecord


@pytest.fixture
def store(database_url: str) -> Iterator[DocumentStore]:
    connections = Connections(database_url)
    yield DocumentStore(connections)
    connections.close()


def test_documents_are_written_down_let_go_of_and_told_of_by_film(store: DocumentStore) -> None:
    store.put("a", {"one.pdf": 1, "Größe.txt": 2**40})
    store.put("b", {"one.pdf": 3})
    store.put("a", {"one.pdf": 4})
    assert store.of("a") == {"one.pdf": 4, "Größe.txt": 2**40}
    assert store.of("c") == {}
    # What was written since a listing began is newer than it.
    store.remove("a", "one.pdf", before=store.now() - 60_000)
    assert store.of("a").keys() == {"one.pdf", "Größe.txt"}
    store.remove("a", "one.pdf", before=store.now() + 60_000)
    store.remove("a", "Größe.txt")
    store.forget("b")
    assert store.all() == {}


@pytest.mark.parametrize("name", ["slides.pdf", "a/b.pdf", "Größe & Maß.pdf", "documents", "x" * 120])
@pytest.mark.parametrize("film", ["film.mp4", "folder/film.mp4", "y" * 900])
def test_a_documents_blob_tells_whose_it_is(film: str, name: str) -> None:
    blob = blob_name(film, name)
    found = document_of(ListedRecord(blob, {"size": "12"}))
    assert found is not None
    assert (blob_name(film, "").startswith(found.folder + "/"), found.name, found.size) == (True, name, 12)


@pytest.mark.parametrize(
    "blob", ["film.mp4/about.json", "film.mp4/documents/", "film.mp4/captions/documents/a.vtt", "a"]
)
def test_other_blobs_are_no_documents(blob: str) -> None:
    assert document_of(ListedRecord(blob, {})) is None
