"""Documents beside a film, over HTTP and by plain forms."""

import io
from typing import Any
from urllib.parse import quote

import pytest

from services.actors.actor import NOBODY
from services.documents.incoming import IncomingDocument
from services.documents.names import blob_name
from services.errors import ReelgateError
from services.library.errors import VideoNotFoundError
from tests.bodies import Bytes
from tests.routes.sign_tracks.test_sign_tracks import purge
from tests.routes.test_people import AMINA, BELA, READER, House, same
from utils.sizes import MIB

PDF = b"%PDF-1.7\n<script>alert(1)</script>"


def address(film: dict[str, Any], name: str = "") -> str:
    return f"{film['links']['self']}/documents" + (f"/{quote(name, safe='')}" if name else "")


def added(house: House, film: dict[str, Any], name: str = "slides.pdf", content: bytes = PDF) -> Any:
    return house.ask(AMINA, "POST", address(film), data=content, query_string={"name": name})


def names(house: House, film: dict[str, Any]) -> list[str]:
    return [each["name"] for each in house.ask(AMINA, "GET", address(film)).get_json()["documents"]]


@pytest.mark.parametrize(
    "name",
    [
        "slides.pdf",
        *(pytest.param(each, marks=pytest.mark.thorough) for each in ("Größe & Maß.pdf", "a%2Fb.pdf", "q?#.pdf")),
    ],
)
def test_a_document_is_given_along_downloaded_and_deleted(house: House, name: str) -> None:
    film = house.upload(AMINA)
    answer = added(house, film, name)
    assert answer.status_code == 201, answer.get_json()
    assert names(house, film) == [name]
    got = house.ask(BELA, "GET", answer.get_json()["url"])
    assert got.data == PDF
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    tag = {"If-None-Match": got.headers["ETag"]}
    assert house.ask(BELA, "GET", address(film, name), headers=tag).status_code == 304
    assert house.ask(BELA, "DELETE", address(film, name)).status_code == 403
    assert house.ask(AMINA, "DELETE", address(film, name)).status_code == 204
    assert house.ask(AMINA, "DELETE", address(film, name)).status_code == 404
    assert house.ask(AMINA, "GET", address(film, name)).status_code == 404


def test_a_download_that_broke_off_goes_on(house: House) -> None:
    film = house.upload(AMINA)
    url = added(house, film).get_json()["url"]
    etag = house.ask(BELA, "GET", url).headers["ETag"]
    rest = house.ask(BELA, "GET", url, headers={"Range": "bytes=5-", "If-Range": etag})
    assert (rest.status_code, rest.data) == (206, PDF[5:])
    assert rest.headers["Content-Range"] == f"bytes 5-{len(PDF) - 1}/{len(PDF)}"
    assert rest.headers["Content-Length"] == str(len(PDF) - 5)
    assert house.ask(BELA, "GET", url, headers={"Range": "bytes=-3"}).data == PDF[-3:]
    # Another version, or a date, which is never sent: all of it.
    for condition in ('"another"', "Mon, 01 Jan 2024 00:00:00 GMT"):
        whole = house.ask(BELA, "GET", url, headers={"Range": "bytes=5-", "If-Range": condition})
        assert (whole.status_code, whole.data) == (200, PDF)
    beyond = house.ask(BELA, "GET", url, headers={"Range": "bytes=1000-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(PDF)}")


def test_a_form_brings_one_too_and_its_folders_are_left_out(house: House) -> None:
    film = house.upload(AMINA)
    form: dict[str, Any] = {"file": (io.BytesIO(b"Words\n"), "C:\\papers\\notes.txt")}
    answer = house.ask(AMINA, "POST", address(film), data=form)
    assert (answer.status_code, answer.get_json()["name"]) == (201, "notes.txt")
    assert answer.get_json()["content_type"] == "text/plain; charset=utf-8"
    page = film["links"]["page"]
    form = {"file": (io.BytesIO(PDF), "more.pdf"), "action": "add"}
    assert house.ask(AMINA, "POST", f"{page}/documents", data=form).status_code == 303
    assert "more.pdf" in house.ask(AMINA, "GET", page).get_data(as_text=True)
    form = {"name": "more.pdf", "action": "delete"}
    sent = house.ask(AMINA, "POST", f"{page}/documents", data=form, content_type="multipart/form-data")
    assert sent.status_code == 303
    assert names(house, film) == ["notes.txt"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("", PDF),
        ("page.html", b"<p>"),
        ("picture.svg", b"<svg/>"),
        ("slides.pdf", b"MZ"),
        ("slides.pdf", b""),
        ("slides.pptx", PDF),
        ("words.txt", b"\xff\xfe"),
        ("words.txt", b"a\0b"),
        (".pdf", PDF),
        ("..", PDF),
        ("a\u202efdp.pdf", PDF),
        ("a\nb.pdf", PDF),
        ("x" * 200 + ".pdf", PDF),
    ],
)
def test_what_is_no_document_is_refused(house: House, name: str, content: bytes) -> None:
    film = house.upload(AMINA)
    answer = added(house, film, name, content)
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-document")
    assert names(house, film) == []


