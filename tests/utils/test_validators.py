"""Names, types, titles and tags from outside are cleaned or refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.utils.heads import HEADS
from utils.validators import (
    VIDEO_TYPES,
    InvalidContent,
    InvalidName,
    InvalidTag,
    InvalidTitle,
    InvalidType,
    check_declared_type,
    check_extension,
    clean_filename,
    clean_tags,
    clean_title,
    content_type_for,
    title_from,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Holiday Film.mp4", "Holiday Film.mp4"),
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("C:\\Users\\me\\Videos\\cut.mov", "cut.mov"),
        ("\\\\server\\share/mixed\\up.mkv", "up.mkv"),
        ("/films//x.webm", "x.webm"),
        ("fi\x00lm\x1b[31m.mp4", "film[31m.mp4"),
        ("two\r\nlines\t.mp4", "two  lines .mp4"),
        ("Film\u202egpm.4pm", "Filmgpm.4pm"),
        ("\ufefffilm.mp4", "film.mp4"),
        ("cafe\u0301.mp4", "caf\u00e9.mp4"),
        ("half\ud83d.mp4", "half\ufffd.mp4"),
        ("film.mp4. . .", "film.mp4"),
        ("  film.mp4\u00a0", "film.mp4"),
        ("日本語の映画.mp4", "日本語の映画.mp4"),
        ("فيلم‎ العطلة.mp4", "فيلم‎ العطلة.mp4"),
        ("👩‍👩‍👧‍👦 family.mp4", "👩‍👩‍👧‍👦 family.mp4"),
        ("'; DROP TABLE videos; --.mp4", "'; DROP TABLE videos; --.mp4"),
        ("<img src=x onerror=alert(1)>.mp4", "<img src=x onerror=alert(1)>.mp4"),
        ("$(touch now)`id`.mp4", "$(touch now)`id`.mp4"),
        ("%2e%2e%2fup.mp4", "%2e%2e%2fup.mp4"),
        ("-rf.mp4", "-rf.mp4"),
        (".mp4", ".mp4"),
        ("x" * 251 + ".mp4", "x" * 251 + ".mp4"),
        ("d/" * 100_000 + "deep.mp4", "deep.mp4"),
        ("console.mp4", "console.mp4"),
    ],
)
def test_a_file_name_keeps_all_that_can_be_kept(raw: str, kept: str) -> None:
    assert clean_filename(raw) == kept


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        ".",
        "..",
        "...",
        "a/",
        "a\\",
        "\x00\x07",
        "\u202e",
        "CON",
        "nul.mp4",
        "Com1.tar.gz",
        "LPT³.mov",
        "aux .",
        "con .mp4",
    ],
)
def test_a_file_name_that_names_nothing_or_a_device_is_refused(raw: str) -> None:
    with pytest.raises(InvalidName):
        clean_filename(raw)


@pytest.mark.parametrize(
    "raw", ["x" * 252 + ".mp4", "far" + "\0" * 5000 + "film.mp4", "é" * 5_000_000, "e\u0301" * 300]
)
def test_an_overlong_file_name_is_refused_without_being_repeated(raw: str) -> None:
    with pytest.raises(InvalidName) as refusal:
        clean_filename(raw)
    assert len(str(refusal.value)) < 200


@given(ANY_TEXT)
def test_a_cleaned_name_is_safe_and_stays_as_it_is(raw: str) -> None:
    try:
        name = clean_filename(raw)
    except InvalidName:
        return
    assert clean_filename(name) == name
    assert 1 <= len(name) <= 255
    assert not set(name) & set("/\\\0\r\n")
    assert unicodedata.is_normalized("NFC", name)
    name.encode("utf-8")


def test_an_allowed_extension_is_found_whatever_its_case() -> None:
    assert check_extension("Film.MP4", frozenset({"mp4"})) == "mp4"
    assert check_extension("archive.tar.gz", None) == "gz"
    assert check_extension("README", None) == ""


@pytest.mark.parametrize(
    "filename", ["film.exe", "film", "mp4", "film.mp4.exe", "film.mp4 ", "film.\uff4d\uff50\uff14"]
)
def test_an_extension_that_is_not_allowed_is_refused_with_the_allowed_ones(filename: str) -> None:
    with pytest.raises(InvalidType, match=r"mov, mp4"):
        check_extension(filename, frozenset({"mp4", "mov"}))


@pytest.mark.parametrize(
    ("declared", "extension"),
    [
        (None, "mp4"),
        ("", "mp4"),
        ("application/octet-stream", "mkv"),
        ("binary/octet-stream", "avi"),
        ("Video/MP4; codecs=avc1", "mp4"),
        ("video/quicktime", "mp4"),
        ("video/x-matroska", "mkv"),
        ("application/x-matroska", "mkv"),
        ("video/webm", "mkv"),
        ("video/mp2t", "ts"),
        ("video/vnd.dlna.mpeg-tts", "mts"),
        ("model/vnd.mts", "mts"),
        ("video/avi", "avi"),
        ("text/html", "html"),
    ],
)
def test_what_browsers_declare_for_a_video_is_accepted(declared: str | None, extension: str) -> None:
    check_declared_type(declared, extension)


@pytest.mark.parametrize("declared", ["text/html", "video/webm", "nonsense", "image/svg+xml; x=video/mp4", "x" * 10**6])
def test_a_declared_type_that_contradicts_the_extension_is_refused(declared: str) -> None:
    with pytest.raises(InvalidType) as refusal:
        check_declared_type(declared, "mp4")
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize(
    ("filename", "head", "content_type"),
    [
        ("a.mp4", "mp4", "video/mp4"),
        ("a.mp4", "quicktime", "video/mp4"),
        ("a.m4v", "m4v", "video/mp4"),
        ("a.MOV", "quicktime", "video/quicktime"),
        ("a.mov", "old quicktime", "video/quicktime"),
        ("a.mov", "mp4", "video/mp4"),
        ("a.3gp", "3gp", "video/3gpp"),
        ("a.webm", "webm", "video/webm"),
        ("a.mkv", "webm", "video/webm"),
        ("a.webm", "matroska", "video/x-matroska"),
        ("a.avi", "avi", "video/x-msvideo"),
        ("a.mpg", "mpeg programme", "video/mpeg"),
        ("a.mpeg", "mpeg video", "video/mpeg"),
        ("a.mpg", "mpeg transport", "video/mp2t"),
        ("a.ts", "mpeg transport", "video/mp2t"),
        ("a.m2ts", "mpeg transport with time codes", "video/mp2t"),
        ("a.mts", "mpeg transport with time codes", "video/mp2t"),
        ("a.wmv", "windows media", "video/x-ms-wmv"),
        ("a.flv", "flash", "video/x-flv"),
        ("a.ogv", "ogg", "video/ogg"),
    ],
)
def test_the_content_type_comes_from_extension_and_signature(filename: str, head: str, content_type: str) -> None:
    assert content_type_for(filename, HEADS[head]) == content_type


@pytest.mark.parametrize("extension", VIDEO_TYPES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"<!doctype html><html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"GIF89a" + bytes(180),
        b"GGGG" * 400,
        b"PK\x03\x04",
        b"\0\0\0\x18ftypheic\0\0\0\0",
        b"\x1a\x45\xdf\xa3\x84\x42\x82\x84evil",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"MZ\x90\0",
    ],
)
def test_content_that_is_no_video_is_refused_under_every_video_name(extension: str, content: bytes) -> None:
    with pytest.raises(InvalidContent):
        content_type_for(f"film.{extension}", content)


def test_a_video_under_another_family_s_name_is_refused() -> None:
    with pytest.raises(InvalidContent, match=r"\.mp4 but holds WebM"):
        content_type_for("film.mp4", HEADS["webm"])


@pytest.mark.parametrize(
    ("filename", "content_type"),
    [
        ("page.html", "application/octet-stream"),
        ("drawing.svg", "application/octet-stream"),
        ("paper.pdf", "application/octet-stream"),
        ("script.js", "application/octet-stream"),
        ("feed.xml", "application/octet-stream"),
        ("noextension", "application/octet-stream"),
        ("notes.TXT", "text/plain; charset=utf-8"),
        ("film.mp4", "video/mp4"),
    ],
)
def test_unchecked_files_never_get_a_type_that_a_browser_would_run(filename: str, content_type: str) -> None:
    assert content_type_for(filename, b"<script>", checked=False) == content_type


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("Holiday Film.mp4", "Holiday Film"),
        ("my_summer__trip--part...2.mov", "my summer trip part 2"),
        ("2026-11-20 v1.2.mkv", "2026-11-20 v1.2"),
        ("___.mp4", "___.mp4"),
        (".mp4", ".mp4"),
        ("x" * 251 + ".mp4", "x" * 200),
    ],
)
def test_a_title_is_made_from_the_file_name(filename: str, title: str) -> None:
    assert title_from(filename) == title


@given(ANY_TEXT)
def test_a_title_made_from_any_name_is_a_valid_title(filename: str) -> None:
    title = title_from(filename)
    assert clean_title(title) == title


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("  Two\r\nlines\tof   it ", "Two lines of it"),
        ("a\x00b\u202ec", "abc"),
        ("a \x00 b", "a b"),
        ("cafe\u0301", "caf\u00e9"),
        ("é" * 200, "é" * 200),
    ],
)
def test_a_title_is_kept_on_one_line(raw: str, title: str) -> None:
    assert clean_title(raw) == title


@pytest.mark.parametrize(
    "raw", ["", " \n", "\x00", "x" * 201, "x" * 200 + " ", "\u0958" * 200, "x" * 10**6, None, 7, ["title"]]
)
def test_a_title_that_is_empty_too_long_or_no_text_is_refused(raw: object) -> None:
    with pytest.raises(InvalidTitle):
        clean_title(raw)


def test_tags_keep_their_order_and_the_first_of_equals() -> None:
    assert clean_tags([" Été ", "sea", "SEA", "e\u0301te\u0301", "straße", "STRASSE"]) == (
        "Été",
        "sea",
        "straße",
    )
    assert clean_tags([f"tag {n}" for n in range(20)]) == tuple(f"tag {n}" for n in range(20))
    assert clean_tags([]) == ()


@pytest.mark.parametrize(
    "raw",
    [
        "one,two",
        {"a": 1},
        None,
        [1],
        [""],
        ["  "],
        ["a,b"],
        ["a\x00b"],
        ["a\nb"],
        ["half \ud800"],
        ["x" * 51],
        ["x" * 50 + " "],
        ["\u0958" * 50],
        ["x" * 10**6],
        [str(n) for n in range(21)],
        ["the same"] * 21,
    ],
)
def test_tags_that_cannot_be_kept_are_refused_briefly(raw: object) -> None:
    with pytest.raises(InvalidTag) as refusal:
        clean_tags(raw)
    assert len(str(refusal.value)) < 200
