"""Multipart bodies come apart into the parts that were put in, wherever the wire cuts them."""

from collections import deque
from dataclasses import dataclass, field
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.multipart import FormLimits, MalformedMultipart, MultipartReader, PartBegin, PartData, PartEnd

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass
class Part:
    begin: PartBegin
    content: bytes = b""
    complete: bool = False


@dataclass
class Collected:
    parts: list[Part] = field(default_factory=list)

    def take(self, event: PartBegin | PartData | PartEnd) -> None:
        match event:
            case PartBegin():
                assert not self.parts or self.parts[-1].complete
                self.parts.append(Part(event))
            case PartData(data):
                assert data
                self.parts[-1].content += data
            case PartEnd():
                self.parts[-1].complete = True


def read(
    body: bytes, *, step: int | None = None, content_type: str = CONTENT_TYPE, limits: FormLimits | None = None
) -> list[Part]:
    reader = MultipartReader(content_type, limits=limits)
    collected = Collected()
    step = step or len(body) or 1
    for at in range(0, len(body), step):
        for event in reader.feed(body[at : at + step]):
            collected.take(event)
    reader.finish()
    return collected.parts


def part(content: bytes = b"content", *, disposition: str = 'name="f"; filename="a.mp4"', headers: str = "") -> bytes:
    return (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{headers}\r\n".encode() + content + b"\r\n"
    )


END = f"--{BOUNDARY}--\r\n".encode()


def filename_of(disposition: str) -> str | None:
    return read(part(disposition=disposition) + END)[0].begin.filename


def test_a_browser_s_form_comes_apart() -> None:
    body = (
        part(b"My film", disposition='name="title"')
        + part(b"\0\1\2", headers="Content-Type: video/mp4\r\n")
        + part(b"", disposition='name="f"; filename=""', headers="content-type: application/octet-stream\r\n")
        + END
    )
    title, film, nothing = read(body)
    assert (title.begin.name, title.begin.filename, title.content) == ("title", None, b"My film")
    assert (film.begin.name, film.begin.filename, film.content) == ("f", "a.mp4", b"\0\1\2")
    assert film.begin.content_type == "video/mp4"
    assert film.begin.headers[1] == ("Content-Type", "video/mp4")
    assert (nothing.begin.filename, nothing.content, nothing.complete) == ("", b"", True)


ALMOST = [f"\r\n--{BOUNDARY}"[:-1].encode(), b"\r\n--", b"\r", b"\n", b"--", BOUNDARY.encode(), b"\0\xff"]
CONTENTS = st.lists(st.sampled_from(ALMOST) | st.binary(max_size=20), max_size=12).map(b"".join)


def is_plain(content: bytes) -> bool:
    return f"\r\n--{BOUNDARY}".encode() not in b"\r\n" + content


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.booleans(), CONTENTS.filter(is_plain)), max_size=3),
    st.sampled_from([b"", b"This is a preamble.\r\n", b"\r\n"]),
    st.sampled_from([b"", b"an epilogue\r\n--" + BOUNDARY.encode() + b"\r\nwith a boundary"]),
)
def test_a_body_cut_at_every_buffer_size_gives_the_same_parts(
    contents: list[tuple[bool, bytes]], preamble: bytes, epilogue: bytes
) -> None:
    dispositions = {True: 'name="file"; filename="ä.mp4"', False: 'name="field"'}
    parts = [part(content, disposition=dispositions[is_file]) for is_file, content in contents]
    body = preamble + b"".join(parts) + END + epilogue
    expected = [("ä.mp4" if is_file else None, content, True) for is_file, content in contents]
    for step in range(1, len(body) + 1):
        found = [(each.begin.filename, each.content, each.complete) for each in read(body, step=step)]
        assert found == expected, step


@given(CONTENTS.filter(is_plain), st.integers(min_value=0))
def test_a_body_cut_short_is_never_whole(content: bytes, at: int) -> None:
    body = part(content) + END.rstrip()
    with pytest.raises(MalformedMultipart, match="ends before"):
        read(body[: at % len(body)])


def test_a_large_chunk_of_content_is_passed_on_without_a_copy() -> None:
    reader = MultipartReader(CONTENT_TYPE)
    list(reader.feed(part()[: -len(b"content\r\n")]))
    chunk = bytes(1 << 20)
    (event,) = reader.feed(chunk)
    assert isinstance(event, PartData)
    assert event.data is chunk


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ('name="f"; filename="a b;c.mp4"', "a b;c.mp4"),
        ('name="f"; filename="say %22hi%22.mp4"', 'say "hi".mp4'),
        (r'name="f"; filename="say \"hi\".mp4"', 'say "hi".mp4'),
        (r'name="f"; filename="back\\slash \"hi\".mp4"', r'back\slash "hi".mp4'),
        (r'name="f"; filename="C:\films\new.mp4"', r"C:\films\new.mp4"),
        ('name="f"; filename="100%41 %0D%0A.mp4"', "100%41 \r\n.mp4"),
        ('name="f"; filename="日本語🎬.mp4"', "日本語🎬.mp4"),
        ('name="f"; filename=bare.mp4', "bare.mp4"),
        ("filename=bare.mp4;name=f", "bare.mp4"),
        ('name="f" ; FileName = "odd.mp4" ;', "odd.mp4"),
        ('name="f"; filename="fallback.mp4"; filename*=UTF-8\'\'na%C3%AFve%20%22x%22.mp4', 'naïve "x".mp4'),
        ("name=\"f\"; filename*=iso-8859-1'fr'%E9t%E9.mp4", "été.mp4"),
        ('name="f; filename=no.mp4"', None),
        ('name="f"', None),
    ],
)
def test_file_names_are_read_as_clients_write_them(disposition: str, filename: str | None) -> None:
    assert filename_of(disposition) == filename


