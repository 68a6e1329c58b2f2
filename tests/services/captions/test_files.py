"""Files of captions as people have them: each is read, kept as WebVTT, and read the same again."""

import json
import zipfile
from io import BytesIO

import pytest

from services.captions.cues import Words
from services.captions.errors import NoCaptionFileError, TooManyCuesError
from services.captions.formats.webvtt import read_webvtt, write_subrip, write_text, write_webvtt
from services.captions.reading import read_captions

_SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello.\n\n2\n00:00:03,000 --> 00:00:04,000\nBye.\n"
_VTT = "WEBVTT\n\n00:01.000 --> 00:02.500\nHello.\n\n00:03.000 --> 00:04.000\nBye.\n"
_ASS = """[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_TT = '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" '
_TT += 'xmlns:tts="http://www.w3.org/ns/ttml#styling" {}><body><div>{}</div></body></tt>'
_HOURS = [f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(10_000)]
_MANY = "".join(f"{at},000 --> {at},900\nLine {n}\n\n" for n, at in enumerate(_HOURS))
_RUSSIAN, _GREEK = "Привет, как дела?", "Καλημέρα σας κύριε"
_HEBREW = "\u200fשלום עולם"  # noqa: RUF001 - their alphabet
TWO = [(1000, 2500, "Hello."), (3000, 4000, "Bye.")]


def ass(*lines: str) -> str:
    return _ASS + "\n".join(lines)


def cues(words: Words) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in words.cues]


FILES: dict[str, tuple[bytes, list[tuple[int, int, str]]]] = {
    "subrip": (_SRT.encode(), TWO),
    "subrip with a mark": (b"\xef\xbb\xbf" + _SRT.encode(), TWO),
    "subrip of Windows": (_SRT.replace("\n", "\r\n").encode(), TWO),
    "subrip of old Macs": (_SRT.replace("\n", "\r").encode(), TWO),
    "subrip in UTF-16": (_SRT.encode("utf-16"), TWO),
    "subrip in UTF-16, big end first": (b"\xfe\xff" + _SRT.encode("utf-16-be"), TWO),
    "subrip in UTF-16 without a mark": (_SRT.encode("utf-16-le"), TWO),
    "subrip with points": (_SRT.replace(",", ".").encode(), TWO),
    "subrip without numbers": (_SRT.replace("1\n00", "00").replace("2\n00", "00").encode(), TWO),
    "subrip without empty lines": (_SRT.replace("\n\n", "\n\n\n\n").encode(), TWO),
    "subrip with an empty line in a cue": (
        b"1\n00:00:01,000 --> 00:00:02,000\nOne\n\nTwo\n\n2\n00:00:03,000 --> 00:00:04,000\n3\n",
        [(1000, 2000, "One\nTwo"), (3000, 4000, "3")],
    ),
    "subrip with HTML": (
        b'1\n00:00:01,000 --> 00:00:02,000\n<font color="red"><i>Hi</i></font> <a href="x">there</a> 1 < 2 & 3\n',
        [(1000, 2000, "<i>Hi</i> there 1 &lt; 2 &amp; 3")],
    ),
    "subrip with a place": (b"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}Above\n", [(1000, 2000, "Above")]),
    "subrip before the beginning": (b"1\n-00:00:01,000 --> 00:00:02,000\nEarly\n", [(0, 2000, "Early")]),
    "subrip after a hundred hours": (
        b"1\n100:00:01,000 --> 123:00:02,000\nLate\n",
        [(360_001_000, 442_802_000, "Late")],
    ),
    "Russian of Windows": (
        f"1\n00:00:01,000 --> 00:00:02,000\n{_RUSSIAN}\n".encode("cp1251"),
        [(1000, 2000, _RUSSIAN)],
    ),
    "German of Windows": (
        "1\n00:00:01,000 --> 00:00:02,000\nGrüße über die Straße\n".encode("cp1252"),
        [(1000, 2000, "Grüße über die Straße")],
    ),
    "Polish of Windows": (
        "1\n00:00:01,000 --> 00:00:02,000\nZażółć gęślą jaźń\n".encode("cp1250"),
        [(1000, 2000, "Zażółć gęślą jaźń")],
    ),
    "Greek of Windows": (
        f"1\n00:00:01,000 --> 00:00:02,000\n{_GREEK}\n".encode("cp1253"),
        [(1000, 2000, _GREEK)],
    ),
    "Hebrew from right to left": (
        f"WEBVTT\n\n00:01.000 --> 00:02.000 align:right\n{_HEBREW}\n".encode(),
        [(1000, 2000, _HEBREW)],
    ),
    "webvtt": (_VTT.encode(), TWO),
    "webvtt with all that it can have": (
        (
            b"WEBVTT - a title\nKind: captions\n\nNOTE\nby Amina\n\nSTYLE\n::cue(b) { color: peachpuff; }\n\n"
            b"REGION\nid:fred\nwidth:40%\n\n"
            b"first\n00:01.000 --> 00:02.500 region:fred position:10%,line-left align:start\n"
            b"<v.loud Amina Okafor>Hello <c.yellow>you</c> <00:02.000><lang en>all</lang></v>\n\nNOTE later\n\n"
            b"00:03.000 --> 00:04.000\n<ruby>a<rt>b</rt></ruby> &amp; &lrm;so on\n"
        ),
        [
            (1000, 2500, "<v.loud Amina Okafor>Hello <c.yellow>you</c> <00:02.000><lang en>all</lang></v>"),
            (3000, 4000, "<ruby>a<rt>b</rt></ruby> &amp; &lrm;so on"),
        ],
    ),
    "webvtt with empty and backward cues": (
        (
            b"WEBVTT\n\n00:01.000 --> 00:02.500\nHello.\n\n00:02.600 --> 00:02.700\n\n00:09.000 --> 00:08.000\nNo\n\n"
            b"00:03.000 --> 00:04.000\nBye.\n"
        ),
        TWO,
    ),
    "webvtt in disorder": (
        b"WEBVTT\n\n00:03.000 --> 00:04.000\nBye.\n\n00:01.000 --> 00:02.500\nHello.\n",
        TWO,
    ),
    "webvtt that is active": (
        (
            b"WEBVTT\n\nSTYLE\n@import url(//evil);\n::cue { background: url(//evil); color: red }\n\n"
            b"00:01.000 --> 00:02.500\n<script>alert(1)</script><img src=x onerror=alert(1)>Hello.<svg/onload=1>\n\n"
            b"00:03.000 --> 00:04.000\n<i onclick=x>Bye.\n"
        ),
        [(1000, 2500, "Hello."), (3000, 4000, "<i>Bye.")],
    ),
    "ass": (
        ass(
            "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,no",
            "Dialogue: 0,0:00:01.00,0:00:02.50,Default,Amina,0,0,0,,{\\an8\\i1}Hello,{\\i0} you\\Nthere\\h{\\fs20}!",
            "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}",
            "Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\b1}Bye",
        ).encode(),
        [(1000, 2500, "<v Amina><i>Hello,</i> you\nthere\u00a0!"), (5000, 6000, "<b>Bye</b>")],
    ),
    "ass without its head": (
        b"[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,One, two\n",
        [(1000, 2000, "One, two")],
    ),
    "ttml with frames": (
        _TT.format('ttp:frameRate="25"', '<p begin="00:00:01:12" end="00:00:02:00">Hi</p>').encode(),
        [(1480, 2000, "Hi")],
    ),
    "ttml with ticks and a rate of television": (
        _TT.format(
            'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:tickRate="10000000"',
            '<p begin="10000000t" dur="1.5s">Ticks</p><p begin="90f" end="5s">Frames</p>',
        ).encode(),
        [(1000, 2500, "Ticks"), (3003, 5000, "Frames")],
    ),
    "ttml with spans in spans": (
        _TT.format(
            "",
            '<p begin="1s" end="4s"><span tts:fontStyle="italic">One <span tts:fontWeight="bold">two</span></span>'
            "<br/>three &lt;</p>",
        ).encode(),
        [(1000, 4000, "<i>One <b>two</b></i>\nthree &lt;")],
    ),
    "ttml with times of spans": (
        _TT.format(
            "", '<p begin="10s"><span begin="1s" end="2s">One</span><span begin="2s" end="3s">Two</span></p>'
        ).encode(),
        [(11_000, 12_000, "One"), (12_000, 13_000, "Two")],
    ),
    "ten thousand cues": (_MANY.encode(), [(n * 1000, n * 1000 + 900, f"Line {n}") for n in range(10_000)]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_kept_and_read_again(name: str) -> None:
    content, wanted = FILES[name]
    words, _ = read_captions(content)
    assert cues(words) == wanted
    kept = write_webvtt(words)
    assert read_webvtt(kept) == words
    again, findings = read_captions(kept.encode())
    assert (again, findings) == (words, [])
    # What goes out as SubRip comes in again, with the times that it had.
    subrip, _ = read_captions(write_subrip(words).encode())
    assert [(cue.start, cue.end) for cue in subrip.cues] == [(start, end) for start, end, _ in wanted]
    assert write_text(words).count("\n") == len(wanted)


def test_what_is_above_the_cues_is_kept_and_cannot_fetch() -> None:
    words, findings = read_captions(FILES["webvtt with all that it can have"][0])
    assert words.heads == ("NOTE\nby Amina", "STYLE\n::cue(b) { color: peachpuff; }", "REGION\nid:fred\nwidth:40%")
    assert words.cues[0].settings == "region:fred position:10%,line-left align:start"
    assert words.cues[0].id == "first"
    assert findings == []
    words, findings = read_captions(FILES["webvtt that is active"][0])
    assert "evil" not in write_webvtt(words)
    assert {each.rule for each in findings} == {"removed"}


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("Russian of Windows", ["encoding"]),
        ("webvtt with empty and backward cues", ["empty", "times"]),
        ("webvtt in disorder", ["order"]),
        ("subrip before the beginning", ["times"]),
        ("subrip in UTF-16", ["encoding"]),
    ],
)
def test_what_was_guessed_or_changed_is_said(name: str, rules: list[str]) -> None:
    assert [each.rule for each in read_captions(FILES[name][0])[1]] == rules


def _zip() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("film.srt", _SRT)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        json.dumps({"cues": ["00:01 --> 00:02"]}).encode(),
        b"<!doctype html><html><body>00:01.000 --> 00:02.000</body></html>",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
        bytes(range(256)) * 8,
        b"WEBVTT\n\nNOTE nothing else\n",
        b"WEBVTTX\n\nno times\n",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="1s" end="2s">broken',
        b"<tt>" + b"<div>" * 100_000,
        b"\xff\xfe\x00",
        b"PK\x03\x04 --> ",
        _zip(),
    ],
)
def test_what_is_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(NoCaptionFileError):
        read_captions(content)


def test_xml_declares_nothing_of_its_own() -> None:
    ten = ["lol", *(f"&l{number};" * 10 for number in range(9))]
    entities = "".join(f'<!ENTITY l{number} "{text}">' for number, text in enumerate(ten))
    laughs = f"<!DOCTYPE tt [{entities}]>" + _TT.format("", "<p begin='1s' end='2s'>&l9;</p>")
    outside = '<!DOCTYPE tt [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + _TT.format("", "<p>&f;</p>")
    named = '<!DOCTYPE tt SYSTEM "http://192.0.2.1/x.dtd">' + _TT.format("", "")
    for content in (laughs, outside, named):
        with pytest.raises(NoCaptionFileError):
            read_captions(content.encode())


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooManyCuesError):
        read_captions(b"WEBVTT\n\n" + b"x" * (2 * 1024 * 1024))
    with pytest.raises(TooManyCuesError):
        read_captions(b"00:00:00,000 --> 00:00:01,000\nx\n" * 20_001)


@pytest.mark.parametrize(
    "piece",
    ["<script", "<", "<v ", "&#1", "{\\an8", "(a ", "/*", "::cue{", "00:01.000 -->", "[Events]\nDialogue: ", "a:"],
)
@pytest.mark.parametrize(
    "start", ["WEBVTT\n\n00:01.000 --> 00:02.000\n", "WEBVTT\n\nSTYLE\n", "1\n00:01,000 --> 00:02,000\n"]
)
def test_a_line_that_never_ends_is_gone_through_once(start: str, piece: str) -> None:
    # It would take hours, and not seconds, if what is read grew with the square of its length.
    content = (start + piece * (500_000 // len(piece))).encode()
    try:
        words, _ = read_captions(content)
    except NoCaptionFileError:
        return
    assert write_webvtt(words)
    assert write_subrip(words)
