"""Guessing in which encoding a text file is: by its mark, by what is only possible in UTF-8, by common letters."""

import codecs

from services.captions.errors import NoCaptionFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What each code page's languages write most. A few letters tell them apart, for the same bytes are rare ones elsewhere.
_OTHER_ALPHABETS = {
    "cp1251": "оеаинтсрвлкмдпуя",
    "cp1253": "αοιετσνηυρπκμλςά",
    "cp1255": "יוהלאתרבמשנכדעחק",
    "cp1256": "اليومنرتبةعدسفهك",
}
_LATIN = {
    "cp1252": "äöüßÄÖÜéèàçñåæøêôîûâóíáúëïìòãõÅÉ¿¡«»",
    "cp1250": "ąćęłńóśźżěščřžýáíéůťďňőűăşţŁŚŻŠČŘŽ",
    "cp1254": "ğışçöüİŞĞ",
}
NAMES = {
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    **{page: page.replace("cp", "Windows-") for page in (*_OTHER_ALPHABETS, *_LATIN)},
}
"""What people call the encodings that can be guessed."""
_SAMPLE = 64 * 1024
_MOSTLY = 0.6
"""Beyond this share of its letters a text is in another alphabet than ours."""


def decoded(content: bytes) -> tuple[str, str | None]:
    """The text, and the encoding where it had to be guessed; raises `NoCaptionFileError` when it is no text."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], name), None if name == "utf-8" else name
    if b"\0" in content:
        return _strictly(content, name := _unmarked(content)), name
    try:
        return content.decode(), None
    except UnicodeDecodeError:
        name = _code_page(content)
        return content.decode(name, errors="replace"), name


def _strictly(content: bytes, name: str) -> str:
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        raise _no_text() from error
    if "\0" in text:
        raise _no_text()
    return text


def _unmarked(content: bytes) -> str:
    """UTF-16 without its mark: every other byte of what is mostly ASCII is zero."""
    sample = content[:_SAMPLE]
    half = len(sample) // 2
    if sample[1::2].count(0) > half // 2 > sample[0::2].count(0):
        return "utf-16-le"
    if sample[0::2].count(0) > half // 2 > sample[1::2].count(0):
        return "utf-16-be"
    raise _no_text()


def _code_page(content: bytes) -> str:
    sample = content[:_SAMPLE]
    high = sum(byte > 0xBF for byte in sample)
    low = sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    pages = _OTHER_ALPHABETS if high > _MOSTLY * (high + low) else _LATIN
    return max(pages, key=lambda page: _commonness(sample, page, pages[page]))


def _commonness(sample: bytes, page: str, letters: str) -> int:
    common = set(letters)
    return sum(letter in common for letter in sample.decode(page, errors="ignore"))


def _no_text() -> NoCaptionFileError:
    return NoCaptionFileError("This is no text file. Send captions as WebVTT, SubRip, ASS or TTML.")