@pytest.mark.parametrize(
    "disposition",
    [
        'name="f"; filename="a.mp4"; filename="b.mp4"',
        'name="f"; name="g"',
        "name=f; filename*=utf-16''a",
        "name=f; filename*=UTF-8''%FF",
        "name=f; filename*=nothing",
        'name=f; filename*0="a"; filename*1="b"',
        'name="f"; filename="unclosed',
        'name="f"; filename="a"b"',
        'name="f"; filename',
        ";" * 4000 + "x",
    ],
)
def test_an_ambiguous_file_name_is_refused(disposition: str) -> None:
    with pytest.raises(MalformedMultipart) as refusal:
        filename_of(disposition)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=a, multipart/form-data; boundary=b",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/form-data; boundary=" + "x" * 10**6,
        "multipart/form-data; boundary=é",
        'multipart/form-data; boundary="a "',
        "multipart/mixed; boundary=a",
        "application/x-www-form-urlencoded",
        "text/html; boundary=a",
    ],
)
def test_a_request_without_exactly_one_good_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(MalformedMultipart) as refusal:
        MultipartReader(content_type)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("boundary", ["x", "x" * 70, '"with space(s), =?"', "'()+_,-./:=?'"])
def test_every_boundary_that_the_standard_allows_works(boundary: str) -> None:
    plain = boundary.strip('"').encode()
    body = b"--" + plain + b"\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nx\r\n--" + plain + b"--"
    quoted = boundary if boundary.startswith('"') else f'"{boundary}"'
    content_type = f"Multipart/Form-Data; charset=utf-8; Boundary={quoted}"
    assert read(body, content_type=content_type)[0].content == b"x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing like it",
        END[:-4],
        b"--" + BOUNDARY.encode() + b"\n",
        part(disposition="name=f").replace(b"form-data", b"attachment") + END,
        b"--" + BOUNDARY.encode() + b"\r\n\r\nno headers\r\n" + END,
        part(headers="Content-Transfer-Encoding: base64\r\n") + END,
        part(headers="Content-Transfer-Encoding: quoted-printable\r\n") + END,
        part(headers="Content-Type: a/b\r\nContent-Type: c/d\r\n") + END,
        part(headers="content-disposition: form-data; name=g\r\n") + END,
        part(headers="no colon\r\n") + END,
        part(headers="Content-Length: 3\r\n") + END,
        part(disposition='name="f"; filename="a"').replace(b'"a"', b'"\xff"') + END,
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(body: bytes) -> None:
    for step in (1, 7, None):
        with pytest.raises(MalformedMultipart) as refusal:
            read(body, step=step)
        assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("encoding", ["binary", "8bit", "7BIT"])
def test_an_encoding_that_changes_nothing_is_accepted(encoding: str) -> None:
    assert read(part(b"x", headers=f"Content-Transfer-Encoding: {encoding}\r\n") + END)[0].content == b"x"


def test_a_header_without_an_end_is_refused_long_before_its_megabyte() -> None:
    reader = MultipartReader(CONTENT_TYPE)
    list(reader.feed(part(headers="X-Long: ")[: -len(b"\r\ncontent\r\n")]))
    with pytest.raises(MalformedMultipart, match="4096 bytes per header"):
        deque(chain.from_iterable(reader.feed(b"x" * 1024) for _ in range(1024)))
    with pytest.raises(MalformedMultipart):
        reader.finish()


def test_a_header_of_a_megabyte_in_one_chunk_is_refused() -> None:
    with pytest.raises(MalformedMultipart, match="4096 bytes per header"):
        read(part(headers=f"X-Long: {'x' * (1 << 20)}\r\n") + END)


def test_headers_beyond_their_number_are_refused() -> None:
    headers = "".join(f"X-{n}: y\r\n" for n in range(7))
    assert len(read(part(headers=headers) + END)[0].begin.headers) == 8
    with pytest.raises(MalformedMultipart, match="8 headers"):
        read(part(headers=headers + "X-More: y\r\n") + END)


def test_parts_beyond_their_number_are_refused() -> None:
    assert len(read(part() * 1000 + END)) == 1000
    with pytest.raises(MalformedMultipart, match="1000 parts"):
        read(part() * 1001 + END)
    with pytest.raises(MalformedMultipart, match="2 parts"):
        read(part() * 3 + END, limits=FormLimits(parts=2))


def test_a_field_is_limited_and_a_file_is_not() -> None:
    at_limit = bytes(64 * 1024)
    assert read(part(at_limit, disposition="name=f") + END)[0].content == at_limit
    assert read(part(at_limit * 4) + END)[0].content == at_limit * 4
    for step in (100, None):
        with pytest.raises(MalformedMultipart, match="65536 bytes"):
            read(part(at_limit + b"x", disposition="name=f") + END, step=step)


def test_an_empty_chunk_changes_nothing_and_an_empty_form_is_whole() -> None:
    reader = MultipartReader(CONTENT_TYPE)
    assert list(reader.feed(b"")) == []
    assert list(reader.feed(END)) == []
    reader.finish()
