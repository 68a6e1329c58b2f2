"""What the first bytes of a file say it is."""

from enum import StrEnum

SNIFF_BYTES = 2048
"""So many first bytes (or the whole of a shorter file) are enough for `sniff`."""


class Container(StrEnum):
    """A video container format that can be told by its first bytes; the value is its name for people."""

    MP4 = "MP4"
    QUICKTIME = "QuickTime"
    THREE_GP = "3GP"
    WEBM = "WebM"
    MATROSKA = "Matroska"
    AVI = "AVI"
    ASF = "Windows Media"
    FLV = "Flash Video"
    MPEG_PS = "MPEG programme stream"
    MPEG_TS = "MPEG transport stream"
    OGG = "Ogg"


_FIXED = (
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Container.ASF),
    (b"FLV\x01", Container.FLV),
    (b"OggS\x00", Container.OGG),
    (b"\x00\x00\x01\xba", Container.MPEG_PS),
    (b"\x00\x00\x01\xb3", Container.MPEG_PS),
)

# Still images wear the same box as MP4 films do.
_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"crx "})
_FIRST_ATOMS_BEFORE_FTYP = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})

_EBML_MAGIC = b"\x1a\x45\xdf\xa3"
_EBML_DOC_TYPE = b"\x42\x82"
_DOC_TYPES = {b"webm": Container.WEBM, b"matroska": Container.MATROSKA}

# (packet length, where the sync byte stands in it): plain, with a time code (m2ts), with error correction.
_TS_LAYOUTS = ((188, 0), (192, 4), (204, 0))
_TS_SYNC = 0x47
_TS_PACKETS = 5


def sniff(head: bytes) -> Container | None:
    """Return the container that begins with `head`, or None; give `SNIFF_BYTES`, or all of a shorter file."""
    head = head[:SNIFF_BYTES]
    for magic, container in _FIXED:
        if head.startswith(magic):
            return container
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Container.AVI
    if head.startswith(_EBML_MAGIC):
        return _ebml(head)
    return _iso_media(head) or _transport_stream(head)


def _iso_media(head: bytes) -> Container | None:
    size, kind, brand = int.from_bytes(head[:4], "big"), head[4:8], head[8:12]
    if len(head) < 8 or 1 < size < 8:  # 0 is "to the end of the file", 1 "a longer size follows".
        return None
    if kind in _FIRST_ATOMS_BEFORE_FTYP:
        return Container.QUICKTIME
    if kind != b"ftyp" or len(brand) < 4 or brand in _IMAGE_BRANDS:
        return None
    if brand == b"qt  ":
        return Container.QUICKTIME
    return Container.THREE_GP if brand[:3] in {b"3gp", b"3g2"} else Container.MP4


def _ebml(head: bytes) -> Container | None:
    at = head.find(_EBML_DOC_TYPE, len(_EBML_MAGIC)) + len(_EBML_DOC_TYPE)
    if at < len(_EBML_DOC_TYPE) or at >= len(head) or head[at] == 0:
        return None
    # An EBML length tells by its leading zero bits how many bytes it has.
    width = 9 - head[at].bit_length()
    length = int.from_bytes(head[at : at + width], "big") & ((1 << 7 * width) - 1)
    return _DOC_TYPES.get(head[at + width : at + width + length].rstrip(b"\0"))


def _transport_stream(head: bytes) -> Container | None:
    for length, sync_at in _TS_LAYOUTS:
        starts = [*range(sync_at, len(head) - 3, length)][:_TS_PACKETS]
        if len(head) >= length and all(_is_packet(head, start) for start in starts):
            return Container.MPEG_TS
    return None


def _is_packet(head: bytes, start: int) -> bool:
    # The sync byte is a capital G. The bits 00 for "adaptation field or payload" are reserved, and
    # asking for others keeps GIF pictures and plain text out.
    return head[start] == _TS_SYNC and head[start + 3] & 0x30 != 0