@pytest.mark.thorough
def test_nothing_is_written_over_and_nothing_too_large_is_taken(house: House) -> None:
    film = house.upload(AMINA)
    assert added(house, film).status_code == 201
    assert added(house, film, content=PDF + b"other").status_code == 409
    large = b"line\n" * (16 * MIB // 5)
    assert added(house, film, "large.txt", large).status_code == 201
    assert house.ask(AMINA, "GET", address(film, "large.txt")).data == large
    refused = added(house, film, "larger.txt", b"a" * (16 * MIB + 1))
    assert (refused.status_code, "16 MiB" in refused.get_json()["detail"]) == (413, True)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="larger.txt"\r\n\r\n'
    form = head + b"a" * (16 * MIB + 1) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    assert house.ask(AMINA, "POST", address(film), data=form, content_type=kind).status_code == 413
    assert names(house, film) == ["large.txt", "slides.pdf"]
    assert house.ask(AMINA, "GET", address(film)).get_json()["documents"][0]["size"] == len(large)


@pytest.mark.thorough
def test_what_turns_out_to_be_wrong_in_the_middle_leaves_nothing(house: House) -> None:
    film = house.upload(AMINA)
    for content in (b"a" * (3 * MIB) + b"\xff" + b"a" * MIB, "ü".encode() * MIB + b"\xc3", b"a" * (3 * MIB) + b"\0"):
        answer = added(house, film, "words.txt", content)
        assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-document")
        assert names(house, film) == []
    assert added(house, film, "words.txt", "ü".encode() * MIB).status_code == 201
    two: dict[str, Any] = {"file": [(io.BytesIO(PDF), "one.pdf"), (io.BytesIO(PDF), "two.pdf")]}
    assert house.ask(AMINA, "POST", address(film), data=two).status_code == 400
    broken = house.ask(AMINA, "POST", address(film), data=b"--x\r\n", content_type="multipart/form-data; boundary=x")
    assert broken.status_code == 400
    packed = house.ask(AMINA, "POST", address(film, ""), data=PDF, headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415
    assert names(house, film) == ["words.txt"]


def begin(house: House, film: dict[str, Any], content: bytes) -> IncomingDocument:
    """A document of which all has come, and that is not one yet."""
    documents, reader = house.services.documents.documents, house.services.uploads.reader
    incoming = documents.begin(film["id"], "slides.pdf", length=None, by=AMINA)
    reader.read(Bytes(content), door="document", pass_on=incoming.write)
    return incoming


@pytest.mark.thorough
def test_of_two_with_one_name_at_once_the_first_to_end_is_kept_whole(house: House) -> None:
    film, documents = house.upload(AMINA), house.services.documents.documents
    one, other = begin(house, film, PDF + b"one" * MIB), begin(house, film, PDF + b"two" * MIB)
    documents.keep(film["id"], other, by=AMINA)
    with pytest.raises(ReelgateError) as refused:
        documents.keep(film["id"], one, by=AMINA)
    assert refused.value.status == 409
    one.abandon()
    assert house.ask(AMINA, "GET", address(film, "slides.pdf")).data == PDF + b"two" * MIB


@pytest.mark.thorough
def test_a_film_that_is_deleted_meanwhile_gets_no_document(house: House) -> None:
    film, documents = house.upload(AMINA), house.services.documents.documents
    incoming = begin(house, film, PDF)
    house.ask(AMINA, "DELETE", film["links"]["self"])
    with pytest.raises(VideoNotFoundError):
        documents.keep(film["id"], incoming, by=AMINA)
    incoming.abandon()
    house.ask(AMINA, "POST", film["links"]["self"] + "/restore")
    assert names(house, film) == []


def test_who_may_not_change_a_film_gives_it_nothing_and_takes_nothing_away(house: House) -> None:
    film = house.upload(AMINA)
    added(house, film)
    form, kind, page = {"name": "slides.pdf", "action": "delete"}, "multipart/form-data", film["links"]["page"]
    for by, status in ((BELA, 403), (READER, 403), (NOBODY, 401)):
        assert house.ask(by, "POST", address(film), data=PDF, query_string={"name": "a.pdf"}).status_code == status
        assert house.ask(by, "POST", f"{page}/documents", data=form, content_type=kind).status_code == status
    assert names(house, film) == ["slides.pdf"]


def test_documents_have_the_rights_of_their_film_and_go_and_come_with_it(house: House) -> None:
    film = house.upload(AMINA, visibility="private")
    added(house, film)
    for by, status in ((BELA, 404), (NOBODY, 401)):
        for path in (address(film), address(film, "slides.pdf")):
            hidden = house.ask(by, "GET", path)
            assert hidden.status_code == status
        same(house.ask(by, "GET", address(film, "slides.pdf")), house.ask(by, "GET", address(film, "none.pdf")))
    house.ask(AMINA, "PATCH", film["links"]["self"], json={"visibility": "public"})
    assert house.ask(NOBODY, "GET", address(film, "slides.pdf")).status_code == 200
    house.ask(AMINA, "DELETE", film["links"]["self"])
    assert house.ask(AMINA, "GET", address(film, "slides.pdf")).status_code == 404
    house.ask(AMINA, "POST", film["links"]["self"] + "/restore")
    assert house.ask(AMINA, "GET", address(film, "slides.pdf")).data == PDF
    house.ask(AMINA, "DELETE", film["links"]["self"])
    purge(house)
    assert list(house.services.platform.track_store().list("")) == []


def test_the_index_tells_of_documents_and_storage_is_the_truth(house: House) -> None:
    documents, index = house.services.documents.documents, house.services.documents.index
    film, other = house.upload(AMINA), house.upload(AMINA)
    added(house, film, "before.pdf")
    [step] = house.services.documents.steps
    assert step.run(lambda _: None) == 0
    added(house, film, "after.pdf")
    assert names(house, film) == ["after.pdf", "before.pdf"]
    assert "after.pdf" in house.ask(AMINA, "GET", film["links"]["page"]).get_data(as_text=True)
    # Neither is asked for in storage: what another tool does there is seen when housekeeping has listed it.
    documents.store.delete(blob_name(film["id"], "before.pdf"))
    index.deleted(film["id"], "after.pdf")
    index.written(other["id"], "never.pdf", 3)
    assert (names(house, film), names(house, other)) == (["before.pdf"], ["never.pdf"])
    assert house.ask(AMINA, "GET", address(film, "before.pdf")).status_code == 404
    assert index.compare() == 3
    assert (names(house, film), names(house, other)) == (["after.pdf"], [])
    house.ask(AMINA, "DELETE", address(film, "after.pdf"))
    added(house, film, "last.pdf")
    assert names(house, film) == ["last.pdf"]
    house.ask(AMINA, "DELETE", film["links"]["self"])
    purge(house)
    house.services.platform.events.deliver()
    assert index.of(film["id"]) == {}
